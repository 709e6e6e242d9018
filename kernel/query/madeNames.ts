import type { NamePart } from '../sql/tree/expressions.ts';
import type { Statement, StatementOf } from '../sql/tree/statements.ts';

/** A name that a statement makes, or makes stand for something else, by its parts. */
export interface MadeName {
  readonly parts: readonly string[];
  /** Where the name is taken already, nothing is made. */
  readonly ifNotExists: boolean;
}

type Maker = StatementOf<'createTable' | 'createTableLike' | 'cloneTable' | 'createView' | 'createSchema' | 'createCatalog' | 'createVolume' | 'createTemporaryView' | 'createTemporaryFunction' | 'undrop' | 'alterTable' | 'restore' | 'script'>;

/** Names that tables, views, schemas and functions have after the statement, and did not have before, or not with these columns. */
export function namesMadeBy(statement: Statement): readonly MadeName[] {
  const tree = statement as Maker;
  switch (tree.kind) {
    case 'createTable':
    case 'createTableLike':
    case 'cloneTable':
    case 'createView':
    case 'createSchema':
      return [{ parts: textsOf(tree.name.parts), ifNotExists: tree.ifNotExists }];
    case 'createTemporaryView':
    case 'createTemporaryFunction':
      return [{ parts: textsOf(tree.name), ifNotExists: false }];
    case 'undrop':
      return tree.name === undefined ? [] : [{ parts: textsOf(tree.name.parts), ifNotExists: false }];
    case 'restore':
      return [{ parts: textsOf(tree.target.name), ifNotExists: false }];
    case 'alterTable':
      return [tree.target.name, ...(tree.change.kind === 'rename' ? [tree.change.to] : [])].map((name) => ({ parts: textsOf(name), ifNotExists: false }));
    case 'script':
      return statementsIn(tree.block).flatMap(namesMadeBy);
    default:
      return [];
  }
}

function textsOf(parts: readonly NamePart[]): readonly string[] {
  return parts.map(({ text }) => text);
}

/** Statements of a script, at any depth. */
function statementsIn(node: unknown): Statement[] {
  if (typeof node !== 'object' || node === null) return [];
  const { kind, statement } = node as { readonly kind?: string; readonly statement?: Statement };
  if (kind === 'statement' && statement !== undefined) return [statement];
  return Object.values(node).flatMap(statementsIn);
}

/** Every part of every name in a tree, in lower case. */
export function nameWordsIn(node: unknown, words: Set<string> = new Set()): Set<string> {
  if (typeof node !== 'object' || node === null) return words;
  const { text, quoted } = node as { readonly text?: unknown; readonly quoted?: unknown };
  if (typeof text === 'string' && typeof quoted === 'boolean') words.add(text.toLowerCase());
  for (const child of Object.values(node)) nameWordsIn(child, words);
  return words;
}
