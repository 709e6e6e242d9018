import { LakebookError } from '../../base/errors.ts';
import type { StructField } from '../../delta/schema.ts';
import { identityMetadata } from '../../delta/write/identity.ts';
import { spanOf } from '../../sql/span.ts';
import type { ColumnDefinition } from '../../sql/tree/definitions.ts';
import type { Located } from '../../sql/tree/expressions.ts';
import type { DataType } from '../../sql/types/dataType.ts';
import { simpleString } from '../../sql/types/dataType.ts';
import { toDeltaType } from '../deltaColumns.ts';

/** A column as a statement defines it, as the table's schema keeps it. @throws LakebookError DELTA_UNSUPPORTED_DATA_TYPES, … */
export function definedField(column: ColumnDefinition, text: string, table: string): StructField {
  const name = column.name.at(-1)!.text;
  const slice = ({ start, end }: Located): string => text.slice(start, end);
  if (column.mask !== undefined) throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'A column mask', reason: 'there is no governance on this engine yet' }, { span: spanOf(text, column) });
  const metadata: Record<string, unknown> = {
    ...(column.comment === undefined ? {} : { comment: column.comment }),
    ...(column.default === undefined ? {} : { CURRENT_DEFAULT: slice(column.default) }),
    ...(column.generated === undefined ? {} : { 'delta.generationExpression': slice(column.generated) }),
    ...(column.identity === undefined ? {} : identityOfColumn(column, text)),
    ...charVarchar(column.typeText),
  };
  return { name, type: deltaTypeOf(column.type, { name, table, at: column, text }), nullable: column.nullable, metadata };
}

interface TypePlace {
  readonly name: string;
  readonly table: string;
  readonly at: Located;
  readonly text: string;
}

/** @throws LakebookError DELTA_UNSUPPORTED_DATA_TYPES for a type that tables cannot hold */
export function deltaTypeOf(type: DataType, { name, table, at, text }: TypePlace): StructField['type'] {
  const stored = toDeltaType(type);
  if (stored === undefined) throw new LakebookError('DELTA_UNSUPPORTED_DATA_TYPES', { table, column: name, type: simpleString(type) }, { span: spanOf(text, at) });
  return stored;
}

function identityOfColumn(column: ColumnDefinition, text: string): Readonly<Record<string, unknown>> {
  const { always, start = '1', increment = '1' } = column.identity!;
  if (column.type.kind !== 'bigint') throw new LakebookError('DELTA_IDENTITY_COLUMNS_UNSUPPORTED_DATA_TYPE', { column: column.name.at(-1)!.text, type: simpleString(column.type) }, { span: spanOf(text, column) });
  if (BigInt(increment) === 0n) throw new LakebookError('DELTA_IDENTITY_COLUMNS_ILLEGAL_STEP', { column: column.name.at(-1)!.text }, { span: spanOf(text, column) });
  return identityMetadata({ start: BigInt(start), step: BigInt(increment), allowsExplicitValues: !always });
}

/** `VARCHAR(10)` is a string whose limit its metadata keeps. */
function charVarchar(typeText: string): Readonly<Record<string, unknown>> {
  const declared = declaredCharacters(typeText);
  return declared === undefined ? {} : { __CHAR_VARCHAR_TYPE_STRING: declared };
}

/** `varchar(10)`, `char(3)`; undefined for a type without a limit. */
export function declaredCharacters(typeText: string): string | undefined {
  const [, kind, length] = /^\s*(char|character|varchar)\s*\(\s*(\d+)\s*\)\s*$/i.exec(typeText) ?? [];
  return kind === undefined ? undefined : `${kind.toLowerCase() === 'varchar' ? 'varchar' : 'char'}(${length})`;
}
