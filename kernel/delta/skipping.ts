import { physicalNameOf, type ColumnMappingMode } from './columnMapping.ts';
import type { ColumnPath, ComparisonOperator, Literal, Predicate } from './predicate.ts';
import { findField, type DeltaType, type PrimitiveType, type StructField, type StructType } from './schema.ts';
import { duckdbType, literal as text } from './sqlText.ts';

/** What is kept per file of one column, so that files can be left out by it. */
export interface IndexedColumn {
  readonly kind: 'partition' | 'statistics';
  /** Physical names from the root. */
  readonly path: readonly string[];
  readonly type: PrimitiveType;
}

/** A column's index as the engine has it. */
export interface ColumnIndex {
  /** The alias under which a statement joins it. */
  readonly alias: string;
  /** Whether some file's value or bound is not known. */
  readonly hasGaps: boolean;
}

/**
 * A predicate made ready for files. `sql` is true or NULL-free false per file: false only where no row of the file can
 * make the predicate true (STATS-1 to STATS-9).
 */
export interface FileFilter {
  readonly columns: readonly IndexedColumn[];
  /** The filter part by part: what each asks, of which of {@link columns}, and its own text. */
  readonly conjuncts: readonly FileConjunct[];
  /** @param indexOf by position in {@link columns}; undefined where there is none, and then the column tells nothing */
  sql(indexOf: (column: number) => ColumnIndex | undefined): string;
}

export interface FileConjunct {
  readonly predicate: Predicate;
  readonly columns: readonly number[];
  sql(indexOf: (column: number) => ColumnIndex | undefined): string;
}

export interface FilterContext {
  readonly schema: StructType;
  readonly partitionColumns: readonly string[];
  readonly mode: ColumnMappingMode;
  readonly trustFloatMaximum: boolean;
}

/** The parts of a predicate that partition values, and that statistics, can answer. Pure. */
export function buildFileFilters(predicate: Predicate, context: FilterContext): { readonly partitions: FileFilter; readonly statistics: FileFilter } {
  const conjuncts = conjunctsOf(pushDownNot(predicate, false));
  const usesPartitionsOnly = (part: Predicate): boolean => columnsIn(part).every((path) => resolve(path, context)?.kind === 'partition');
  return {
    partitions: fileFilter(conjuncts.filter(usesPartitionsOnly), context),
    statistics: fileFilter(conjuncts.filter((part) => !usesPartitionsOnly(part)), context),
  };
}

const ALWAYS = 'true';
const NEVER = 'false';
/** Longer lists are judged by their least and greatest value. */
const IN_LIST_MAX = 64;
const INTEGERS = new Set(['byte', 'short', 'integer', 'long']);
const FLOATS = new Set(['float', 'double']);

type Render = (indexOf: (column: number) => ColumnIndex | undefined) => string;

function fileFilter(conjuncts: readonly Predicate[], context: FilterContext): FileFilter {
  const columns: IndexedColumn[] = [];
  const parts = conjuncts.map((predicate): FileConjunct => {
    const used = new Set<number>();
    const sql = compile(predicate, { ...context, columns, used });
    return { predicate, columns: [...used], sql };
  });
  return { columns, conjuncts: parts, sql: (indexOf) => combine('AND', parts.map((part) => part.sql(indexOf))) };
}

interface CompileContext extends FilterContext {
  readonly columns: IndexedColumn[];
  /** Positions in {@link columns} that the conjunct asks for. */
  readonly used: Set<number>;
}

function compile(predicate: Predicate, context: CompileContext): Render {
  switch (predicate.kind) {
    case 'and':
    case 'or': {
      const renders = predicate.operands.map((operand) => compile(operand, context));
      const operator = predicate.kind === 'and' ? 'AND' : 'OR';
      return (indexOf) => combine(operator, renders.map((render) => render(indexOf)));
    }
    case 'unknown':
    case 'not':
      return () => ALWAYS;
    case 'comparison':
    case 'in':
    case 'isNull':
    case 'isNotNull':
    case 'startsWith':
      return compileLeaf(predicate, context);
  }
}

type Leaf = Extract<Predicate, { readonly column: ColumnPath }>;

function compileLeaf(leaf: Leaf, context: CompileContext): Render {
  const column = resolve(leaf.column, context);
  if (column === undefined) return () => ALWAYS;
  let position = context.columns.findIndex((known) => known.kind === column.kind && known.path.join('\n') === column.path.join('\n'));
  if (position < 0) position = context.columns.push(column) - 1;
  context.used.add(position);
  return (indexOf) => {
    const index = indexOf(position);
    if (index === undefined) return ALWAYS;
    return column.kind === 'partition' ? partitionSql(leaf, column, index) : statisticsSql(leaf, column, index, context.trustFloatMaximum);
  };
}

function partitionSql(leaf: Leaf, { type }: IndexedColumn, { alias, hasGaps }: ColumnIndex): string {
  const value = `${alias}.value`;
  const known = partitionCondition(leaf, type, value);
  return hasGaps && known !== ALWAYS ? `(${alias}.unknown OR ${known})` : known;
}

/** Exact: the value is every row's. NULL counts as false. */
function partitionCondition(leaf: Leaf, type: PrimitiveType, value: string): string {
  switch (leaf.kind) {
    case 'isNull':
      return `${value} IS NULL`;
    case 'isNotNull':
      return `${value} IS NOT NULL`;
    case 'startsWith':
      return type.kind === 'string' ? `starts_with(${value}, ${text(leaf.prefix)})` : ALWAYS;
    case 'in':
      return combine('OR', leaf.literals.map((item) => partitionComparison('=', item, type, value)));
    case 'comparison':
      return partitionComparison(leaf.operator, leaf.literal, type, value);
  }
}

function partitionComparison(operator: ComparisonOperator, constant: Literal, type: PrimitiveType, value: string): string {
  if (constant.value === null) return operator === '<=>' ? `${value} IS NULL` : NEVER;
  const how = comparability(type, constant.type);
  if (how === 'no') return ALWAYS;
  const sqlOperator = operator === '<=>' ? '=' : operator;
  if (how === 'exact') return `${value} ${sqlOperator} ${literalSql(constant)}`;
  return operator === '<>' ? ALWAYS : `${value}::DOUBLE ${looser(sqlOperator)} ${literalSql(constant)}::DOUBLE`;
}

function statisticsSql(leaf: Leaf, column: IndexedColumn, { alias, hasGaps }: ColumnIndex, trustFloatMaximum: boolean): string {
  const isTopLevel = column.path.length === 1;
  switch (leaf.kind) {
    case 'isNull':
      // A nested value is null where its parent is, which not every writer counts
      return isTopLevel ? `(${alias}.nulls IS NULL OR ${alias}.nulls > 0)` : ALWAYS;
    case 'isNotNull':
      return someValue(alias);
    case 'startsWith':
      if (column.type.kind !== 'string') return ALWAYS;
      return combine('AND', [
        orUnknown(`${alias}.lo`, `(${alias}.lo <= ${text(leaf.prefix)} OR starts_with(${alias}.lo, ${text(leaf.prefix)}))`, hasGaps),
        orUnknown(`${alias}.hi`, `${alias}.hi >= ${text(leaf.prefix)}`, hasGaps),
      ]);
    case 'in':
      return inSql(leaf.literals, column, { alias, hasGaps }, trustFloatMaximum);
    case 'comparison':
      if (leaf.operator === '<=>' && leaf.literal.value === null) return isTopLevel ? `(${alias}.nulls IS NULL OR ${alias}.nulls > 0)` : ALWAYS;
      return boundsSql(leaf.operator, leaf.literal, column, { alias, hasGaps }, trustFloatMaximum);
  }
}

function inSql(literals: readonly Literal[], column: IndexedColumn, index: ColumnIndex, trustFloatMaximum: boolean): string {
  const constants = literals.filter((item) => item.value !== null);
  if (constants.length <= IN_LIST_MAX) return combine('OR', constants.map((item) => boundsSql('=', item, column, index, trustFloatMaximum)));
  if (constants.some((item) => comparability(column.type, item.type) !== 'exact') || FLOATS.has(column.type.kind) || column.type.kind === 'boolean') return ALWAYS;
  const list = `[${constants.map(literalSql).join(', ')}]`;
  return combine('AND', [
    orUnknown(`${index.alias}.lo`, `${index.alias}.lo <= list_max(${list})`, index.hasGaps),
    orUnknown(`${index.alias}.hi`, `${index.alias}.hi >= list_min(${list})`, index.hasGaps),
  ]);
}

function boundsSql(operator: ComparisonOperator, constant: Literal, column: IndexedColumn, { alias, hasGaps }: ColumnIndex, trustFloatMaximum: boolean): string {
  if (constant.value === null) return NEVER;
  const how = comparability(column.type, constant.type);
  if (how === 'no' || column.type.kind === 'boolean' || Number.isNaN(constant.value)) return ALWAYS; // no bounds are kept of booleans
  // Bounds of decimals are kept as doubles with some slack; other bounds keep their type
  const asDouble = how === 'loose' || column.type.kind === 'decimal';
  const isStrict = how === 'exact' && (INTEGERS.has(column.type.kind) || column.type.kind === 'date');
  const value = asDouble ? `${literalSql(constant)}::DOUBLE` : literalSql(constant);
  const bound = (side: 'lo' | 'hi', sign: string): string => {
    if (side === 'hi' && FLOATS.has(column.type.kind) && !trustFloatMaximum) return ALWAYS;
    const name = `${alias}.${side}`;
    return orUnknown(name, `${asDouble ? `${name}::DOUBLE` : name} ${isStrict ? sign : looser(sign)} ${value}`, hasGaps);
  };
  switch (operator) {
    case '=':
    case '<=>':
      return combine('AND', [bound('lo', '<='), bound('hi', '>='), hasGaps ? someValue(alias) : ALWAYS]);
    case '<':
    case '<=':
      return combine('AND', [bound('lo', operator), hasGaps ? someValue(alias) : ALWAYS]);
    case '>':
    case '>=':
      return combine('AND', [bound('hi', operator), hasGaps ? someValue(alias) : ALWAYS]);
    case '<>':
      return isStrict ? `(${alias}.lo IS NULL OR ${alias}.hi IS NULL OR ${alias}.lo <> ${value} OR ${alias}.hi <> ${value})` : ALWAYS;
  }
}

function orUnknown(bound: string, condition: string, hasGaps: boolean): string {
  return hasGaps ? `(${bound} IS NULL OR ${condition})` : condition;
}

/** Not every row is null. */
function someValue(alias: string): string {
  return `(${alias}.nulls IS NULL OR ${alias}.rows IS NULL OR ${alias}.nulls < ${alias}.rows)`;
}

function looser(operator: string): string {
  return operator === '<' ? '<=' : operator === '>' ? '>=' : operator;
}

function combine(operator: 'AND' | 'OR', parts: readonly string[]): string {
  const [neutral, decisive] = operator === 'AND' ? [ALWAYS, NEVER] : [NEVER, ALWAYS];
  if (parts.includes(decisive)) return decisive;
  const telling = parts.filter((part) => part !== neutral);
  if (telling.length === 0) return neutral;
  return telling.length === 1 ? (telling[0] ?? neutral) : `(${telling.join(` ${operator} `)})`;
}

/** `exact`: the engine compares the two types without rounding. `loose`: both as doubles, never strictly. */
function comparability(column: PrimitiveType, constant: PrimitiveType): 'exact' | 'loose' | 'no' {
  const bothNumeric = isNumeric(column) && isNumeric(constant);
  if (bothNumeric) return (INTEGERS.has(column.kind) && INTEGERS.has(constant.kind)) || (FLOATS.has(column.kind) && FLOATS.has(constant.kind)) || column.kind === constant.kind ? 'exact' : 'loose';
  return column.kind === constant.kind && ['string', 'date', 'timestamp', 'timestamp_ntz', 'boolean'].includes(column.kind) ? 'exact' : 'no';
}

function isNumeric({ kind }: PrimitiveType): boolean {
  return INTEGERS.has(kind) || FLOATS.has(kind) || kind === 'decimal';
}

/** Integers of every width compare as the widest; other types are themselves. */
function literalSql({ type, value }: Literal): string {
  const constant = text(String(value));
  return type.kind === 'string' ? constant : `${constant}::${INTEGERS.has(type.kind) ? 'BIGINT' : duckdbType(type)}`;
}

const OPPOSITE: Readonly<Partial<Record<ComparisonOperator, ComparisonOperator>>> = { '=': '<>', '<>': '=', '<': '>=', '>=': '<', '>': '<=', '<=': '>' };

/** The predicate without `not`: in three-valued logic, a negation is true where the opposite is. */
function pushDownNot(predicate: Predicate, negated: boolean): Predicate {
  switch (predicate.kind) {
    case 'not':
      return pushDownNot(predicate.operand, !negated);
    case 'and':
    case 'or': {
      const kind = negated ? (predicate.kind === 'and' ? 'or' : 'and') : predicate.kind;
      return { kind, operands: predicate.operands.map((operand) => pushDownNot(operand, negated)) };
    }
    case 'isNull':
    case 'isNotNull':
      return negated ? { kind: predicate.kind === 'isNull' ? 'isNotNull' : 'isNull', column: predicate.column } : predicate;
    case 'comparison': {
      if (!negated) return predicate;
      const operator = OPPOSITE[predicate.operator];
      return operator === undefined ? { kind: 'unknown' } : { ...predicate, operator };
    }
    case 'in':
      if (!negated) return predicate;
      return { kind: 'and', operands: predicate.literals.map((item): Predicate => ({ kind: 'comparison', operator: '<>', column: predicate.column, literal: item })) };
    case 'startsWith':
      return negated ? { kind: 'unknown' } : predicate;
    case 'unknown':
      return predicate;
  }
}

function conjunctsOf(predicate: Predicate): readonly Predicate[] {
  return predicate.kind === 'and' ? predicate.operands.flatMap(conjunctsOf) : [predicate];
}

/** Every column that a predicate asks for; an empty path for what is unknown. */
export function columnsIn(predicate: Predicate): readonly ColumnPath[] {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return predicate.operands.flatMap(columnsIn);
    case 'not':
      return columnsIn(predicate.operand);
    case 'unknown':
      return [[]];
    case 'comparison':
    case 'in':
    case 'isNull':
    case 'isNotNull':
    case 'startsWith':
      return [predicate.column];
  }
}

/** undefined where the log keeps nothing of the column: unknown, nested in an array or map, or no primitive. */
function resolve(path: ColumnPath, { schema, partitionColumns, mode }: FilterContext): IndexedColumn | undefined {
  const physical: string[] = [];
  let type: DeltaType = schema;
  for (const name of path) {
    const field: StructField | undefined = type.kind === 'struct' ? findField(type, name) : undefined;
    if (field === undefined) return undefined;
    physical.push(physicalNameOf(field, mode));
    if (physical.length === 1 && path.length === 1 && partitionColumns.some((column) => column.toLowerCase() === field.name.toLowerCase())) {
      return isPrimitive(field.type) ? { kind: 'partition', path: physical, type: field.type } : undefined;
    }
    type = field.type;
  }
  return physical.length > 0 && isPrimitive(type) ? { kind: 'statistics', path: physical, type } : undefined;
}

function isPrimitive(type: DeltaType): type is PrimitiveType {
  return type.kind !== 'struct' && type.kind !== 'array' && type.kind !== 'map';
}
