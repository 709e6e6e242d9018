import type { Expression, ExpressionOf, NamePart } from '../tree/expressions.ts';
import type { GroupBy, PipeOperator, Query, QueryBody, Select, SelectItem } from '../tree/queries.ts';
import { ExpressionWalker } from './expressionWalker.ts';
import { EMPTY_SCOPE, findByName, findName, qualifiedColumns, requalified, visibleColumns } from './nameScope.ts';
import { isCursor, lazily, type Recorder } from './recorder.ts';
import { type QueryWalker as Queries, RelationWalker, type Surroundings } from './relationWalker.ts';
import type { Clause, NameScope, ScopedColumn, SymbolOf } from './symbols.ts';

/** What SELECT and the pipe operators that project share. */
type SelectParts = Pick<Select, 'items' | 'where' | 'groupBy' | 'having' | 'qualify' | 'windows'>;
const NO_PARTS = { where: undefined, groupBy: undefined, having: undefined, qualify: undefined, windows: [] } as const;

/** Records the names of whole queries, clause by clause, in the scopes that the resolver would look them up in. */
export class QueryWalker implements Queries {
  readonly expressions: ExpressionWalker;
  readonly relations: RelationWalker;
  readonly #recorder: Recorder;
  /** Told the columns of the left side of a set operation: a recursive query names them on its right. */
  #onAnchor: ((columns: readonly ScopedColumn[]) => void) | undefined;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
    this.expressions = new ExpressionWalker(recorder, (query, outer) => this.query(query, { outer, ctes: outer.ctes }));
    this.relations = new RelationWalker(recorder, this.expressions, this);
  }

  query(query: Query, around: Surroundings): readonly ScopedColumn[] {
    const inside = { outer: around.outer, ctes: this.#ctes(query, around) };
    const orderBy = 'kind' in query.orderBy ? [] : [...query.orderBy, ...query.sortBy].map(({ value }) => value);
    const sorted = [...orderBy, ...query.distributeBy];
    const { body } = query;
    let columns = body.kind === 'select' ? this.#select(body, sorted, inside) : this.#body(body, inside);
    if (body.kind !== 'select') this.expressions.walkAll(sorted, scopeOf(columns, inside), 'orderBy');
    for (const bound of [query.limit, query.offset]) if (bound !== undefined && bound !== 'ALL') this.expressions.walk(bound, EMPTY_SCOPE, 'other');
    for (const pipe of query.pipes) columns = this.#pipe(pipe, columns, inside);
    return columns;
  }

  #ctes(query: Query, { outer, ctes }: Surroundings): readonly SymbolOf<'cte'>[] {
    let inSight = ctes;
    for (const { name, columns: renamed, query: body } of query.ctes) {
      let columns: readonly ScopedColumn[] = [];
      const symbol: SymbolOf<'cte'> = { kind: 'cte', name: name.text, definition: name, columns: () => columns };
      this.#recorder.define(name, symbol);
      const named = (given: readonly ScopedColumn[]): readonly ScopedColumn[] => requalified(renamed.length === 0 ? visibleColumns(given) : this.#renamed(renamed, visibleColumns(given)), [], undefined);
      const outside = this.#onAnchor;
      this.#onAnchor = query.recursive ? (anchor) => (columns = named(anchor)) : undefined;
      const found = this.query(body, { outer, ctes: query.recursive ? [symbol, ...inSight] : inSight });
      this.#onAnchor = outside;
      if (columns.length === 0) columns = named(found);
      inSight = [symbol, ...inSight];
    }
    return inSight;
  }

  #renamed(names: readonly NamePart[], columns: readonly ScopedColumn[]): readonly ScopedColumn[] {
    return names.map((part, index) => this.#recorder.alias(part, () => columns[index]?.type(), columns[index]?.nullable ?? true, undefined));
  }

  #body(body: QueryBody, around: Surroundings): readonly ScopedColumn[] {
    switch (body.kind) {
      case 'select':
        return this.#select(body, [], around);
      case 'parenthesised':
        return this.query(body.query, around);
      case 'table':
        return visibleColumns(this.relations.relation(body.relation, around));
      case 'values':
        return this.relations.relation({ kind: 'inlineValues', rows: body.rows, alias: body.alias, start: body.start, end: body.end }, around);
      case 'setOperation': {
        const onAnchor = this.#onAnchor;
        this.#onAnchor = undefined;
        const left = this.#body(body.left, around);
        onAnchor?.(left);
        return this.#setOperation(left, this.#body(body.right, around), body.byName);
      }
    }
  }

  /** The left side gives the names; BY NAME ties them to the right side's. */
  #setOperation(left: readonly ScopedColumn[], right: readonly ScopedColumn[], byName: boolean): readonly ScopedColumn[] {
    if (byName) {
      for (const column of visibleColumns(left)) {
        const other = findByName(visibleColumns(right), column.name);
        if (other !== undefined) for (const { symbol } of [column, other]) this.#recorder.tied.add(symbol);
      }
    }
    return requalified(visibleColumns(left), [], undefined);
  }

  #select(select: Select, orderBy: readonly Expression[], around: Surroundings): readonly ScopedColumn[] {
    let source = this.relations.list(select.from, around);
    for (const view of select.lateralViews) source = this.relations.lateralView(view, source, around);
    return this.#parts(select, source, orderBy, around);
  }

  #parts(select: SelectParts, source: readonly ScopedColumn[], orderBy: readonly Expression[], around: Surroundings): readonly ScopedColumn[] {
    const windows = select.windows.map(({ name }): SymbolOf<'window'> => ({ kind: 'window', name: name.text, definition: name }));
    const scope: NameScope = { ...scopeOf(source, around), windows };
    for (const [index, window] of windows.entries()) {
      this.#recorder.define(window.definition, window);
      this.expressions.window(select.windows[index]!.spec, scope);
    }
    if (select.where !== undefined) this.expressions.walk(select.where, scope, 'where');
    const outputs = this.#items(select.items, scope, 'select');
    const aliases = outputs.filter(({ symbol }) => symbol.kind === 'alias' && symbol.named);
    this.#grouping(select.groupBy, { ...scope, aliases });
    const behind: NameScope = { ...scope, outputs: visibleColumns(outputs) };
    if (select.having !== undefined) this.expressions.walk(select.having, behind, 'having');
    if (select.qualify !== undefined) this.expressions.walk(select.qualify, { ...scope, aliases }, 'having');
    this.expressions.walkAll(orderBy, behind, 'orderBy');
    return outputs;
  }

  #grouping(groupBy: GroupBy | undefined, scope: NameScope): void {
    for (const item of groupBy?.items ?? []) {
      const values = item.kind === 'expression' ? [item.value] : item.sets.flat();
      this.expressions.walkAll(values, scope, 'groupBy');
    }
  }

  /** The output columns; each item sees the aliases of those before it. */
  #items(items: readonly SelectItem[], scope: NameScope, clause: Clause): readonly ScopedColumn[] {
    const outputs: ScopedColumn[] = [];
    for (const item of items) {
      const aliases = outputs.filter(({ symbol }) => symbol.kind === 'alias' && symbol.named);
      outputs.push(...this.#item(item, { ...scope, aliases }, clause));
    }
    return outputs;
  }

  #item(item: SelectItem, scope: NameScope, clause: Clause): readonly ScopedColumn[] {
    const { value, alias } = item;
    this.expressions.walk(value, scope, clause);
    if (value.kind === 'star') return this.#star(value, scope);
    if (isCursor(alias) || item.aliases.some(isCursor)) this.#recorder.cursor = { kind: 'newName' };
    if (item.aliases.length > 0) return this.relations.generated(value, item.aliases, scope);
    const resolved = lazily(() => this.#recorder.types.resolve(value, scope));
    const type = (): ReturnType<ScopedColumn['type']> => {
      const known = resolved();
      return known?.kind === 'generator' ? known.output.fields[0]?.type : known?.type;
    };
    if (alias !== undefined) return [this.#recorder.alias(alias, type, true, value)];
    if (value.kind === 'name') {
      const match = findName(scope, value.parts.map((part) => part.text));
      if (match?.kind === 'column' && match.at === value.parts.length - 1) return [match.column];
    }
    return this.#unnamed(item, scope, type);
  }

  #unnamed({ value, start, end }: SelectItem, scope: NameScope, type: ScopedColumn['type']): readonly ScopedColumn[] {
    if (this.#recorder.types.resolve(value, scope)?.kind === 'generator') return this.relations.generated(value, [], scope);
    const name = this.#recorder.types.nameOf(value, scope);
    if (name === undefined) return [];
    const symbol = { kind: 'alias', name, definition: { start, end }, named: false, type, expression: { start, end } } as const;
    return [{ name, qualifier: [], symbol, type, nullable: true, relation: undefined }];
  }

  #star(node: ExpressionOf<'star'>, scope: NameScope): readonly ScopedColumn[] {
    const columns = node.qualifier.length === 0 ? visibleColumns(scope.columns) : qualifiedColumns(scope, node.qualifier.map((part) => part.text));
    const left = new Set(node.except.map((path) => path.at(-1)!.text.toLowerCase()));
    const replaced = new Map(node.replace.map(({ name, value }) => [name.text.toLowerCase(), value]));
    return columns
      .filter((column) => column.hidden !== true && !left.has(column.name.toLowerCase()))
      .map((column) => {
        const value = replaced.get(column.name.toLowerCase());
        return value === undefined ? column : { ...column, type: lazily(() => this.#recorder.types.typeOf(value, scope)) };
      });
  }

  #pipe(pipe: PipeOperator, input: readonly ScopedColumn[], around: Surroundings): readonly ScopedColumn[] {
    const scope = scopeOf(input, around);
    const visible = visibleColumns(input);
    switch (pipe.kind) {
      case 'select':
        return this.#parts({ ...NO_PARTS, items: pipe.items, windows: pipe.windows }, input, [], around);
      case 'extend':
        return [...visible, ...this.#items(pipe.items, scope, 'select')];
      case 'set':
        for (const { name, value } of pipe.assignments) {
          this.expressions.columnName([name], visible);
          this.expressions.walk(value, scope, 'select');
        }
        return visible.map((column) => {
          const assigned = pipe.assignments.find(({ name }) => name.text.toLowerCase() === column.name.toLowerCase());
          return assigned === undefined ? column : { ...column, type: lazily(() => this.#recorder.types.typeOf(assigned.value, scope)) };
        });
      case 'drop':
        for (const name of pipe.names) this.expressions.columnName([name], visible);
        return visible.filter((column) => !pipe.names.some((name) => name.text.toLowerCase() === column.name.toLowerCase()));
      case 'as': {
        const symbol: SymbolOf<'relation'> = { kind: 'relation', name: pipe.alias.text, definition: pipe.alias, of: undefined, columns: () => visible };
        this.#recorder.define(pipe.alias, symbol);
        return requalified(input, [pipe.alias.text], symbol);
      }
      case 'where':
        this.expressions.walk(pipe.condition, scope, 'where');
        return input;
      case 'aggregate': {
        const keys = this.#items(pipe.groupBy, scope, 'groupBy');
        return [...keys, ...this.#items(pipe.items, scope, 'select')];
      }
      case 'orderBy':
        if (!('kind' in pipe.items)) this.expressions.walkAll(pipe.items.map(({ value }) => value), scope, 'orderBy');
        return input;
      case 'limit':
      case 'sample':
        return input;
      case 'join':
        return this.relations.join(input, pipe, around);
      case 'setOperation':
        return this.#setOperation(input, this.#body(pipe.right, around), pipe.byName);
      case 'pivot':
        return this.relations.pivot(pipe.pivot, input, around, () => visible);
      case 'unpivot':
        return this.relations.unpivot(pipe.unpivot, input);
    }
  }
}

function scopeOf(columns: readonly ScopedColumn[], { outer, ctes }: Surroundings): NameScope {
  return { ...EMPTY_SCOPE, columns, outer, ctes };
}
