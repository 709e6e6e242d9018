import { resolveField } from '../functions/access.ts';
import { call } from '../plan/build.ts';
import type { TypedExpression } from '../plan/expression.ts';
import type { ExpressionOf, NamePart } from '../tree/expressions.ts';
import { field, structOf } from '../types/dataType.ts';
import { quoteIdentifier } from '../types/duckdbType.ts';
import type { Resolution } from './resolution.ts';
import { matchColumns, nearNames, quoteParts, type ScopeColumn } from './scope.ts';
import type { StarColumn } from './stars.ts';

/** The columns without those of `EXCEPT (…)`; a path into a struct leaves the struct without that field. */
export function withoutExcepted(resolution: Resolution, node: ExpressionOf<'star'>, columns: readonly StarColumn[]): readonly StarColumn[] {
  const paths = node.except.map((parts) => exceptedPath(resolution, parts, columns));
  const overlap = paths.some((path, index) => paths.some((other, place) => place !== index && path.column === other.column && other.fields.every((name, at) => same(name, path.fields[at]))));
  if (overlap) return resolution.fail(node, 'EXCEPT_OVERLAPPING_COLUMNS', { columns: node.except.map((parts) => parts.map((part) => part.text).join('.')).join(', ') });
  return columns.flatMap((column) => {
    const own = paths.filter((path) => path.column === column).map((path) => path.fields);
    if (own.length === 0) return [column];
    if (own.some((fields) => fields.length === 0)) return [];
    return [{ name: column.name, value: withoutFields(resolution, node, column.value, column.name, own), column: undefined }];
  });
}

function exceptedPath(resolution: Resolution, parts: readonly NamePart[], columns: readonly StarColumn[]): { readonly column: StarColumn; readonly fields: readonly NamePart[] } {
  const texts = parts.map((part) => part.text);
  const node = { start: parts[0]!.start, end: parts.at(-1)!.end };
  const expanded = columns.map(({ column, name, value }, index): ScopeColumn => (column?.qualifiedOnly === true ? { attribute: column.attribute, qualifier: column.qualifier } : column) ?? { attribute: { id: -1 - index, name, type: value.type, nullable: true }, qualifier: [] });
  const [match, another] = matchColumns(expanded, texts);
  if (match === undefined) return resolution.fail(node, 'UNRESOLVED_COLUMN.WITH_SUGGESTION', { name: quoteParts(texts), proposal: nearNames(expanded, texts).join(', ') });
  if (another !== undefined) return resolution.fail(node, 'AMBIGUOUS_REFERENCE', { name: quoteParts(texts), candidates: [match, another].map(({ column }) => quoteParts([...column.qualifier.slice(-1), column.attribute.name])).join(', ') });
  return { column: columns[expanded.indexOf(match.column)]!, fields: parts.slice(texts.length - match.rest) };
}

/** The struct without some fields, at any depth. A struct that is NULL becomes one of NULLs, as in Spark. */
function withoutFields(resolution: Resolution, node: ExpressionOf<'star'>, value: TypedExpression, alias: string, paths: readonly (readonly NamePart[])[]): TypedExpression {
  for (const [name] of paths) resolveField(resolution, value, name!.text, name!);
  if (value.type.kind !== 'struct') return resolution.fail(node, 'EXCEPT_NESTED_COLUMN_INVALID_TYPE', { column: paths[0]!.map((part) => part.text).join('.'), type: value.type.kind.toUpperCase() });
  const kept = value.type.fields.flatMap(({ name, nullable }) => {
    const inner = paths.filter(([first]) => same(first!, { text: name })).map((path) => path.slice(1));
    if (inner.some((path) => path.length === 0)) return [];
    const own = resolveField(resolution, value, name, node);
    return [{ name, nullable, whole: inner.length === 0, value: inner.length === 0 ? own : withoutFields(resolution, node, own, name, inner) }];
  });
  if (kept.length === 0) return resolution.refuse(node, 'A struct without fields', 'a struct has one at least here');
  const type = structOf(kept.map((each) => field(each.name, each.value.type, each.nullable)));
  const pack = (texts: readonly string[]): string => `struct_pack(${texts.map((text, index) => `${quoteIdentifier(kept[index]!.name)} := ${text}`).join(', ')})`;
  const pretty = (texts: readonly string[]): string => `named_struct(${texts.map((text, index) => `${kept[index]!.name}, ${text}${kept[index]!.whole ? ` AS ${kept[index]!.name}` : ''}`).join(', ')}) AS ${alias}`;
  return call('named_struct', type, kept.map((each) => each.value), pack, node, { pretty });
}

function same(name: Pick<NamePart, 'text'>, other: Pick<NamePart, 'text'> | undefined): boolean {
  return name.text.toLowerCase() === other?.text.toLowerCase();
}
