import type { NameScope, ScopedColumn, SqlSymbol, SymbolOf } from './symbols.ts';

export const EMPTY_SCOPE: NameScope = { columns: [], outputs: [], aliases: [], variables: [], windows: [], outer: undefined, ctes: [] };

/** Columns that `*` shows. */
export function visibleColumns(columns: readonly ScopedColumn[]): readonly ScopedColumn[] {
  return columns.filter((column) => column.hidden !== true && column.qualifiedOnly !== true);
}

/** The columns under another qualifier, as an alias or a subquery makes them. */
export function requalified(columns: readonly ScopedColumn[], qualifier: readonly string[], relation: SqlSymbol | undefined): readonly ScopedColumn[] {
  return columns.map((column) => ({ ...column, qualifier, relation }));
}

/** What a dotted name means: the symbol, and at which part its name stands; the parts behind are struct fields. */
export type NameMatch =
  | { readonly kind: 'column'; readonly column: ScopedColumn; readonly at: number }
  | { readonly kind: 'variable'; readonly variable: SymbolOf<'variable'>; readonly at: 0 };

/** The meaning of a name, from the innermost scope outwards, in the order that the resolver looks things up. */
export function findName(scope: NameScope, parts: readonly string[]): NameMatch | undefined {
  for (let place: NameScope | undefined = scope; place !== undefined; place = place.outer) {
    const variable = findByName(place.variables, parts[0]!);
    if (variable !== undefined) return { kind: 'variable', variable, at: 0 };
    for (const columns of [place.outputs, place.columns, place.aliases]) {
      const match = findColumn(columns, parts);
      if (match !== undefined) return match;
    }
  }
  return undefined;
}

/** The column that `parts` begin with: the longest qualifier first. */
function findColumn(columns: readonly ScopedColumn[], parts: readonly string[]): Extract<NameMatch, { readonly kind: 'column' }> | undefined {
  const wanted = parts.map((part) => part.toLowerCase());
  for (let at = Math.min(3, wanted.length - 1); at >= 0; at--) {
    const found = columns.filter((column) => column.name.toLowerCase() === wanted[at] && (at === 0 ? column.qualifiedOnly !== true : endsWith(column.qualifier, wanted.slice(0, at))));
    const column = found.find((each) => each.hidden !== true) ?? found[0];
    if (column !== undefined) return { kind: 'column', column, at };
  }
  return undefined;
}

/** The columns that `q.` leads to, of the nearest scope that has any. */
export function qualifiedColumns(scope: NameScope, qualifier: readonly string[]): readonly ScopedColumn[] {
  const wanted = qualifier.map((part) => part.toLowerCase());
  for (let place: NameScope | undefined = scope; place !== undefined; place = place.outer) {
    const found = place.columns.filter((column) => endsWith(column.qualifier, wanted));
    if (found.length > 0) return found;
  }
  return [];
}

export function findByName<Named extends { readonly name: string }>(all: readonly Named[], name: string): Named | undefined {
  const wanted = name.toLowerCase();
  return all.find((each) => each.name.toLowerCase() === wanted);
}

function endsWith(qualifier: readonly string[], wanted: readonly string[]): boolean {
  const offset = qualifier.length - wanted.length;
  return offset >= 0 && wanted.every((part, index) => qualifier[offset + index]!.toLowerCase() === part);
}
