import { type ErrorCode, type ErrorParameters, LakebookError } from '../../base/errors.ts';
import type { Catalog, CatalogTable, SessionSettings, TableReference } from '../catalog.ts';
import type { Attribute, LambdaVariable } from '../plan/expression.ts';
import { spanOf } from '../span.ts';
import type { Located } from '../tree/expressions.ts';
import type { OwnSettings } from '../tree/temporaries.ts';
import type { DataType } from '../types/dataType.ts';

/** A base table while its statement is resolved: which attributes stand for its columns. */
export interface ResolvedScan {
  readonly id: number;
  readonly reference: TableReference;
  readonly table: CatalogTable;
  readonly attributes: readonly Attribute[];
}

/** What one statement's resolving shares: ids, scans, notices and the way errors get their span. */
export class Resolution {
  readonly text: string;
  readonly catalog: Catalog;
  readonly session: SessionSettings;
  /** The session's, or those of the view or function whose body is being resolved. */
  settings: SessionSettings;
  readonly scans: ResolvedScan[] = [];
  /** Where other settings hold than the session's. */
  readonly ownSettings: OwnSettings[] = [];
  /** Things accepted without effect (hints), told to the user. */
  readonly notices: string[] = [];
  #nextId = 1;

  constructor(text: string, catalog: Catalog, settings: SessionSettings) {
    this.text = text;
    this.catalog = catalog;
    this.session = settings;
    this.settings = settings;
  }

  get ansi(): boolean {
    return this.settings.ansi;
  }

  /** Resolves the body of a view or function under the settings of its making. */
  under<Result>(own: OwnSettings, resolve: () => Result): Result {
    const { settings } = this;
    if (own.ansi !== settings.ansi || own.timeZone !== settings.timeZone) this.ownSettings.push(own);
    this.settings = { ...settings, ansi: own.ansi, timeZone: own.timeZone };
    try {
      return resolve();
    } finally {
      this.settings = settings;
    }
  }

  nextId(): number {
    return this.#nextId++;
  }

  attribute(name: string, type: DataType, nullable = true, charLength?: number): Attribute {
    return { id: this.nextId(), name, type, nullable, charLength };
  }

  /** A lambda's variables. Their names in the emitted text are their numbers, so that no two in a statement are alike. */
  variables(names: readonly string[], parameters: readonly { readonly type: DataType; readonly sql?: (names: readonly string[]) => string }[]): LambdaVariable[] {
    const ids = names.map(() => this.nextId());
    const texts = ids.map(lambdaName);
    return names.map((name, index) => ({ id: ids[index]!, name, type: parameters[index]!.type, sql: parameters[index]!.sql?.(texts) ?? texts[index]! }));
  }

  addScan(reference: TableReference, table: CatalogTable): ResolvedScan {
    const attributes = table.columns.map((column) => this.attribute(column.name, column.type, column.nullable, column.charLength));
    const scan = { id: this.nextId(), reference, table, attributes };
    this.scans.push(scan);
    return scan;
  }

  fail<Code extends ErrorCode>(node: Located, code: Code, parameters: ErrorParameters<Code>, suggestions: readonly string[] = []): never {
    throw new LakebookError(code, parameters, { span: spanOf(this.text, node), suggestions });
  }

  /** Refuses by name what this engine does not do as Spark does. */
  refuse(node: Located, feature: string, reason: string): never {
    return this.fail(node, 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature, reason });
  }
}

/** The name of a lambda's variable in DuckDB's text. */
export function lambdaName(id: number): string {
  return `v${id}`;
}
