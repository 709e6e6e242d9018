import { LakebookError } from '../../base/errors.ts';
import { columnMappingMode } from '../columnMapping.ts';
import { findField, formatType, type DeltaType, type StructField, type StructType } from '../schema.ts';
import { fieldJson, typeJson } from '../schemaText.ts';
import type { Snapshot } from '../snapshot.ts';
import { isSupportedTypeChange } from '../typeWidening.ts';
import { checkDependents } from '../write/dependents.ts';
import { identityOf } from '../write/identity.ts';
import type { OpenTransaction } from '../write/openTransaction.ts';
import type { ColumnPath } from '../write/schemaEdits.ts';
import { renamedStatisticsColumns } from '../write/statisticsProperty.ts';
import { checkDroppable } from './alterColumns.ts';
import type { CommandResult } from './commandResult.ts';
import { commitMetadata, withSchema } from './commitMetadata.ts';

const DECLARED = '__CHAR_VARCHAR_TYPE_STRING';
const TYPE_CHANGES = 'delta.typeChanges';

/**
 * `REPLACE COLUMNS`: the columns are these, in this order. Columns of a name stay the same columns, with all that the table
 * knows of them; others are new, or, where columns are mapped, go. Both at once, in one struct, might have meant a rename.
 * @throws LakebookError DELTA_UNSUPPORTED_ALTER_TABLE_REPLACE_COL_OP, DELTA_IDENTITY_COLUMNS_REPLACE_COLUMN_NOT_SUPPORTED,
 *   DELTA_OPERATION_NOT_ALLOWED, as `checkDroppable`, as `checkDependents`, as `commitMetadata`
 */
export function replaceColumns(open: OpenTransaction, snapshot: Snapshot, fields: readonly StructField[]): Promise<CommandResult> {
  const { table } = open;
  if (snapshot.schema.fields.some((field) => identityOf(field) !== undefined)) throw new LakebookError('DELTA_IDENTITY_COLUMNS_REPLACE_COLUMN_NOT_SUPPORTED', { table });
  fields.forEach(checkPlain);
  const replacing = new Replacing(snapshot, table);
  const schema = replacing.struct(snapshot.schema, { kind: 'struct', fields }, []);
  const configuration = replacing.dropped.reduce((current, path) => renamedStatisticsColumns(current, path, undefined), snapshot.metadata.configuration);
  return commitMetadata(open, withSchema({ ...snapshot.metadata, configuration }, schema, open), { name: 'REPLACE COLUMNS', parameters: { columns: JSON.stringify(fields.map(fieldJson)) } });
}

/** Spark's grammar has a name, a type and a comment there. */
function checkPlain({ nullable, metadata }: StructField): void {
  const odd = !nullable ? 'NOT NULL' : metadata['CURRENT_DEFAULT'] !== undefined ? 'DEFAULT' : metadata['delta.generationExpression'] !== undefined ? 'GENERATED ALWAYS AS' : metadata['delta.identity.step'] !== undefined ? 'AS IDENTITY' : undefined;
  if (odd !== undefined) throw new LakebookError('DELTA_OPERATION_NOT_ALLOWED', { operation: `${odd} in ALTER TABLE REPLACE COLUMNS` });
}

/** Finds for each former column what becomes of it. */
class Replacing {
  readonly dropped: ColumnPath[] = [];
  readonly #snapshot: Snapshot;
  readonly #table: string;

  constructor(snapshot: Snapshot, table: string) {
    this.#snapshot = snapshot;
    this.#table = table;
  }

  struct(from: StructType, to: StructType, path: ColumnPath): StructType {
    const gone = from.fields.filter(({ name }) => findField(to, name) === undefined);
    const fields = to.fields.map((field) => {
      const former = findField(from, field.name);
      return former === undefined ? field : this.#field(former, field, [...path, former.name]);
    });
    if (gone.length > 0) this.#drop(gone, path, to.fields.some(({ name }) => findField(from, name) === undefined));
    return { kind: 'struct', fields };
  }

  #field(from: StructField, to: StructField, path: ColumnPath): StructField {
    const declared = to.metadata[DECLARED];
    if (typeof declared === 'string') throw this.#refuse(`changing data type of ${path.join('.')} from ${formatType(from.type)} to ${declared}`);
    const changes: unknown[] = [];
    const type = this.#type(from.type, to.type, path, { within: [], changes });
    const known = from.metadata[TYPE_CHANGES];
    const metadata = {
      ...from.metadata,
      ...(to.metadata['comment'] === undefined ? {} : { comment: to.metadata['comment'] }),
      ...(changes.length === 0 ? {} : { [TYPE_CHANGES]: [...(Array.isArray(known) ? known : []), ...changes] }),
    };
    return { name: from.name, type, nullable: to.nullable, metadata };
  }

  /** @param noted what the nearest field is to tell of changed types, and the way from there (PROTOCOL.md "Type Change Metadata") */
  #type(from: DeltaType, to: DeltaType, path: ColumnPath, noted: { readonly within: ColumnPath; readonly changes: unknown[] }): DeltaType {
    const inside = (step: string, inner: DeltaType, outer: DeltaType): DeltaType => this.#type(inner, outer, [...path, step], { ...noted, within: [...noted.within, step] });
    if (from.kind === 'struct' && to.kind === 'struct') return this.struct(from, to, path);
    if (from.kind === 'array' && to.kind === 'array') return { ...from, elementType: inside('element', from.elementType, to.elementType) };
    if (from.kind === 'map' && to.kind === 'map') return { ...from, keyType: inside('key', from.keyType, to.keyType), valueType: inside('value', from.valueType, to.valueType) };
    if (formatType(from) === formatType(to)) return from;
    const { metadata, schema } = this.#snapshot;
    const widens = metadata.configuration['delta.enableTypeWidening']?.toLowerCase() === 'true';
    if (!widens || !isSupportedTypeChange({ from, to })) throw this.#refuse(`changing data type of ${path.join('.')} from ${formatType(from)} to ${formatType(to)}`);
    checkDependents(metadata, schema, path, { operation: 'change', table: this.#table });
    noted.changes.push({ toType: typeJson(to), fromType: typeJson(from), ...(noted.within.length === 0 ? {} : { fieldPath: noted.within.join('.') }) });
    return to;
  }

  #drop(gone: readonly StructField[], path: ColumnPath, adds: boolean): void {
    const { protocol, metadata } = this.#snapshot;
    const names = gone.map(({ name }) => name).join(', ');
    const place = path.length === 0 ? '' : ` from ${path.join('.')}`;
    if (adds) throw this.#refuse(`it adds columns and takes ${names} away${place}, which might mean a rename. Make these changes one by one, by ALTER TABLE … ADD, DROP or RENAME COLUMN`);
    if (columnMappingMode(protocol, metadata) === 'none') throw this.#refuse(`dropping column(s) [${names}]${place}`);
    for (const { name } of gone) {
      checkDroppable(this.#snapshot, [...path, name], this.#table);
      this.dropped.push([...path, name]);
    }
  }

  #refuse(details: string): LakebookError {
    return new LakebookError('DELTA_UNSUPPORTED_ALTER_TABLE_REPLACE_COL_OP', { table: this.#table, details });
  }
}
