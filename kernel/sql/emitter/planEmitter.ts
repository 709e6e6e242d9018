import type { Attribute, SortKey, TypedExpression } from '../plan/expression.ts';
import { type CteDefinition, outputOf, type Plan } from '../plan/plan.ts';
import type { Usage } from '../plan/usedColumns.ts';
import type { DataType } from '../types/dataType.ts';
import { quoteIdentifier } from '../types/duckdbType.ts';
import { type Block, emptyBlock, innerNames, type SelectColumn, STAGE, writeSelect } from './block.ts';
import { COUNTERS, recursiveText } from './recursion.ts';
import { shownVariants } from './variantCasts.ts';
import { type ColumnLookup, type ColumnText, direction, type EmitterOptions, ExpressionEmitter, internal } from './expressionEmitter.ts';

/** Writes plans as nested SELECTs, as few as the order of their operators allows. */
export class PlanEmitter {
  readonly #relationOf: (scanId: number) => string;
  readonly #usage: Usage;
  readonly #expressions: ExpressionEmitter;
  #nextAlias = 1;

  constructor(options: EmitterOptions, usage: Usage, relationOf: (scanId: number) => string) {
    this.#relationOf = relationOf;
    this.#usage = usage;
    this.#expressions = new ExpressionEmitter(options, (plan, lookup, form) => this.#subquery(plan, lookup, form));
  }

  /** The whole statement; each output column is named by `names` and has its mapped type, or is for people to see. */
  statement(plan: Plan, output: readonly Attribute[], { names, shown }: { readonly names: readonly string[]; readonly shown: boolean }): string {
    const shared = this.#usage.ctes.filter((cte) => this.#isShared(cte));
    const ctes = shared.map((cte) => `${quoteIdentifier(cteName(cte))} AS (${this.#definition(cte)})`);
    const word = shared.some(({ recursion }) => recursion !== undefined) ? 'WITH RECURSIVE' : 'WITH';
    const block = this.#block(plan, NOWHERE);
    const columns = output.map((attribute, index) => ({ attributeId: attribute.id, sql: shown ? this.#shown(block, attribute) : this.#output(block, attribute), name: names[index]! }));
    const select = writeSelect(block, columns);
    return ctes.length === 0 ? select : `${word} ${ctes.join(', ')} ${select}`;
  }

  #output(block: Block, attribute: Attribute): string {
    return this.#expressions.exact({ kind: 'column', attribute, spelling: attribute.name, type: attribute.type, start: 0, end: 0 }, (id) => block.columns.get(id));
  }

  #shown(block: Block, attribute: Attribute): string {
    return shownVariants(this.#output(block, attribute), attribute.type, this.#expressions.context({ start: 0, end: 0 }));
  }

  #definition(cte: CteDefinition): string {
    const names = innerNames(cte.output);
    const columns = (plan: Plan, block: Block): readonly SelectColumn[] => outputOf(plan).map((attribute, index) => ({ attributeId: attribute.id, sql: this.#output(block, attribute), name: names[index]! }));
    const first = this.#block(cte.plan, NOWHERE);
    if (cte.recursion === undefined) return writeSelect(first, columns(cte.plan, first));
    const { step } = cte.recursion;
    const next = this.#block(step, NOWHERE);
    const counters = COUNTERS.map(({ name, sql }) => ({ attributeId: NO_ATTRIBUTE, sql, name }));
    return recursiveText(cte.recursion, {
      name: quoteIdentifier(cteName(cte)),
      first: writeSelect(first, [...columns(cte.plan, first), ...counters]),
      step: writeSelect(next, columns(step, next)),
      types: cte.output.map(({ type }) => type),
      rowsWanted: this.#usage.rowsWanted.get(cte.id),
    });
  }

  #isShared(cte: CteDefinition): boolean {
    return cte.recursion !== undefined || (this.#usage.cteReads.get(cte.id) ?? 0) > 1;
  }

  #subquery(plan: Plan, outer: ColumnLookup, form: 'scalar' | 'exists' | 'in'): string {
    const block = this.#block(plan, outer);
    if (form === 'exists') return writeSelect(block.distinct ? this.#wrap(block, plan) : block, []);
    const output = outputOf(plan);
    const names = innerNames(output);
    return writeSelect(block, output.map((attribute, index) => ({ attributeId: attribute.id, sql: this.#output(block, attribute), name: names[index]! })));
  }

  #block(plan: Plan, outer: ColumnLookup): Block {
    switch (plan.kind) {
      case 'oneRow':
        return emptyBlock('', new Map());
      case 'scan':
        return this.#relation(this.#relationOf(plan.scanId), plan.output);
      case 'range':
        return this.#named(`range(${[plan.start, plan.end, plan.step].map((bound) => this.#expressions.exact(bound, NOWHERE)).join(', ')})`, 'r', plan.output);
      case 'values':
        return this.#values(plan, outer);
      case 'project':
        return this.#project(plan, outer);
      case 'filter':
        return this.#filter(plan, outer);
      case 'aggregate':
        return this.#aggregate(plan, outer);
      case 'window':
        return this.#window(plan, outer);
      case 'generate':
        return this.#generate(plan, outer);
      case 'join':
        return this.#join(plan, outer);
      case 'sort':
        return this.#sort(plan.input, plan.keys, outer);
      case 'limit':
        return this.#limit(plan, outer);
      case 'sample': {
        const input = this.#wrap(this.#block(plan.input, outer), plan.input);
        return { ...input, from: `${input.from} TABLESAMPLE ${plan.clause}` };
      }
      case 'distinct': {
        const input = this.#upTo(this.#block(plan.input, outer), STAGE.select, plan.input);
        return { ...input, stage: STAGE.distinct, distinct: true };
      }
      case 'setOperation':
        return this.#setOperation(plan, outer);
      case 'cte':
        return this.#cte(plan, outer);
    }
  }

  /** A stored relation; its columns by their own names. Texts of CHAR(n) are filled up with blanks, as Spark does where it reads them. */
  #relation(relation: string, output: readonly Attribute[]): Block {
    const alias = `t${this.#nextAlias++}`;
    const columns = columnsOf(alias, output, output.map((attribute) => attribute.name));
    for (const { id, charLength } of output) {
      const sql = columns.get(id)?.sql;
      if (charLength !== undefined && sql !== undefined) columns.set(id, { sql: `CASE WHEN length(${sql}) < ${charLength} THEN rpad(${sql}, ${charLength}, ' ') ELSE ${sql} END`, loose: false, plain: false });
    }
    return emptyBlock(`${relation} AS ${quoteIdentifier(alias)}`, columns);
  }

  #named(relation: string, prefix: string, output: readonly Attribute[]): Block {
    const alias = `${prefix}${this.#nextAlias++}`;
    const names = innerNames(output);
    return emptyBlock(`${relation} AS ${quoteIdentifier(alias)}(${names.map(quoteIdentifier).join(', ')})`, columnsOf(alias, output, names));
  }

  #values(plan: Extract<Plan, { kind: 'values' }>, outer: ColumnLookup): Block {
    const rows = plan.rows.map((row) => `(${row.map((cell) => this.#expressions.exact(cell, outer)).join(', ')})`);
    return this.#named(`(VALUES ${rows.join(', ')})`, 'v', plan.output);
  }

  #project(plan: Extract<Plan, { kind: 'project' }>, outer: ColumnLookup): Block {
    let input = this.#block(plan.input, outer);
    const items = plan.items.filter((item) => this.#usage.attributes.has(item.attribute.id));
    const computed = items.some((item) => !isSimple(item.value));
    if (input.distinct || (computed && input.stage >= STAGE.group) || repeatsComputed(items.map((item) => item.value), input)) {
      if (!(input.distinct && isIdentity(plan, input))) input = this.#wrap(input, plan.input);
    }
    const lookup = within(input, outer);
    const columns = new Map<number, ColumnText>();
    for (const { attribute, value } of items) {
      const text = this.#expressions.loose(value, lookup);
      const plain = value.kind === 'column' ? lookup(value.attribute.id)!.plain : value.kind === 'literal';
      // A literal outside of an operation keeps its own type.
      columns.set(attribute.id, value.kind === 'literal' ? { sql: this.#expressions.exact(value, lookup), loose: false, plain: true } : { ...text, plain });
    }
    return { ...input, stage: computed ? Math.max(input.stage, STAGE.select) : input.stage, columns };
  }

  #filter(plan: Extract<Plan, { kind: 'filter' }>, outer: ColumnLookup): Block {
    const input = this.#upTo(this.#block(plan.input, outer), STAGE.group, plan.input);
    const condition = this.#expressions.condition(plan.condition, within(input, outer));
    if (input.stage === STAGE.group) {
      // In HAVING DuckDB takes the variable of a lambda for a column, and allows no aggregate in TRY.
      if (!/ lambda |\bTRY\(/.test(condition)) return { ...input, having: [...input.having, condition] };
      const inner = this.#wrap(input, plan.input);
      return { ...inner, stage: STAGE.where, where: [this.#expressions.condition(plan.condition, within(inner, outer))] };
    }
    return { ...input, stage: STAGE.where, where: [...input.where, condition] };
  }

  #aggregate(plan: Extract<Plan, { kind: 'aggregate' }>, outer: ColumnLookup): Block {
    let input = this.#upTo(this.#block(plan.input, outer), STAGE.where, plan.input);
    const keyIds = plan.keys.map((key) => (key.value.kind === 'column' ? key.value.attribute.id : -1));
    if (keyIds.some((id) => within(input, outer)(id)?.plain !== true)) input = this.#wrap(input, plan.input);
    const lookup = within(input, outer);
    const columns = new Map<number, ColumnText>();
    for (const [index, key] of plan.keys.entries()) columns.set(key.attribute.id, lookup(keyIds[index]!)!);
    const keys = plan.keys.map((key) => columns.get(key.attribute.id)!.sql);
    for (const { attribute, value } of plan.aggregates) {
      if (!this.#usage.attributes.has(attribute.id)) continue;
      columns.set(attribute.id, { ...this.#expressions.loose(value, lookup), plain: false });
    }
    const group = plan.sets === undefined ? (keys.length === 0 ? undefined : keys.join(', ')) : groupingSets(plan.sets, keys);
    // Grouping sets over no rows give no row in Spark, not even the grand total.
    const having = plan.sets?.some((set) => set.length === 0) ? ['count(*) > 0'] : [];
    return { ...input, stage: STAGE.group, group, wholeAggregate: keys.length === 0, having, columns };
  }

  #window(plan: Extract<Plan, { kind: 'window' }>, outer: ColumnLookup): Block {
    const input = this.#upTo(this.#block(plan.input, outer), STAGE.where, plan.input);
    const lookup = within(input, outer);
    const columns = new Map(input.columns);
    for (const { attribute, value } of plan.functions) columns.set(attribute.id, { ...this.#expressions.loose(value, lookup), plain: false });
    return { ...input, stage: STAGE.select, columns };
  }

  #generate(plan: Extract<Plan, { kind: 'generate' }>, outer: ColumnLookup): Block {
    const input = this.#upTo(this.#block(plan.input, outer), STAGE.where, plan.input);
    const lookup = within(input, outer);
    const { generator } = plan;
    const operands = generator.operands.map((operand) => this.#expressions.exact(operand, lookup));
    const texts = generator.emission(operands, this.#expressions.context(generator));
    const names = innerNames(plan.output);
    const alias = `g${this.#nextAlias++}`;
    const list = texts.map((text, index) => `${text} AS ${quoteIdentifier(names[index]!)}`).join(', ');
    const rows = `(SELECT ${list}) AS ${quoteIdentifier(alias)}`;
    const columns = new Map([...input.columns, ...columnsOf(alias, plan.output, names)]);
    if (input.from === '') {
      const from = plan.outer ? `(SELECT 1) AS ${quoteIdentifier(`${alias}_one`)} LEFT JOIN ${rows} ON TRUE` : rows;
      return { ...input, from, single: !plan.outer, columns };
    }
    return { ...input, from: `${input.from} ${plan.outer ? 'LEFT' : 'CROSS'} JOIN LATERAL ${rows}${plan.outer ? ' ON TRUE' : ''}`, single: false, columns };
  }

  #join(plan: Extract<Plan, { kind: 'join' }>, outer: ColumnLookup): Block {
    const { join } = plan;
    let left = this.#upTo(this.#block(plan.left, outer), STAGE.where, plan.left);
    const leftMayMiss = join === 'right' || join === 'full';
    if (left.from === '' || (leftMayMiss && (left.where.length > 0 || !hasNamesOnly(left)))) left = this.#wrap(left, plan.left);
    const around: ColumnLookup = plan.lateral ? within(left, outer) : outer;
    let right = this.#block(plan.right, around);
    const hoists = join === 'inner' || join === 'cross' || join === 'right';
    const rightMayMiss = join === 'left' || join === 'full';
    if (plan.lateral || right.from === '' || right.stage > (hoists ? STAGE.where : STAGE.from) || (rightMayMiss && !hasNamesOnly(right))) right = this.#wrap(right, plan.right);
    const both = new Map([...left.columns, ...right.columns]);
    const condition = plan.condition === undefined ? undefined : this.#expressions.condition(plan.condition, (id) => both.get(id) ?? outer(id));
    const item = right.single ? right.from : `(${right.from})`;
    const on = join === 'cross' ? '' : ` ON ${condition ?? 'TRUE'}`;
    const from = `${left.from} ${JOIN_WORDS[join]} ${plan.lateral ? 'LATERAL ' : ''}${item}${on}`;
    const where = [...left.where, ...right.where];
    const columns = join === 'semi' || join === 'anti' ? left.columns : both;
    return { ...emptyBlock(from, columns, false), stage: where.length > 0 ? STAGE.where : STAGE.from, where };
  }

  #sort(inputPlan: Plan, keys: readonly SortKey[], outer: ColumnLookup): Block {
    const input = this.#upTo(this.#block(inputPlan, outer), STAGE.distinct, inputPlan);
    const lookup = within(input, outer);
    const orderBy = keys.map((key) => ({ attributeId: key.value.kind === 'column' && !isNestedType(key.value.type) ? key.value.attribute.id : undefined, sql: this.#sortText(key.value, lookup), direction: direction(key) }));
    return { ...input, stage: STAGE.order, orderBy };
  }

  /** A bare number would be read as a place in the list, a bare text as a mistake. */
  #sortText(value: TypedExpression, lookup: ColumnLookup): string {
    const sql = this.#expressions.sortValue(value, lookup);
    return value.kind === 'literal' ? `CAST(${sql} AS VARCHAR)` : /^\(?-?\d|^\(?'(?:[^']|'')*'\)?$/.test(sql) ? `CAST(${sql} AS VARCHAR)` : sql;
  }

  #limit(plan: Extract<Plan, { kind: 'limit' }>, outer: ColumnLookup): Block {
    const input = this.#upTo(this.#block(plan.input, outer), STAGE.order, plan.input);
    const text = (value: TypedExpression | undefined): string | undefined => value && this.#expressions.exact(value, outer);
    return { ...input, stage: STAGE.limit, limit: text(plan.limit), offset: text(plan.offset) };
  }

  #setOperation(plan: Extract<Plan, { kind: 'setOperation' }>, outer: ColumnLookup): Block {
    const names = innerNames(plan.output);
    const side = (input: Plan): string => {
      const block = this.#block(input, outer);
      return `(${writeSelect(block, outputOf(input).map((attribute, index) => ({ attributeId: attribute.id, sql: this.#output(block, attribute), name: names[index]! })))})`;
    };
    const alias = `u${this.#nextAlias++}`;
    const inputs = plan.operator === 'UNION' ? unionInputs(plan) : [plan.left, plan.right];
    const from = `(${inputs.map(side).join(` ${plan.operator}${plan.all ? ' ALL' : ''} `)}) AS ${quoteIdentifier(alias)}`;
    return emptyBlock(from, columnsOf(alias, plan.output, names));
  }

  /** A CTE that is read once stands where it is read; a shared one by its name. */
  #cte(plan: Extract<Plan, { kind: 'cte' }>, outer: ColumnLookup): Block {
    const { cte, output } = plan;
    if (this.#isShared(cte)) {
      const alias = `c${this.#nextAlias++}`;
      return emptyBlock(`${quoteIdentifier(cteName(cte))} AS ${quoteIdentifier(alias)}`, columnsOf(alias, output, innerNames(cte.output)));
    }
    const block = this.#block(cte.plan, outer);
    const columns = new Map<number, ColumnText>();
    for (const [index, attribute] of output.entries()) {
      const column = block.columns.get(cte.output[index]!.id);
      if (column !== undefined) columns.set(attribute.id, column);
    }
    const renamed = new Map(cte.output.map((attribute, index) => [attribute.id, output[index]!.id]));
    const orderBy = block.orderBy.map((key) => ({ ...key, attributeId: key.attributeId === undefined ? undefined : (renamed.get(key.attributeId) ?? key.attributeId) }));
    return { ...block, orderBy, columns };
  }

  #upTo(block: Block, stage: number, plan: Plan): Block {
    return block.stage <= stage ? block : this.#wrap(block, plan);
  }

  /** The SELECT so far as one FROM item, with what is needed of its output. */
  #wrap(block: Block, plan: Plan): Block {
    const seen = new Set<number>();
    const output = outputOf(plan).filter((attribute) => block.columns.has(attribute.id) && (block.distinct || this.#usage.attributes.has(attribute.id)) && !seen.has(attribute.id) && seen.add(attribute.id));
    const names = innerNames(output);
    const text = writeSelect(block, output.map((attribute, index) => ({ attributeId: attribute.id, sql: block.columns.get(attribute.id)!.sql, name: names[index]! })));
    const alias = `q${this.#nextAlias++}`;
    const columns = new Map(output.map((attribute, index): [number, ColumnText] => [attribute.id, { sql: `${quoteIdentifier(alias)}.${quoteIdentifier(names[index]!)}`, loose: block.columns.get(attribute.id)!.loose, plain: true }]));
    return emptyBlock(`(${text}) AS ${quoteIdentifier(alias)}`, columns);
  }
}

/** The inputs of a chain of unions of one kind, left to right: one text for all, however many. */
function unionInputs(plan: Extract<Plan, { kind: 'setOperation' }>): readonly Plan[] {
  const rights = [plan.right];
  let { left } = plan;
  for (;;) {
    const below = left.kind === 'project' && passesOn(left) ? left.input : undefined;
    if (below?.kind !== 'setOperation' || below.operator !== 'UNION' || below.all !== plan.all) return [left, ...rights.reverse()];
    rights.push(below.right);
    ({ left } = below);
  }
}

/** Whether a projection gives its input's columns, all of them in their order. */
function passesOn({ input, items }: Extract<Plan, { kind: 'project' }>): boolean {
  const below = outputOf(input);
  return items.length === below.length && items.every(({ value }, place) => value.kind === 'column' && value.attribute.id === below[place]!.id);
}

const NOWHERE: ColumnLookup = () => undefined;
const JOIN_WORDS = { inner: 'JOIN', cross: 'CROSS JOIN', left: 'LEFT JOIN', right: 'RIGHT JOIN', full: 'FULL JOIN', semi: 'SEMI JOIN', anti: 'ANTI JOIN' } as const;

function within(block: Block, outer: ColumnLookup): ColumnLookup {
  return (id) => block.columns.get(id) ?? outer(id);
}

function columnsOf(alias: string, output: readonly Attribute[], names: readonly string[]): Map<number, ColumnText> {
  return new Map(output.map((attribute, index) => [attribute.id, { sql: `${quoteIdentifier(alias)}.${quoteIdentifier(names[index] ?? internalName(attribute))}`, loose: false, plain: true }]));
}

function internalName(attribute: Attribute): never {
  throw internal(`the column ${attribute.name} has no name`);
}

function isNestedType(type: DataType): boolean {
  return type.kind === 'array' || type.kind === 'struct';
}

/** Whether every column is a stored one's name: anything else has a value also in a row that an outer join makes up. */
function hasNamesOnly({ columns }: Block): boolean {
  return [...columns.values()].every(({ sql }) => /^"(?:[^"]|"")+"\."(?:[^"]|"")+"$/.test(sql));
}

/** Values that may join the SELECT below without a level of their own. */
function isSimple(value: TypedExpression): boolean {
  return value.kind === 'column' || value.kind === 'literal' || (value.kind === 'cast' && isSimple(value.operand));
}

/** Whether a computed text of the input would be written twice. */
function repeatsComputed(values: readonly TypedExpression[], input: Block): boolean {
  const counts = new Map<number, number>();
  for (const value of values) {
    if (value.kind !== 'column') continue;
    const { id } = value.attribute;
    if (input.columns.get(id)?.plain === false) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return [...counts.values()].some((count) => count > 1);
}

/** A projection that changes nothing may stand over DISTINCT. */
function isIdentity(plan: Extract<Plan, { kind: 'project' }>, input: Block): boolean {
  const below = outputOf(plan.input);
  return plan.items.length === below.length && plan.items.every((item, index) => item.value.kind === 'column' && item.value.attribute.id === below[index]!.id && input.columns.has(item.value.attribute.id));
}

function groupingSets(sets: readonly (readonly number[])[], keys: readonly string[]): string {
  return `GROUPING SETS (${sets.map((set) => `(${set.map((place) => keys[place]).join(', ')})`).join(', ')})`;
}

const NO_ATTRIBUTE = -1;

/** Distinct from every table and column name: CTEs of one name may be nested. */
function cteName(cte: CteDefinition): string {
  return `${cte.name}@${cte.id}`;
}
