import { isNode, textOf, type TreeNode, type TreeValue } from './duckdbTree.ts';

/** A constant as DuckDB's parser read it. Integers and decimals are digits, everything else is the text as written. */
export interface DuckDbConstant {
  readonly type: 'integer' | 'decimal' | 'double' | 'boolean' | 'text' | 'date' | 'timestamp';
  readonly text: string;
}

/** What a statement's WHERE says of one table, as far as files can be left out by it. Three-valued, as SQL. */
export type DuckDbCondition =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly DuckDbCondition[] }
  | { readonly kind: 'compare'; readonly operator: '=' | '<>' | '<' | '<=' | '>' | '>='; readonly column: readonly string[]; readonly constant: DuckDbConstant }
  | { readonly kind: 'in'; readonly column: readonly string[]; readonly constants: readonly DuckDbConstant[] }
  | { readonly kind: 'isNull' | 'isNotNull'; readonly column: readonly string[] }
  | { readonly kind: 'unknown' };

const UNKNOWN: DuckDbCondition = { kind: 'unknown' };

/**
 * The condition that a SELECT puts on each table of its FROM. Only of tables that are joined inwardly: a row that an outer
 * join would keep does not come from the rows that a condition leaves.
 */
export function collectConditions(select: TreeNode): ReadonlyMap<TreeNode, DuckDbCondition> {
  const where = select['where_clause'];
  const tables = innerTables(select['from_table']);
  if (!isNode(where) || tables === undefined) return new Map();
  return new Map(tables.map((table) => [table, readCondition(where, { alias: aliasOf(table), sole: tables.length === 1 })]));
}

/** The stored tables of a FROM; undefined where anything but inner joins of them stands there. */
function innerTables(relation: TreeValue | undefined): readonly TreeNode[] | undefined {
  if (!isNode(relation) || relation['sample'] !== null) return undefined;
  if (relation['type'] === 'BASE_TABLE') return hasColumnNames(relation) ? undefined : [relation];
  if (relation['type'] !== 'JOIN' || relation['join_type'] !== 'INNER' || !['REGULAR', 'CROSS'].includes(textOf(relation['ref_type']))) return undefined;
  const left = innerTables(relation['left']);
  const right = innerTables(relation['right']);
  return left === undefined || right === undefined ? undefined : [...left, ...right];
}

function hasColumnNames(table: TreeNode): boolean {
  const names = table['column_name_alias'];
  return Array.isArray(names) && names.length > 0;
}

function aliasOf(table: TreeNode): string {
  return textOf(table['alias']) || textOf(table['table_name']);
}

interface Subject {
  readonly alias: string;
  /** The only table of its FROM: columns need no qualifier. */
  readonly sole: boolean;
}

function readCondition(node: TreeNode, subject: Subject): DuckDbCondition {
  const children = Array.isArray(node['children']) ? node['children'].filter(isNode) : [];
  switch (textOf(node['type'])) {
    case 'CONJUNCTION_AND':
      return { kind: 'and', terms: children.map((child) => readCondition(child, subject)) };
    case 'CONJUNCTION_OR':
      return { kind: 'or', terms: children.map((child) => readCondition(child, subject)) };
    case 'COMPARE_BETWEEN':
      return { kind: 'and', terms: [compare('>=', node['input'], node['lower'], subject), compare('<=', node['input'], node['upper'], subject)] };
    case 'COMPARE_IN':
      return readIn(children, subject);
    case 'OPERATOR_IS_NULL':
    case 'OPERATOR_IS_NOT_NULL': {
      const column = readColumn(children[0], subject);
      return column === undefined ? UNKNOWN : { kind: node['type'] === 'OPERATOR_IS_NULL' ? 'isNull' : 'isNotNull', column };
    }
    default: {
      const operator = OPERATORS[textOf(node['type'])];
      return operator === undefined ? UNKNOWN : compare(operator, node['left'], node['right'], subject);
    }
  }
}

type Operator = Extract<DuckDbCondition, { readonly kind: 'compare' }>['operator'];
const OPERATORS: Readonly<Record<string, Operator>> = {
  COMPARE_EQUAL: '=', COMPARE_NOTEQUAL: '<>', COMPARE_LESSTHAN: '<', COMPARE_LESSTHANOREQUALTO: '<=', COMPARE_GREATERTHAN: '>', COMPARE_GREATERTHANOREQUALTO: '>=',
};
const MIRRORED: Readonly<Record<Operator, Operator>> = { '=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

function compare(operator: Operator, left: TreeValue | undefined, right: TreeValue | undefined, subject: Subject): DuckDbCondition {
  const column = readColumn(left, subject);
  const constant = readConstant(right);
  if (column !== undefined && constant !== undefined) return { kind: 'compare', operator, column, constant };
  const mirroredColumn = readColumn(right, subject);
  const mirroredConstant = readConstant(left);
  return mirroredColumn === undefined || mirroredConstant === undefined ? UNKNOWN : { kind: 'compare', operator: MIRRORED[operator], column: mirroredColumn, constant: mirroredConstant };
}

function readIn([subjectNode, ...members]: readonly TreeNode[], subject: Subject): DuckDbCondition {
  const column = readColumn(subjectNode, subject);
  const constants = members.map(readConstant);
  return column === undefined || constants.includes(undefined) ? UNKNOWN : { kind: 'in', column, constants: constants as readonly DuckDbConstant[] };
}

function readColumn(node: TreeValue | undefined, { alias, sole }: Subject): readonly string[] | undefined {
  if (!isNode(node) || node['class'] !== 'COLUMN_REF' || !Array.isArray(node['column_names'])) return undefined;
  const names = node['column_names'].map(textOf);
  const qualified = names.length > 1 && names[0]!.toLowerCase() === alias.toLowerCase();
  return qualified ? names.slice(1) : sole ? names : undefined;
}

const CAST_TYPES: Readonly<Record<string, DuckDbConstant['type']>> = { DATE: 'date', TIMESTAMP: 'timestamp', 'TIMESTAMP WITH TIME ZONE': 'timestamp' };

function readConstant(node: TreeValue | undefined): DuckDbConstant | undefined {
  if (!isNode(node)) return undefined;
  if (node['class'] === 'CAST') {
    const inner = readConstant(node['child']);
    const type = isNode(node['cast_type']) ? CAST_TYPES[textOf(node['cast_type']['id'])] : undefined;
    return inner?.type === 'text' && type !== undefined ? { type, text: inner.text } : undefined;
  }
  const value = node['class'] === 'CONSTANT' ? node['value'] : undefined;
  if (!isNode(value) || value['is_null'] === true || !isNode(value['type'])) return undefined;
  return readValue(textOf(value['type']['id']), value['type']['type_info'], value['value']);
}

function readValue(type: string, info: TreeValue | undefined, value: TreeValue | undefined): DuckDbConstant | undefined {
  if (typeof value === 'string' && type === 'VARCHAR') return { type: 'text', text: value };
  if (typeof value === 'boolean') return { type: 'boolean', text: String(value) };
  if (typeof value !== 'number') return undefined; // too large to be exact here
  if (type === 'DOUBLE') return { type: 'double', text: String(value) };
  if (type === 'DECIMAL' && isNode(info)) return { type: 'decimal', text: formatDecimal(value, Number(info['scale'])) };
  return /INT/.test(type) ? { type: 'integer', text: String(value) } : undefined;
}

function formatDecimal(unscaled: number, scale: number): string {
  const digits = String(Math.abs(unscaled)).padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return unscaled < 0 ? `-${text}` : text;
}
