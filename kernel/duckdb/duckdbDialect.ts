import { LakebookError, type SourceSpan } from '../base/errors.ts';
import type { Database } from './database.ts';
import { collectConditions, type DuckDbCondition } from './duckdbConditions.ts';
import { collectTableNodes, isNode, textOf, type TableNode, type TreeNode, type TreeValue } from './duckdbTree.ts';

/** A stored table that a statement in DuckDB's dialect reads. */
export interface DuckDbTable {
  readonly parts: readonly string[];
  readonly at: TableNode['at'];
  /** What the statement's filter says of it; for leaving files out. */
  readonly condition: DuckDbCondition;
  readonly span: SourceSpan | undefined;
}

/** A checked statement of DuckDB's dialect: it reads nothing but `tables` and calls nothing that reads anything. */
export interface DuckDbQuery {
  readonly explain: boolean;
  readonly tables: readonly DuckDbTable[];
  /** The statement with the n-th table read from the n-th relation (a SELECT). */
  rewrite(relations: readonly string[], signal?: AbortSignal): Promise<string>;
}

/** The statements of a text in DuckDB's dialect, as spans; comments and quotes hide a `;`. Empty ones are left out. */
export function splitDuckDbText(text: string): readonly { readonly start: number; readonly end: number }[] {
  const spans: { start: number; end: number }[] = [];
  let start = 0;
  const close = (end: number): void => {
    const statement = text.slice(start, end);
    if (statement.replace(COMMENTS_AND_BLANKS, '') !== '') spans.push({ start: start + (statement.length - statement.trimStart().length), end: start + statement.trimEnd().length });
    start = end + 1;
  };
  for (const token of text.matchAll(OPAQUE_OR_SEMICOLON)) if (token[0] === ';') close(token.index);
  close(text.length);
  return spans;
}

const OPAQUE_OR_SEMICOLON = /[eE]'(?:[^'\\]|\\[^]|'')*'?|'(?:[^']|'')*'?|"(?:[^"]|"")*"?|(\$\w*\$)[^]*?(?:\1|$)|--[^\n]*|\/\*[^]*?(?:\*\/|$)|;/g;
const COMMENTS_AND_BLANKS = /--[^\n]*|\/\*[^]*?(?:\*\/|$)|\s+/g;

/**
 * Parses one statement with DuckDB's own parser and checks all of its tree.
 * @throws LakebookError DUCKDB_SYNTAX_ERROR, DUCKDB_FEATURE_REFUSED
 */
export async function parseDuckDbQuery(database: Database, text: string, signal?: AbortSignal): Promise<DuckDbQuery> {
  const explained = /^(?:\s|--[^\n]*\n|\/\*[^]*?\*\/)*EXPLAIN\b/i.exec(text);
  const offset = explained?.[0].length ?? 0;
  if (explained !== null && /^\s*(?:\(|ANALYZE\b)/i.test(text.slice(offset))) {
    throw new LakebookError('DUCKDB_FEATURE_REFUSED', { feature: 'EXPLAIN ANALYZE and options of EXPLAIN', reason: 'EXPLAIN shows the plan without running it' });
  }
  const statement = await serialize(database, text.slice(offset), offset, signal);
  const nodes = collectTableNodes(statement);
  const conditions = collectAllConditions(statement);
  return {
    explain: explained !== null,
    tables: nodes.map(({ node, parts, at, location }) => ({ parts, at, condition: conditions.get(node) ?? { kind: 'unknown' }, span: location === undefined ? undefined : buildSpan(text, offset + location) })),
    rewrite: (relations, runSignal) => rewrite(database, statement, nodes, relations, runSignal),
  };
}

/** The conditions of every SELECT in the tree. */
function collectAllConditions(value: TreeValue, found = new Map<TreeNode, DuckDbCondition>()): ReadonlyMap<TreeNode, DuckDbCondition> {
  if (Array.isArray(value)) for (const item of value) collectAllConditions(item, found);
  else if (isNode(value)) {
    if (value['type'] === 'SELECT_NODE') for (const [table, condition] of collectConditions(value)) found.set(table, condition);
    for (const child of Object.values(value)) collectAllConditions(child, found);
  }
  return found;
}

async function serialize(database: Database, text: string, offset: number, signal: AbortSignal | undefined): Promise<TreeNode> {
  const answer = await database.query(`SELECT json_serialize_sql(${quote(text)}, skip_null := false, skip_empty := false)::VARCHAR AS tree`, signal);
  const tree = parseTree(String(answer.column('tree')[0]));
  if (tree['error'] === true) throw explainFailure(tree, text, offset);
  const [first, ...others] = tree['statements'] as readonly TreeNode[];
  if (first === undefined || others.length > 0) throw new LakebookError('DUCKDB_FEATURE_REFUSED', { feature: 'More than one statement at a time', reason: 'each is checked and pinned on its own' });
  return first;
}

function explainFailure(failure: TreeNode, text: string, offset: number): LakebookError {
  const detail = textOf(failure['error_message']);
  if (failure['error_type'] !== 'not implemented' && !detail.includes('NOT IMPLEMENTED')) {
    const position = Number(failure['position'] ?? Number.NaN);
    return new LakebookError('DUCKDB_SYNTAX_ERROR', { detail }, Number.isNaN(position) ? {} : { span: buildSpan(text, position, offset) });
  }
  const feature = /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? 'This statement';
  return new LakebookError('DUCKDB_FEATURE_REFUSED', { feature: feature === 'SELECT' || feature === 'WITH' ? 'This form of SELECT' : feature, reason: 'only SELECT and EXPLAIN are run' });
}

/** Puts a name that the statement does not hold in each table's place, has the tree printed, and each relation for its name. */
async function rewrite(database: Database, statement: TreeNode, nodes: readonly TableNode[], relations: readonly string[], signal: AbortSignal | undefined): Promise<string> {
  const prefix = pickPrefix(JSON.stringify(statement));
  const named = new Map(nodes.map(({ node }, index) => [node, `${prefix}${index}`]));
  const tree = formatTree({ error: false, statements: [replaceTables(statement, named)] });
  const answer = await database.query(`SELECT json_deserialize_sql(${quote(tree)}::JSON) AS text`, signal);
  const placeholder = new RegExp(`"?${prefix}(\\d+)"?`, 'g');
  return String(answer.column('text')[0]).replace(placeholder, (_, index: string) => `(${relations[Number(index)]})`);
}

function replaceTables(value: TreeValue, named: ReadonlyMap<TreeNode, string>): TreeValue {
  if (Array.isArray(value)) return value.map((item) => replaceTables(item, named));
  if (value === null || typeof value !== 'object') return value;
  const name = named.get(value);
  const copy: TreeNode = {};
  for (const [key, child] of Object.entries(value)) copy[key] = replaceTables(child, named);
  if (name === undefined) return copy;
  const alias = copy['alias'] === '' ? copy['table_name']! : copy['alias']!;
  return { ...copy, alias, catalog_name: '', schema_name: '', table_name: name, at_clause: null };
}

/** JSON's numbers have no size, JavaScript's do: long ones (constants, and 2^64-1 for no location) travel as marked text. */
function parseTree(text: string): TreeNode {
  return JSON.parse(text.replace(STRING_OR_NUMBER, (token) => (token.length > 15 && !token.startsWith('"') ? `"${LONG_NUMBER}${token}"` : token))) as TreeNode;
}

function formatTree(tree: TreeNode): string {
  return JSON.stringify(tree).replace(/"#long:(-?[\d.eE+-]+)"/g, '$1');
}
const LONG_NUMBER = '#long:';
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

function pickPrefix(text: string): string {
  let prefix = 'lakebook_scan_';
  while (text.includes(prefix)) prefix = `lakebook_${prefix}`;
  return prefix;
}

/** @param position in characters of `text`, which begins at `offset` of the statement */
function buildSpan(text: string, position: number, offset = 0): SourceSpan {
  const before = text.slice(0, position);
  const end = position + (/^(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[\w$]+|.)/.exec(text.slice(position))?.[0].length ?? 0);
  return { start: offset + position, end: offset + end, line: before.split('\n').length, column: position - (before.lastIndexOf('\n') + 1) };
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
