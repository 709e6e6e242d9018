import { type ErrorCode, type ErrorParameters, LakebookError } from '../../base/errors.ts';
import type { Catalog, CatalogTable, SessionSettings, TableReference } from '../catalog.ts';
import type { Attribute, LambdaVariable } from '../plan/expression.ts';
import { spanOf } from '../span.ts';
import type { Located } from '../tree/expressions.ts';
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
  readonly settings: SessionSettings;
  readonly scans: ResolvedScan[] = [];
  /** Things accepted without effect (hints), told to the user. */
  readonly notices: string[] = [];
  #nextId = 1;

  constructor(text: string, catalog: Catalog, settings: SessionSettings) {
    this.text = text;
    this.catalog = catalog;
    this.settings = settings;
  }

  get ansi(): boolean {
    return this.settings.ansi;
  }

  nextId(): number {
    return this.#nextId++;
  }

  attribute(name: string, type: DataType, nullable = true): Attribute {
    return { id: this.nextId(), name, type, nullable };
  }

  variable(name: string, type: DataType): LambdaVariable {
    return { id: this.nextId(), name, type };
  }

  addScan(reference: TableReference, table: CatalogTable): ResolvedScan {
    const attributes = table.columns.map((column) => this.attribute(column.name, column.type, column.nullable));
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
