import { call, columnOf } from '../plan/build.ts';
import type { NamedExpression, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { contains, findExpression } from '../plan/traverse.ts';
import type { CallArgument, Expression, ExpressionOf, Located } from '../tree/expressions.ts';
import type { RelationOf } from '../tree/queries.ts';
import type { Routine, RoutineParameter } from '../tree/temporaries.ts';
import { castVerdict } from '../types/coercion.ts';
import { type DataType, sameType, sqlName } from '../types/dataType.ts';
import { castNode, implicitCast } from './casting.ts';
import { type Planned, type QueryPlanner, visibleColumns } from './planner.ts';
import type { Resolution } from './resolution.ts';
import { quoteParts, type Scope } from './scope.ts';
import type { ExpressionReader } from './windows.ts';

/** A view as the columns it had when it was made, by their names in its query. */
export function planView(resolution: Resolution, planner: QueryPlanner, view: RelationOf<'view'>): Planned {
  return resolution.under(view.own, () => planColumns(resolution, planner, view));
}

function planColumns(resolution: Resolution, planner: QueryPlanner, view: RelationOf<'view'>): Planned {
  const { plan, columns } = planner.planQuery(view.query, undefined, undefined);
  const found = visibleColumns(columns);
  const items = view.columns.map((column): NamedExpression => {
    const places = view.columns.filter((other) => other.source === column.source);
    const match = found.filter(({ attribute }) => attribute.name.toLowerCase() === column.source.toLowerCase())[places.indexOf(column)];
    if (match === undefined) return resolution.refuse(view, `The view ${quoteParts(view.name)}`, `what it reads has no column ${quoteParts([column.source])} any more`);
    const value = columnOf(match.attribute, view);
    if (!sameType(value.type, column.type) && !widens(value.type, column.type)) return resolution.refuse(view, `The view ${quoteParts(view.name)}`, `its column ${quoteParts([column.name])} was ${sqlName(column.type)} and is ${sqlName(value.type)} now`);
    return { attribute: resolution.attribute(column.name, column.type, match.attribute.nullable), value: implicitCast(resolution, value, column.type) };
  });
  return { plan: { kind: 'project', input: plan, items }, columns: items.map(({ attribute }) => ({ attribute, qualifier: view.name })) };
}

const WIDTHS: Readonly<Partial<Record<DataType['kind'], number>>> = { tinyint: 1, smallint: 2, int: 3, bigint: 4 };

/** What a view casts by itself where the type below it has changed: wider integers, and texts. */
function widens(from: DataType, to: DataType): boolean {
  if (from.kind === 'void') return true;
  if (to.kind === 'string') return castVerdict(from, to, 'ansi') === 'yes' && from.kind !== 'array' && from.kind !== 'map' && from.kind !== 'struct';
  const [before, after] = [WIDTHS[from.kind], WIDTHS[to.kind]];
  return before !== undefined && after !== undefined && before <= after;
}

/** A table function of the session: its query, with the arguments in place of the parameters. */
export function planRoutine(reader: ExpressionReader, planner: QueryPlanner, call: RelationOf<'routine'>, scope: Scope): Planned {
  const { resolution } = reader;
  const { body } = call.routine;
  if (body.kind !== 'table') return resolution.fail(call, 'UNRESOLVABLE_TABLE_VALUED_FUNCTION', { name: quoteParts([call.routine.name]) });
  const bound = bindArguments(reader, call.routine, call.arguments, scope, call);
  return resolution.under(call.routine.own, () => {
    const { plan, columns } = planner.planQuery(body.query, bodyScope(reader, call.routine, bound), undefined);
    const found = visibleColumns(columns);
    const items = body.columns.map(({ name, type }, place): NamedExpression => {
      const value = columnOf(found[place]!.attribute, body.query);
      return { attribute: resolution.attribute(name, type), value: castTo(resolution, value, type, body.query) };
    });
    return { plan: { kind: 'project', input: plan, items }, columns: items.map(({ attribute }) => ({ attribute, qualifier: [call.routine.name] })) };
  });
}

/** A scalar function of the session: its body, with the arguments in place of the parameters. */
export function resolveRoutine(reader: ExpressionReader, node: ExpressionOf<'routine'>, scope: Scope): TypedExpression {
  const { resolution } = reader;
  const { name, body } = node.routine;
  if (body.kind !== 'scalar') return resolution.refuse(node, `The table function ${name}`, 'it stands in FROM');
  const bound = bindArguments(reader, node.routine, node.arguments, scope, node);
  const value = resolution.under(node.routine.own, () => castTo(resolution, reader.resolve(body.value, bodyScope(reader, node.routine, bound)), body.type, body.value));
  const computed = bound.find((each) => contains(each.value, 'aggregate') || contains(each.value, 'window'));
  if (computed !== undefined && contains(value, 'subquery')) return resolution.refuse(node, `${name} of an aggregate`, 'its body has a subquery, which would have to look out at the aggregate');
  const shown = bound.flatMap((each) => (each.given ? [prettyText(each.value)] : []));
  return call(name, body.type, [value], ([text]) => text!, node, { pretty: () => `${name}(${shown.join(', ')})` });
}

function castTo(resolution: Resolution, value: TypedExpression, type: DataType, node: Located): TypedExpression {
  return sameType(value.type, type) ? value : castNode(value, type, resolution.ansi ? 'ansi' : 'legacy', false, node);
}

function bodyScope({ resolution }: ExpressionReader, routine: Routine, bound: readonly BoundArgument[]): Scope {
  const parameters = new Map<string, TypedExpression>();
  for (const { parameter, value } of bound) {
    const changing = findExpression(value, (each) => each.kind === 'call' && each.volatile);
    if (changing !== undefined) return resolution.refuse(changing, `${prettyText(changing)} as an argument of ${routine.name}`, 'its value is not the same at each use');
    const rows = findExpression(value, (each) => each.kind === 'generator');
    if (rows !== undefined) return resolution.fail(rows, 'UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS', { expression: prettyText(value) });
    parameters.set(parameter.name.text.toLowerCase(), castTo(resolution, value, parameter.type, parameter.name));
  }
  return { columns: [], outer: undefined, ctes: undefined, routine: { name: routine.name.toLowerCase(), parameters } };
}

interface BoundArgument {
  readonly parameter: RoutineParameter;
  readonly value: TypedExpression;
  /** Written by the caller; else the parameter's default. */
  readonly given: boolean;
}

/** Arguments by place, then by name, then defaults. */
function bindArguments(reader: ExpressionReader, routine: Routine, given: readonly CallArgument[], scope: Scope, node: Located): readonly BoundArgument[] {
  const written = placeArguments(reader.resolution, routine, given, node);
  return routine.parameters.map((parameter, place): BoundArgument => {
    const argument = written[place];
    if (argument !== undefined) return { parameter, value: reader.resolve(argument, scope), given: true };
    const { default: absent } = parameter;
    if (absent !== undefined) return { parameter, value: reader.resolution.under(routine.own, () => reader.resolve(absent, { columns: [], outer: undefined, ctes: undefined })), given: false };
    if (given.some(({ name }) => name !== undefined)) return reader.resolution.fail(node, 'REQUIRED_PARAMETER_NOT_FOUND', { routine: quoteParts([routine.name]), parameter: quoteParts([parameter.name.text]), index: place });
    return wrongCount(reader.resolution, routine, given.length, node);
  });
}

function placeArguments(resolution: Resolution, { name, parameters, ...routine }: Routine, given: readonly CallArgument[], node: Located): readonly (Expression | undefined)[] {
  const placed: (Expression | undefined)[] = [];
  const routineName = quoteParts([name]);
  let named: string | undefined;
  for (const [place, { name: wanted, value }] of given.entries()) {
    if (wanted === undefined) {
      if (named !== undefined) return resolution.fail(node, 'UNEXPECTED_POSITIONAL_ARGUMENT', { routine: routineName, parameter: quoteParts([named]) });
      if (place >= parameters.length) return wrongCount(resolution, { name, parameters, ...routine }, given.length, node);
      placed[place] = value;
      continue;
    }
    const at = parameters.findIndex((parameter) => parameter.name.text.toLowerCase() === wanted.toLowerCase());
    if (at < 0) return resolution.fail(node, 'UNRECOGNIZED_PARAMETER_NAME', { routine: routineName, argument: quoteParts([wanted]), proposal: parameters.map((parameter) => quoteParts([parameter.name.text])).join(', ') });
    if (placed[at] !== undefined) {
      const names = { routine: routineName, parameter: quoteParts([wanted]) };
      const positional = given.slice(0, parameters.length).findIndex((argument) => argument.name !== undefined) > at;
      return positional ? resolution.fail(node, 'DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.BOTH_POSITIONAL_AND_NAMED', names) : resolution.fail(node, 'DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE', names);
    }
    placed[at] = value;
    named = wanted;
  }
  return placed;
}

function wrongCount(resolution: Resolution, { name, parameters }: Routine, actual: number, node: Located): never {
  const least = parameters.filter((parameter) => parameter.default === undefined).length;
  const counts = Array.from({ length: parameters.length - least + 1 }, (_, index) => least + index);
  return resolution.fail(node, 'WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { function: name, expected: counts.length === 1 ? String(least) : `[${counts.join(', ')}]`, actual });
}
