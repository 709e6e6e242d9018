import { LakebookError } from '../base/errors.ts';
import { spanOf } from './span.ts';
import type { Expression, ExpressionOf, Located } from './tree/expressions.ts';
import type { Query, RelationOf, TableRelation } from './tree/queries.ts';
import type { OwnSettings, RoutineParameter, ViewColumn } from './tree/temporaries.ts';
import type { DataType } from './types/dataType.ts';

/** What held when an object of the session was made, and holds for it whenever it is used. */
interface Conditions {
  readonly ansi: boolean;
  readonly timeZone: string;
  readonly schema: string;
}

/** A piece of a statement that outlives it: its tree, with offsets that count in `source` from `origin` on. */
export interface StoredText {
  readonly source: string;
  readonly origin: number;
}

/** A view of the session: its query, and the columns it had when it was made. */
export interface TemporaryView extends StoredText {
  /** `v`, or `global_temp`, `v`. */
  readonly name: readonly string[];
  readonly query: Query;
  readonly columns: readonly ViewColumn[];
  readonly comment: string | undefined;
  readonly conditions: Conditions;
}

/** A SQL function of the session; its result is known since it was made. */
export interface TemporaryRoutine extends StoredText {
  readonly name: string;
  readonly parameters: readonly RoutineParameter[];
  readonly body:
    | { readonly kind: 'scalar'; readonly type: DataType; readonly value: Expression }
    | { readonly kind: 'table'; readonly columns: readonly { readonly name: string; readonly type: DataType }[]; readonly query: Query };
  readonly comment: string | undefined;
  readonly conditions: Conditions;
}

/** The objects of a session by their names. */
export interface Temporaries {
  readonly isEmpty: boolean;
  view(parts: readonly string[]): TemporaryView | undefined;
  routine(name: string): TemporaryRoutine | undefined;
}

/** A statement with the session's views and functions put in. Their texts stand behind the statement's own. */
export interface Expanded<Tree> {
  readonly tree: Tree;
  /** What the tree's offsets point into: the statement's text, then those of what it uses. */
  readonly text: string;
  /** Where the statement names what has its text at an offset behind its own; the place itself within its own. */
  useOf(place: Located): Located;
}

/**
 * Puts views and functions of the session in the place of their names. A common table expression of the same name comes
 * first, and so does a view before a table.
 * @param schema where the statement looks up names of one part
 * @param making the object that is being made with this tree, which must not lead back to itself
 * @throws LakebookError RECURSIVE_VIEW, CYCLIC_FUNCTION_REFERENCE
 */
export function expandTemporaries<Tree extends object>(tree: Tree, text: string, temporaries: Temporaries, schema: string, making: readonly string[] = []): Expanded<Tree> {
  if (temporaries.isEmpty && making.length === 0) return { tree, text, useOf: (place) => place };
  const expansion = new Expansion(text, temporaries, schema);
  const expanded = expansion.map(tree, { shift: 0, ctes: NO_NAMES, schema: undefined, trail: making, use: undefined });
  return { tree: expanded, text: expansion.text, useOf: (place) => expansion.useOf(place) };
}

const NO_NAMES: ReadonlySet<string> = new Set();

interface Place {
  /** From the offsets of the tree to those in the whole text. */
  readonly shift: number;
  readonly ctes: ReadonlySet<string>;
  /** Where one-part names of tables are looked up, if that is not the session's schema. */
  readonly schema: string | undefined;
  /** Names of the objects around, outermost first. */
  readonly trail: readonly string[];
  /** Where the statement itself names the outermost object around. */
  readonly use: Located | undefined;
}

class Expansion {
  readonly #temporaries: Temporaries;
  readonly #schema: string;
  readonly #ownLength: number;
  readonly #uses: { readonly from: number; readonly use: Located }[] = [];
  text: string;

  constructor(text: string, temporaries: Temporaries, schema: string) {
    this.text = text;
    this.#ownLength = text.length;
    this.#temporaries = temporaries;
    this.#schema = schema;
  }

  useOf(place: Located): Located {
    if (place.start < this.#ownLength) return place;
    return this.#uses.filter(({ from }) => from <= place.start).at(-1)?.use ?? place;
  }

  /** The same tree where nothing in it is expanded or moved. */
  map<Tree>(tree: Tree, place: Place): Tree {
    return this.#node(tree, place) as Tree;
  }

  #node(node: unknown, place: Place): unknown {
    if (typeof node !== 'object' || node === null) return node;
    if (Array.isArray(node)) return this.#list(node, place);
    if (isQuery(node)) return this.#query(node, place);
    if (isTable(node)) return this.#table(node, place);
    if (isFunction(node)) return this.#function(node, place);
    if (isCall(node)) return this.#call(node, place);
    if (isChain(node)) return this.#chain(node, place);
    return this.#members(node, place);
  }

  #list(nodes: readonly unknown[], place: Place): readonly unknown[] {
    let changed = false;
    const mapped = nodes.map((node) => {
      const result = this.#node(node, place);
      changed ||= result !== node;
      return result;
    });
    return changed ? mapped : nodes;
  }

  #members<Node extends object>(node: Node, place: Place): Node {
    let changed: Record<string, unknown> | undefined;
    for (const [key, value] of Object.entries(node)) {
      const moved = (key === 'start' || key === 'end') && typeof value === 'number';
      const result: unknown = moved ? value + place.shift : this.#node(value, place);
      if (result !== value) (changed ??= {})[key] = result;
    }
    return changed === undefined ? node : { ...node, ...changed };
  }

  /** A chain of operators nests to the left as deep as it is long: walked in a loop. */
  #chain(node: ExpressionOf<'binary'>, place: Place): Expression {
    const chain: ExpressionOf<'binary'>[] = [];
    let first: Expression = node;
    for (; first.kind === 'binary'; first = first.left) chain.push(first);
    let left = this.map<Expression>(first, place);
    for (const step of chain.reverse()) {
      const right = this.map(step.right, place);
      left = left === step.left && right === step.right && place.shift === 0 ? step : { ...step, left, right, start: step.start + place.shift, end: step.end + place.shift };
    }
    return left;
  }

  #query(query: Query, place: Place): Query {
    const names = new Set(place.ctes);
    const ctes = query.ctes.map((cte) => {
      const own = cte.name.text.toLowerCase();
      const inner = { ...place, ctes: new Set(query.recursive ? [...names, own] : names) };
      names.add(own);
      return this.#members(cte, inner);
    });
    const { ctes: before, ...rest } = query;
    const mapped = this.#members(rest, { ...place, ctes: names });
    const same = mapped === rest && ctes.every((cte, index) => cte === before[index]);
    return same ? query : { ...mapped, ctes };
  }

  #table(table: TableRelation, place: Place): TableRelation | RelationOf<'view'> {
    const parts = table.name.map((part) => part.text);
    const cte = parts.length === 1 && place.ctes.has(parts[0]!.toLowerCase());
    const view = cte || table.timeTravel !== undefined || table.stream ? undefined : this.#temporaries.view(parts);
    const moved = this.#members(table, place);
    if (view !== undefined) return this.#view(view, moved, place);
    const [only] = moved.name;
    if (cte || place.schema === undefined || only === undefined || moved.name.length > 1) return moved;
    return { ...moved, name: [{ ...only, text: place.schema, quoted: true }, only] };
  }

  #view(view: TemporaryView, { alias, sample, start, end }: TableRelation, place: Place): RelationOf<'view'> {
    const { inner, own } = this.#enter(view, view.name.join('.'), 'RECURSIVE_VIEW', { start, end }, place);
    return { kind: 'view', name: view.name, own, query: this.map(view.query, inner), columns: view.columns, alias, sample, start, end };
  }

  #function(call: RelationOf<'function'>, place: Place): RelationOf<'function' | 'routine'> {
    const moved = this.#members(call, place);
    const routine = this.#routineOf(moved.name);
    if (routine?.body.kind !== 'table') return moved;
    const { arguments: given, lateral, alias, sample, start, end } = moved;
    return { kind: 'routine', routine: this.#routine(routine, moved, place), arguments: given, lateral, alias, sample, start, end };
  }

  #call(call: ExpressionOf<'call'>, place: Place): ExpressionOf<'call' | 'routine'> {
    const moved = this.#members(call, place);
    const routine = this.#routineOf(moved.name);
    if (routine?.body.kind !== 'scalar') return moved;
    const { arguments: given, start, end } = moved;
    return { kind: 'routine', routine: this.#routine(routine, moved, place), arguments: given, start, end };
  }

  #routineOf(name: readonly { readonly text: string }[]): TemporaryRoutine | undefined {
    const parts = name.map(({ text }) => text.toLowerCase());
    const session = parts.length === 1 || (parts.length === 3 && parts[0] === 'system' && parts[1] === 'session');
    return session ? this.#temporaries.routine(parts.at(-1)!) : undefined;
  }

  #routine(routine: TemporaryRoutine, { start, end }: Located, place: Place): RelationOf<'routine'>['routine'] {
    const { inner, own } = this.#enter(routine, routine.name, 'CYCLIC_FUNCTION_REFERENCE', { start, end }, place);
    const { name, parameters, body } = routine;
    return { ...this.map({ name, parameters, body }, inner), own };
  }

  /** Makes room for the text of an object, and a place for its tree. */
  #enter(object: TemporaryView | TemporaryRoutine, name: string, cycle: 'RECURSIVE_VIEW' | 'CYCLIC_FUNCTION_REFERENCE', at: Located, place: Place): { readonly inner: Place; readonly own: OwnSettings } {
    const use = place.use ?? at;
    const known = place.trail.findIndex((each) => each.toLowerCase() === name.toLowerCase());
    if (known >= 0) throw this.#cycle(cycle, [...place.trail.slice(known), name], use);
    const { ansi, timeZone, schema } = object.conditions;
    this.text += '\n';
    const from = this.text.length;
    this.text += object.source;
    this.#uses.push({ from, use });
    const inner = { shift: from - object.origin, ctes: NO_NAMES, schema: schema === this.#schema ? undefined : schema, trail: [...place.trail, name], use };
    return { inner, own: { ansi, timeZone, start: from, end: this.text.length } };
  }

  #cycle(code: 'RECURSIVE_VIEW' | 'CYCLIC_FUNCTION_REFERENCE', names: readonly string[], use: Located): LakebookError {
    const quoted = names.map((name) => `\`${name}\``);
    const span = spanOf(this.text, use);
    return code === 'RECURSIVE_VIEW' ? new LakebookError(code, { view: quoted.at(-1)!, path: quoted.join(' -> ') }, { span }) : new LakebookError(code, { path: names.join(' -> ') }, { span });
  }
}

function isQuery(node: object): node is Query {
  return 'kind' in node && node.kind === 'query' && 'ctes' in node;
}

function isTable(node: object): node is TableRelation {
  return 'kind' in node && node.kind === 'table' && 'timeTravel' in node;
}

function isFunction(node: object): node is RelationOf<'function'> {
  return 'kind' in node && node.kind === 'function' && 'lateral' in node;
}

function isCall(node: object): node is ExpressionOf<'call'> {
  return 'kind' in node && node.kind === 'call' && 'over' in node;
}

function isChain(node: object): node is ExpressionOf<'binary'> {
  return 'kind' in node && node.kind === 'binary' && 'left' in node;
}
