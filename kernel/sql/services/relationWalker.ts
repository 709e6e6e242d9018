import { functionReferenceOf, tableReferenceOf } from '../references.ts';
import type { Expression, NamePart } from '../tree/expressions.ts';
import type { JoinCriteria, LateralView, Pivot, Query, Relation, RelationOf, TableAlias, TableRelation, Unpivot } from '../tree/queries.ts';
import type { ExpressionWalker } from './expressionWalker.ts';
import { EMPTY_SCOPE, findByName, requalified, visibleColumns } from './nameScope.ts';
import { isCursor, lazily, type Recorder } from './recorder.ts';
import type { KnownTable, NameScope, ScopedColumn, SqlSymbol, SymbolOf } from './symbols.ts';

/** Where a FROM item stands: what is outside of its query, and the common table expressions in sight. */
export interface Surroundings {
  readonly outer: NameScope | undefined;
  readonly ctes: readonly SymbolOf<'cte'>[];
}

export interface QueryWalker {
  query(query: Query, around: Surroundings): readonly ScopedColumn[];
}

/** Records the names in FROM items and gives the columns that they bring into scope. */
export class RelationWalker {
  readonly #recorder: Recorder;
  readonly #expressions: ExpressionWalker;
  readonly #queries: QueryWalker;

  constructor(recorder: Recorder, expressions: ExpressionWalker, queries: QueryWalker) {
    this.#recorder = recorder;
    this.#expressions = expressions;
    this.#queries = queries;
  }

  list(relations: readonly Relation[], around: Surroundings): readonly ScopedColumn[] {
    let columns: readonly ScopedColumn[] = [];
    for (const relation of relations) columns = [...columns, ...this.relation(relation, this.#beside(relation, columns, around))];
    return columns;
  }

  relation(relation: Relation, around: Surroundings): readonly ScopedColumn[] {
    switch (relation.kind) {
      case 'table':
        return this.#table(relation, around);
      case 'derived':
        return this.#aliased(requalified(visibleColumns(this.#queries.query(relation.query, around)), [], undefined), relation.alias, undefined);
      case 'group':
        return this.#aliased(this.relation(relation.relation, around), relation.alias, undefined);
      case 'inlineValues':
        this.#expressions.walkAll(relation.rows, this.#scope([], around), 'from');
        return this.#aliased(this.#planned({ ...relation, alias: undefined }, around), relation.alias, undefined);
      case 'function':
        return this.#function(relation, around);
      case 'join': {
        const left = this.relation(relation.left, around);
        return this.join(left, relation, around);
      }
      case 'pivot': {
        const input = this.relation(relation.input, around);
        return this.#aliased(this.pivot(relation.pivot, input, around, () => this.#planned({ ...relation, alias: undefined }, around)), relation.alias, undefined);
      }
      case 'unpivot': {
        const input = this.relation(relation.input, around);
        return this.#aliased(this.unpivot(relation.unpivot, input), relation.alias, undefined);
      }
      case 'view':
      case 'routine':
        return []; // put in for resolving only: what an editor shows is the tree as written
    }
  }

  join(left: readonly ScopedColumn[], { join, right: relation, criteria }: Pick<RelationOf<'join'>, 'join' | 'right' | 'criteria'>, around: Surroundings): readonly ScopedColumn[] {
    const right = this.relation(relation, this.#beside(relation, left, around));
    const oneSided = join === 'semi' || join === 'anti';
    if (criteria?.kind === 'on') this.#expressions.walk(criteria.condition, this.#scope([...left, ...right], around), 'on');
    if (criteria?.kind !== 'using' && criteria?.kind !== 'natural') return oneSided ? left : [...left, ...right];
    const names = this.#usingNames(criteria, left, right);
    if (oneSided) return left;
    const kept = names.flatMap((name) => findByName(visibleColumns(join === 'right' ? right : left), name) ?? []);
    const common = [...left, ...right].filter((column) => names.some((name) => name.toLowerCase() === column.name.toLowerCase()));
    const rest = [...left, ...right].filter((column) => !common.includes(column));
    return [...kept, ...rest, ...common.filter((column) => !kept.includes(column)).map((column) => ({ ...column, qualifiedOnly: true }))];
  }

  /** The names of a USING list, or those that NATURAL finds; both sides' columns are one from here on. */
  #usingNames(criteria: Extract<JoinCriteria, { readonly kind: 'using' | 'natural' }>, left: readonly ScopedColumn[], right: readonly ScopedColumn[]): readonly string[] {
    const shared = visibleColumns(left).filter(({ name }) => findByName(visibleColumns(right), name) !== undefined);
    const names = criteria.kind === 'using' ? criteria.columns.map((part) => part.text) : shared.map(({ name }) => name);
    if (criteria.kind === 'using') for (const part of criteria.columns) this.#expressions.columnName([part], isCursor(part) ? shared : left);
    for (const name of names) {
      for (const side of [left, right]) {
        const column = findByName(side, name);
        if (column !== undefined) this.#recorder.tied.add(column.symbol);
      }
    }
    return names;
  }

  #table(relation: TableRelation, around: Surroundings): readonly ScopedColumn[] {
    const { name: parts } = relation;
    if (relation.identifier !== undefined) this.#expressions.walk(relation.identifier, EMPTY_SCOPE, 'from');
    this.#timeTravel(relation);
    if (parts.some(isCursor)) {
      this.#recorder.cursor = { kind: 'table', qualifier: parts.slice(0, parts.findIndex(isCursor)).map((part) => part.text), ctes: around.ctes };
      return [];
    }
    const cte = parts.length === 1 && relation.timeTravel === undefined ? findByName(around.ctes, parts[0]!.text) : undefined;
    if (cte !== undefined) {
      this.#recorder.refer(parts[0]!, cte);
      return this.#aliased(requalified(cte.columns(), [cte.name], cte), relation.alias, cte);
    }
    const reference = tableReferenceOf(relation, this.#recorder.settings);
    if (reference === undefined) return this.#aliased([], relation.alias, undefined);
    const symbol = this.#recorder.table(reference, parts.map((part) => part.text));
    for (const part of parts) this.#recorder.refer(part, symbol);
    return this.#aliased(this.#stored(symbol, symbol.table, parts), relation.alias, symbol);
  }

  #timeTravel({ timeTravel }: TableRelation): void {
    if (timeTravel !== undefined) this.#expressions.walk(timeTravel.kind === 'version' ? timeTravel.version : timeTravel.timestamp, EMPTY_SCOPE, 'other');
  }

  #stored(symbol: SqlSymbol, table: KnownTable | undefined, written: readonly NamePart[]): readonly ScopedColumn[] {
    const qualifier = table?.name ?? written.map((part) => part.text);
    return (table?.columns ?? []).map((column) => {
      const type = (): typeof column.type => column.type;
      const named = { kind: 'column', name: column.name, type, nullable: column.nullable, comment: column.comment, table: symbol } as const;
      return { name: column.name, qualifier, symbol: named, type, nullable: column.nullable, relation: symbol, ...(column.hidden === undefined ? {} : { hidden: column.hidden }) };
    });
  }

  #function(relation: RelationOf<'function'>, around: Surroundings): readonly ScopedColumn[] {
    const name = relation.name.at(-1)!;
    this.#recorder.callee(name);
    this.#expressions.walkAll(relation.arguments.map(({ value }) => value), this.#scope([], around), 'from');
    const reference = functionReferenceOf(relation, this.#recorder.settings);
    if (reference === undefined) return this.#aliased(this.#planned({ ...relation, alias: undefined }, around), relation.alias, undefined);
    const symbol = this.#recorder.table(reference, [name.text]);
    return this.#aliased(this.#stored(symbol, symbol.table, relation.name), relation.alias, symbol);
  }

  /** Columns of what the resolver plans without us: their names are nowhere in the text. */
  #planned(relation: Relation, around: Surroundings): readonly ScopedColumn[] {
    return this.#recorder.types.relationColumns(relation, this.#scope([], around)).map(({ name, type, nullable }) => {
      const symbol = { kind: 'column', name, type: () => type, nullable, comment: undefined, table: undefined } as const;
      return { name, qualifier: [], symbol, type: () => type, nullable, relation: undefined };
    });
  }

  lateralView(view: LateralView, input: readonly ScopedColumn[], around: Surroundings): readonly ScopedColumn[] {
    const scope = this.#scope(input, around);
    this.#expressions.walk(view.generator, scope, 'from');
    return [...input, ...this.#aliased(this.generated(view.generator, view.columns, scope), view.alias && { name: view.alias, columns: [], start: view.alias.start, end: view.alias.end }, undefined)];
  }

  /** The columns of a generator, named by the statement or by the function. */
  generated(generator: Expression, names: readonly NamePart[], scope: NameScope): readonly ScopedColumn[] {
    const fields = lazily(() => {
      const resolved = this.#recorder.types.resolve(generator, scope);
      return resolved?.kind === 'generator' ? resolved.output.fields : [];
    });
    if (names.length > 0) return names.map((part, index) => this.#recorder.alias(part, () => fields()[index]?.type, true, generator));
    return fields().map(({ name, type }) => {
      const symbol = { kind: 'column', name, type: () => type, nullable: true, comment: undefined, table: undefined } as const;
      return { name, qualifier: [], symbol, type: () => type, nullable: true, relation: undefined };
    });
  }

  pivot(pivot: Pivot, input: readonly ScopedColumn[], around: Surroundings, columns: () => readonly ScopedColumn[]): readonly ScopedColumn[] {
    const scope = this.#scope(input, around);
    for (const { value } of pivot.aggregates) this.#expressions.walk(value, scope, 'other');
    for (const part of pivot.columns) this.#expressions.columnName([part], visibleColumns(input));
    this.#expressions.walkAll(pivot.values.map(({ value }) => value), scope, 'other');
    const kept = columns();
    return kept.map((column) => findByName(visibleColumns(input), column.name) ?? column);
  }

  unpivot(unpivot: Unpivot, input: readonly ScopedColumn[]): readonly ScopedColumn[] {
    const visible = visibleColumns(input);
    for (const { columns } of unpivot.columns) for (const path of columns) this.#expressions.columnName(path, visible);
    const gone = new Set(unpivot.columns.flatMap(({ columns }) => columns.map((path) => path.at(-1)!.text.toLowerCase())));
    const first = unpivot.columns[0]?.columns ?? [];
    const values = unpivot.values.map((part, index) => this.#recorder.alias(part, () => findByName(visible, first[index]?.at(-1)?.text ?? '')?.type(), true, undefined));
    const name = this.#recorder.alias(unpivot.name, () => ({ kind: 'string' }), false, undefined);
    return [...visible.filter((column) => !gone.has(column.name.toLowerCase())), name, ...values];
  }

  #aliased(columns: readonly ScopedColumn[], alias: TableAlias | undefined, of: SqlSymbol | undefined): readonly ScopedColumn[] {
    if (alias === undefined) return columns;
    if (isCursor(alias.name) || alias.columns.some(isCursor)) this.#recorder.cursor = { kind: 'newName' };
    const visible = visibleColumns(columns);
    const renamed = alias.columns.length === 0 ? columns : alias.columns.map((part, index) => this.#recorder.alias(part, () => visible[index]?.type(), visible[index]?.nullable ?? true, undefined));
    if (alias.name === undefined) return requalified(renamed, [], undefined);
    const symbol: SymbolOf<'relation'> = { kind: 'relation', name: alias.name.text, definition: alias.name, of, columns: () => renamed };
    this.#recorder.define(alias.name, symbol);
    return requalified(renamed, [alias.name.text], symbol);
  }

  #scope(columns: readonly ScopedColumn[], { outer, ctes }: Surroundings): NameScope {
    return { ...EMPTY_SCOPE, columns, outer, ctes };
  }

  /** A lateral item looks at the items to its left. */
  #beside(relation: Relation, left: readonly ScopedColumn[], around: Surroundings): Surroundings {
    const lateral = (relation.kind === 'derived' || relation.kind === 'function') && relation.lateral;
    return lateral ? { ...around, outer: this.#scope(left, around) } : around;
  }
}
