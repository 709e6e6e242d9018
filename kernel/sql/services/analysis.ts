import type { SessionSettings } from '../catalog.ts';
import { tokenize } from '../lexer.ts';
import { collectTableReferences } from '../references.ts';
import type { TableReference } from '../catalog.ts';
import type { Token } from '../tokens.ts';
import type { Statement } from '../tree/statements.ts';
import type { Expression } from '../tree/expressions.ts';
import type { Relation, Query } from '../tree/queries.ts';
import { EMPTY_SCOPE } from './nameScope.ts';
import { QueryWalker } from './queryWalker.ts';
import { type KnownTables, Recorder } from './recorder.ts';
import { parseRepaired } from './repair.ts';
import type { NameScope, ScopedColumn, StatementModel } from './symbols.ts';

/** One statement as language services read it, whole or broken. Offsets count in `text`. */
export interface ReadStatement {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Undefined where nothing could be made of it. */
  readonly tree: Statement | undefined;
}

export function readStatement(text: string, tokens: readonly Token[] = tokenize(text)): ReadStatement {
  return { text, tokens, tree: parseRepaired(text, tokens) };
}

/** The tables that have to be known before the statement can be analysed. */
export function referencesOf({ tree }: ReadStatement, settings: SessionSettings): readonly TableReference[] {
  return tree === undefined ? [] : collectTableReferences(tree, settings);
}

const EMPTY_MODEL: StatementModel = { occurrences: [], tied: new Set(), cursor: undefined, outputs: [] };

/** What the names of a statement mean. Pure; tables are loaded beforehand. */
export function analyseStatement({ text, tree }: ReadStatement, settings: SessionSettings, tables: KnownTables): StatementModel {
  if (tree === undefined) return EMPTY_MODEL;
  const recorder = new Recorder(text, settings, tables);
  const queries = new QueryWalker(recorder);
  const outputs = walkStatement(tree, queries, recorder.surroundings);
  return { occurrences: recorder.occurrences(), tied: recorder.tied, cursor: recorder.cursor, outputs };
}

function walkStatement(tree: Statement, queries: QueryWalker, outer: NameScope | undefined): readonly ScopedColumn[] {
  const scope = outer ?? EMPTY_SCOPE;
  switch (tree.kind) {
    case 'query':
      return queries.query(tree, { outer, ctes: [] });
    case 'explain':
      return walkStatement(tree.statement, queries, outer);
    case 'setVariables':
      for (const { target, value } of tree.assignments) {
        queries.expressions.name(target.parts, scope, 'other');
        queries.expressions.walk(value, scope, 'other');
      }
      return [];
    case 'setVariablesFrom':
      for (const { parts } of tree.targets) queries.expressions.name(parts, scope, 'other');
      queries.query(tree.query, { outer, ctes: [] });
      return [];
    case 'dropVariable':
      queries.expressions.name(tree.name.parts, scope, 'other');
      return [];
    case 'executeImmediate':
      queries.expressions.walkAll([tree.text, ...tree.using.map(({ value }) => value)], scope, 'other');
      for (const { parts } of tree.into) queries.expressions.name(parts, scope, 'other');
      return [];
    default:
      walkParts(tree, queries, outer);
      return [];
  }
}

/** A statement that is no query: its tables first, then its queries and expressions over their columns. */
function walkParts(tree: Statement, queries: QueryWalker, outer: NameScope | undefined): void {
  const relations: Relation[] = [];
  const others: Node[] = [];
  collectParts(Object.values(tree), relations, others);
  const columns = queries.relations.list(relations, { outer, ctes: [] });
  const scope: NameScope = { ...EMPTY_SCOPE, columns, outer };
  for (const node of others) {
    if (node.kind === 'query') queries.query(node, { outer: scope, ctes: [] });
    else queries.expressions.walk(node, scope, 'other');
  }
}

type Node = Query | Expression;
const EXPRESSION_KINDS: ReadonlySet<string> = new Set<Expression['kind']>(['name', 'call', 'binary', 'unary', 'isNull', 'isBoolean', 'isDistinct', 'between', 'inList', 'inQuery', 'like', 'case', 'cast', 'index', 'field', 'path', 'subquery', 'exists', 'row', 'parameter', 'star', 'collate', 'interval']);

function collectParts(values: readonly unknown[], relations: Relation[], others: Node[]): void {
  for (const value of values) {
    if (typeof value !== 'object' || value === null) continue;
    const { kind } = value as { readonly kind?: string };
    if (kind === 'table' && 'timeTravel' in value) relations.push(value as Relation);
    else if (kind === 'query' || (kind !== undefined && EXPRESSION_KINDS.has(kind))) others.push(value as Node);
    else if (kind === 'derived' || kind === 'join' || kind === 'inlineValues') relations.push(value as Relation);
    else collectParts(Object.values(value), relations, others);
  }
}
