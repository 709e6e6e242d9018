import type { StructField } from '../../delta/schema.ts';
import { quoteNamePart } from '../../catalog/tableName.ts';
import { simpleString, sqlName, type DataType } from '../../sql/types/dataType.ts';
import { toCatalogColumn } from '../deltaColumns.ts';

/** The type as it was declared, where that says more than the stored one: `varchar(10)`. */
export function declaredType({ metadata }: StructField): string | undefined {
  return textOf(metadata['__CHAR_VARCHAR_TYPE_STRING']);
}

/** The text of the value that writers fill in. */
export function columnDefault({ metadata }: StructField): string | undefined {
  return textOf(metadata['CURRENT_DEFAULT']);
}

/** The expression by which a generated column follows from others. */
export function generationExpression({ metadata }: StructField): string | undefined {
  return textOf(metadata['delta.generationExpression']);
}

/** How the numbers of an identity column are made; undefined for any other column. */
export function identityOf({ metadata }: StructField): { readonly always: boolean; readonly start: string | undefined; readonly step: string } | undefined {
  const step = numberText(metadata['delta.identity.step']);
  return step === undefined ? undefined : { always: metadata['delta.identity.allowExplicitInsert'] !== true, start: numberText(metadata['delta.identity.start']), step };
}

/** The type as DESCRIBE shows it. */
export function shownType(field: StructField): string {
  return declaredType(field) ?? simpleString(toCatalogColumn(field).type);
}

/** A column as CREATE TABLE writes it. */
export function columnDefinition(field: StructField): string {
  const { name, type, nullable, comment } = toCatalogColumn(field);
  const generated = generationExpression(field);
  const identity = identityOf(field);
  const value = columnDefault(field);
  return [
    quoteNamePart(name),
    declaredType(field)?.toUpperCase() ?? typeDefinition(type),
    ...(nullable ? [] : ['NOT NULL']),
    ...(generated === undefined ? [] : [`GENERATED ALWAYS AS (${generated})`]),
    ...(identity === undefined ? [] : [`GENERATED ${identity.always ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY (START WITH ${identity.start ?? '1'} INCREMENT BY ${identity.step})`]),
    ...(value === undefined ? [] : [`DEFAULT ${value}`]),
    ...(comment === undefined ? [] : [`COMMENT ${quoteText(comment)}`]),
  ].join(' ');
}

/** As Spark writes texts of a definition: only the quote is escaped. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "\\'")}'`;
}

/** With the comments of nested fields. */
function typeDefinition(type: DataType): string {
  switch (type.kind) {
    case 'array':
      return `ARRAY<${typeDefinition(type.element)}>`;
    case 'map':
      return `MAP<${typeDefinition(type.key)}, ${typeDefinition(type.value)}>`;
    case 'struct':
      return `STRUCT<${type.fields.map(({ name, type: inner, nullable, comment }) => `${quoteNamePart(name)}: ${typeDefinition(inner)}${nullable ? '' : ' NOT NULL'}${comment === undefined ? '' : ` COMMENT ${quoteText(comment)}`}`).join(', ')}>`;
    default:
      return sqlName(type);
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function numberText(value: unknown): string | undefined {
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined;
}
