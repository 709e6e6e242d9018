import { LakebookError } from '../base/errors.ts';
import { ALLOWED_FUNCTIONS, ALLOWED_TABLE_FUNCTIONS } from './duckdbFunctions.ts';

/** A node of the tree that DuckDB's `json_serialize_sql` gives. */
export type TreeNode = { [key: string]: TreeValue };
export type TreeValue = null | boolean | number | string | TreeValue[] | TreeNode;

/** A place in the tree where a stored table is read. */
export interface TableNode {
  readonly node: TreeNode;
  /** Catalog, schema and table as far as they were written. */
  readonly parts: readonly string[];
  readonly at: { readonly unit: 'VERSION' | 'TIMESTAMP'; readonly value: string } | undefined;
  /** Byte offset in the statement. */
  readonly location: number | undefined;
}

/**
 * The tables that a tree reads, CTEs left out. Everything the walk does not know, and every function that is not allowed,
 * is refused by name: what cannot be seen cannot be pinned.
 * @throws LakebookError DUCKDB_FEATURE_REFUSED
 */
export function collectTableNodes(statement: TreeNode): readonly TableNode[] {
  const tables: TableNode[] = [];
  visitNode(statement, new Set(), tables);
  return tables;
}

type Scope = ReadonlySet<string>;

function visit(value: TreeValue | undefined, scope: Scope, tables: TableNode[]): void {
  if (Array.isArray(value)) for (const item of value) visit(item, scope, tables);
  else if (value !== null && typeof value === 'object') visitNode(value, scope, tables);
}

function visitNode(node: TreeNode, scope: Scope, tables: TableNode[]): void {
  if (typeof node['class'] === 'string') visitExpression(node, node['class'], scope, tables);
  else if (typeof node['type'] === 'string') visitRelation(node, node['type'], scope, tables);
  else visitChildren(node, scope, tables); // holders without a type of their own: a subquery's statement, a CASE branch
}

function visitChildren(node: TreeNode, scope: Scope, tables: TableNode[]): void {
  for (const [key, child] of Object.entries(node)) if (!PLAIN_KEYS.has(key)) visit(child, scope, tables);
}

/** Keys whose values are data or types, never queries. */
const PLAIN_KEYS = new Set(['cast_type', 'sample', 'expected_types', 'expected_names', 'column_names', 'named_param_map', 'cte_map']);

const EXPRESSIONS = new Set([
  'BETWEEN', 'CASE', 'CAST', 'COLLATE', 'COLUMN_REF', 'COMPARISON', 'CONJUNCTION', 'CONSTANT', 'FUNCTION', 'LAMBDA', 'LAMBDA_REF', 'OPERATOR', 'POSITIONAL_REFERENCE',
  'STAR', 'SUBQUERY', 'WINDOW',
]);

function visitExpression(node: TreeNode, expressionClass: string, scope: Scope, tables: TableNode[]): void {
  if (!EXPRESSIONS.has(expressionClass)) refuse(`The expression ${expressionClass}`, 'it is not one of those that can be checked');
  if (expressionClass === 'CONSTANT') return;
  if (expressionClass === 'FUNCTION' || expressionClass === 'WINDOW') checkFunction(node, ALLOWED_FUNCTIONS);
  visitChildren(node, scope, tables);
}

function checkFunction(node: TreeNode, allowed: ReadonlySet<string>): void {
  const name = textOf(node['function_name']);
  const schema = textOf(node['schema']);
  const isBuiltIn = textOf(node['catalog']) === '' && (schema === '' || schema === 'main');
  if (!isBuiltIn || !allowed.has(name.toLowerCase())) refuse(`The function ${schema === '' ? '' : `${schema}.`}${name}`, FUNCTION_REASON);
}
const FUNCTION_REASON = 'only functions of values are allowed there; files and tables are named in FROM';

function visitRelation(node: TreeNode, type: string, scope: Scope, tables: TableNode[]): void {
  switch (type) {
    case 'SELECT_NODE':
    case 'SET_OPERATION_NODE':
      return visitChildren(node, visitCtes(node, scope, tables), tables);
    case 'RECURSIVE_CTE_NODE':
      return visitChildren(node, new Set([...visitCtes(node, scope, tables), textOf(node['cte_name']).toLowerCase()]), tables);
    case 'BASE_TABLE':
      return visitTable(node, scope, tables);
    case 'TABLE_FUNCTION':
      return visitTableFunction(node, scope, tables);
    case 'SUBQUERY':
    case 'JOIN':
    case 'EXPRESSION_LIST':
    case 'EMPTY':
    case 'ORDER_MODIFIER':
    case 'LIMIT_MODIFIER':
    case 'LIMIT_PERCENT_MODIFIER':
    case 'DISTINCT_MODIFIER':
    case 'ORDER_DEFAULT':
    case 'ASCENDING':
    case 'DESCENDING':
    case 'ORDER_ASCENDING':
    case 'ORDER_DESCENDING':
      return visitChildren(node, scope, tables);
    default:
      return refuse(RELATION_NAMES[type] ?? type, 'it is not a query that can be pinned to versions');
  }
}
const RELATION_NAMES: Readonly<Record<string, string>> = { SHOW_REF: 'DESCRIBE, SHOW and SUMMARIZE', PIVOT: 'PIVOT and UNPIVOT' };

/** Visits the WITH clause; each definition sees those before it. Answers with the scope of the body. */
function visitCtes(node: TreeNode, outer: Scope, tables: TableNode[]): Scope {
  const map = (node['cte_map'] as TreeNode | undefined)?.['map'];
  if (!Array.isArray(map)) return outer;
  const scope = new Set(outer);
  for (const entry of map as readonly TreeNode[]) {
    visit(entry['value'], new Set(scope), tables);
    scope.add(textOf(entry['key']).toLowerCase());
  }
  return scope;
}

function visitTable(node: TreeNode, scope: Scope, tables: TableNode[]): void {
  const parts = [node['catalog_name'], node['schema_name'], node['table_name']].map(textOf).filter((part) => part !== '');
  const at = node['at_clause'];
  if (parts.length === 1 && scope.has(parts[0]!.toLowerCase())) return;
  const location = node['query_location'];
  tables.push({ node, parts, at: isNode(at) ? readAtClause(at) : undefined, location: typeof location === 'number' && location >= 0 ? location : undefined });
}

function readAtClause(at: TreeNode): TableNode['at'] {
  const unit = textOf(at['unit']).toUpperCase();
  const expression = at['expr'];
  const constant = isNode(expression) && expression['class'] === 'CAST' ? expression['child'] : expression;
  const value = isNode(constant) && constant['class'] === 'CONSTANT' && isNode(constant['value']) ? constant['value']['value'] : undefined;
  if (unit !== 'VERSION' && unit !== 'TIMESTAMP') return refuse(`AT (${unit} => …)`, 'a table is read at a VERSION or a TIMESTAMP');
  if (typeof value !== 'string' && typeof value !== 'number') return refuse(`AT (${unit} => …) with an expression`, 'the value must be a constant');
  return { unit, value: String(value) };
}

function visitTableFunction(node: TreeNode, scope: Scope, tables: TableNode[]): void {
  const call = node['function'];
  if (!isNode(call)) return refuse('This table function', FUNCTION_REASON);
  checkFunction(call, ALLOWED_TABLE_FUNCTIONS);
  return visit(call['children'], scope, tables);
}

function refuse(feature: string, reason: string): never {
  throw new LakebookError('DUCKDB_FEATURE_REFUSED', { feature, reason });
}

/** True for an object of the tree. */
export function isNode(value: TreeValue | undefined): value is TreeNode {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** The text of a value that is one; '' otherwise. */
export function textOf(value: TreeValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
