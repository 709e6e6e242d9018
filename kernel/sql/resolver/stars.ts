import { resolveField } from '../functions/access.ts';
import { columnOf } from '../plan/build.ts';
import type { TypedExpression } from '../plan/expression.ts';
import type { ExpressionOf, Located, NamePart } from '../tree/expressions.ts';
import { matchQualifier, nearNames, quoteParts, type Scope, type ScopeColumn } from './scope.ts';
import { withoutExcepted } from './starExcept.ts';
import type { ExpressionReader } from './windows.ts';

/** One output column of a star. */
export interface StarColumn {
  readonly name: string;
  readonly value: TypedExpression;
  /** The column in scope that it is, where it is no struct's field and not replaced. */
  readonly column: ScopeColumn | undefined;
}

interface NameReader extends ExpressionReader {
  findName(parts: readonly NamePart[], scope: Scope, node: Located): TypedExpression | undefined;
}

/** The columns that `*`, `t.*` or `struct.*` stands for, without those in EXCEPT and with those in REPLACE. */
export function expandStar(reader: NameReader, node: ExpressionOf<'star'>, scope: Scope): readonly StarColumn[] {
  const columns = columnsOf(reader, node, scope);
  const replaced = new Map(node.replace.map((item) => [item.name.text.toLowerCase(), item]));
  const unknown = node.replace.find(({ name }) => !columns.some((column) => column.name.toLowerCase() === name.text.toLowerCase()));
  if (unknown !== undefined) return reader.resolution.fail(unknown.name, 'UNRESOLVED_COLUMN.WITH_SUGGESTION', { name: quoteParts([unknown.name.text]), proposal: nearNames(scope.columns, [unknown.name.text]).join(', ') });
  return withoutExcepted(reader.resolution, node, columns).map((column) => {
    const item = replaced.get(column.name.toLowerCase());
    return item === undefined ? column : { name: item.name.text, value: reader.resolve(item.value, scope), column: undefined };
  });
}

function columnsOf(reader: NameReader, node: ExpressionOf<'star'>, scope: Scope): readonly StarColumn[] {
  const fromScope = (columns: readonly ScopeColumn[]): StarColumn[] => columns.map((column) => ({ name: column.attribute.name, value: columnOf(column.attribute, node), column }));
  if (node.qualifier.length === 0) return fromScope(scope.columns.filter((column) => column.hidden !== true && column.qualifiedOnly !== true));
  const parts = node.qualifier.map((part) => part.text);
  for (let place: Scope | undefined = scope; place !== undefined; place = place.outer) {
    const columns = matchQualifier(place.columns, parts);
    if (columns.length > 0) return fromScope(columns);
  }
  const struct = reader.findName(node.qualifier, scope, node);
  if (struct?.type.kind === 'struct') return struct.type.fields.map((field) => ({ name: field.name, value: resolveField(reader.resolution, struct, field.name, node), column: undefined }));
  if (struct !== undefined) return reader.resolution.refuse(node, `The star of ${quoteParts(parts)}`, 'it is no struct');
  const columns = scope.columns.filter((column) => column.hidden !== true).map((column) => quoteParts([column.attribute.name])).sort().join(', ');
  return reader.resolution.fail(node, 'CANNOT_RESOLVE_STAR_EXPAND', { star: quoteParts(parts), columns });
}
