import { documentFunction } from '../../sql/functions/documentation.ts';
import { collectTableReferences } from '../../sql/references.ts';
import type { TemporaryRoutine } from '../../sql/temporaries.ts';
import type { Located } from '../../sql/tree/expressions.ts';
import { INT, STRING, TIMESTAMP, type DataType } from '../../sql/types/dataType.ts';
import { BUILT_IN_FUNCTIONS } from '../information/sessionFunctions.ts';
import type { QuerySession } from '../querySession.ts';
import { SYSTEM_CATALOG, type InformationCatalog } from './names.ts';
import { relation, type InformationRelation, type RelationColumn } from './relation.ts';
import { typeColumns } from './typeColumns.ts';

/** A function of the session, or one of Spark's: of those only the name is the same for every call. */
type Routine = { readonly schema: 'session'; readonly name: string; readonly own: TemporaryRoutine } | { readonly schema: 'builtin'; readonly name: string; readonly own?: undefined };

const SPECIFIC_NAME_COLUMNS: readonly RelationColumn<Pick<Routine, 'schema' | 'name'>>[] = [
  { name: 'specific_catalog', type: STRING, comment: 'Catalog of the function.', value: () => SYSTEM_CATALOG },
  { name: 'specific_schema', type: STRING, comment: 'session or builtin.', value: ({ schema }) => schema },
  { name: 'specific_name', type: STRING, comment: 'Name of the function in its schema.', value: ({ name }) => name },
];

function own<Value extends string | null>(value: (routine: TemporaryRoutine) => Value): (routine: Routine) => Value | null {
  return ({ own: routine }) => (routine === undefined ? null : value(routine));
}

const ROUTINE_COLUMNS: readonly RelationColumn<Routine>[] = [
  ...SPECIFIC_NAME_COLUMNS,
  { name: 'routine_catalog', type: STRING, comment: 'As specific_catalog.', value: () => SYSTEM_CATALOG },
  { name: 'routine_schema', type: STRING, comment: 'As specific_schema.', value: ({ schema }) => schema },
  { name: 'routine_name', type: STRING, comment: 'Name of the function.', value: ({ name }) => name },
  { name: 'routine_owner', type: STRING, comment: 'Always NULL.', value: () => null },
  { name: 'routine_type', type: STRING, comment: 'Always FUNCTION.', value: () => 'FUNCTION' },
  ...typeColumns<Routine>('data_type', ({ own: routine }) => ({ type: routine?.body.kind === 'scalar' ? routine.body.type : undefined })).map(
    (column): RelationColumn<Routine> => ({ ...column, comment: `${column.comment} NULL for a function of Spark: its result depends on what it is given.`, value: (routine) => (routine.own === undefined ? null : column.value(routine)) }),
  ),
  { name: 'routine_body', type: STRING, comment: 'SQL, or EXTERNAL for a function of Spark.', value: ({ own: routine }) => (routine === undefined ? 'EXTERNAL' : 'SQL') },
  { name: 'routine_definition', type: STRING, comment: 'Text of the body.', value: own((routine) => bodyText(routine)) },
  { name: 'external_name', type: STRING, comment: 'Always NULL.', value: () => null },
  { name: 'external_language', type: STRING, comment: 'Always NULL.', value: () => null },
  { name: 'parameter_style', type: STRING, comment: 'Always SQL.', value: () => 'SQL' },
  { name: 'is_deterministic', type: STRING, comment: 'Always NULL: not worked out here.', value: () => null },
  { name: 'sql_data_access', type: STRING, comment: 'READS SQL DATA where the body reads tables, CONTAINS SQL otherwise.', value: own(dataAccess) },
  { name: 'is_null_call', type: STRING, comment: 'Always YES: a function is called with NULL too.', value: () => 'YES' },
  { name: 'security_type', type: STRING, comment: 'Always DEFINER.', value: () => 'DEFINER' },
  { name: 'sql_path', type: STRING, comment: 'Always NULL.', value: () => null },
  { name: 'comment', type: STRING, comment: 'Comment of the function.', value: ({ name, own: routine }) => (routine === undefined ? documentFunction(name)?.summary : routine.comment) ?? null },
  { name: 'created', type: TIMESTAMP, comment: 'Always NULL.', value: () => null },
  { name: 'created_by', type: STRING, comment: 'Always NULL.', value: () => null },
  { name: 'last_altered', type: TIMESTAMP, comment: 'Always NULL.', value: () => null },
  { name: 'last_altered_by', type: STRING, comment: 'Always NULL.', value: () => null },
];

/** A parameter, or a column of what a function answers with. */
interface Member {
  readonly schema: 'session';
  /** Of the function. */
  readonly name: string;
  /** From 1. */
  readonly position: number;
  readonly member: { readonly name: string; readonly type: DataType; readonly default?: string | undefined; readonly comment?: string | undefined };
}

const POSITION: RelationColumn<Member> = { name: 'ordinal_position', type: INT, comment: 'Place, from 1.', value: ({ position }) => position };
const COMMENT: RelationColumn<Member> = { name: 'comment', type: STRING, comment: 'Comment.', value: ({ member }) => member.comment ?? null };

const PARAMETER_COLUMNS: readonly RelationColumn<Member>[] = [
  ...SPECIFIC_NAME_COLUMNS,
  POSITION,
  { name: 'parameter_mode', type: STRING, comment: 'Always IN.', value: () => 'IN' },
  { name: 'is_result', type: STRING, comment: 'Always NO.', value: () => 'NO' },
  { name: 'as_locator', type: STRING, comment: 'Always NO.', value: () => 'NO' },
  { name: 'parameter_name', type: STRING, comment: 'Name of the parameter.', value: ({ member }) => member.name },
  ...typeColumns<Member>('data_type', ({ member }) => ({ type: member.type })),
  { name: 'parameter_default', type: STRING, comment: 'What a call that leaves the parameter out gives.', value: ({ member }) => member.default ?? null },
  COMMENT,
];

const RESULT_COLUMNS: readonly RelationColumn<Member>[] = [
  ...SPECIFIC_NAME_COLUMNS,
  { name: 'column_name', type: STRING, comment: 'Name of the column.', value: ({ member }) => member.name },
  POSITION,
  ...typeColumns<Member>('data_type', ({ member }) => ({ type: member.type })),
  COMMENT,
];

/** Relations about functions, over one information schema's catalog. */
export function routineRelations(catalog: InformationCatalog): readonly InformationRelation[] {
  const builtIn = catalog === SYSTEM_CATALOG ? BUILT_IN_FUNCTIONS.map((name): Routine => ({ schema: 'builtin', name })) : [];
  return [
    relation('routines', 'Functions.', ROUTINE_COLUMNS, ({ session }) => [...builtIn, ...routinesOf(session).map((routine): Routine => ({ schema: 'session', name: routine.name, own: routine }))]),
    relation('parameters', 'Parameters of the session’s functions.', PARAMETER_COLUMNS, ({ session }) =>
      membersOf(session, (routine) => routine.parameters.map(({ name, type, default: value, comment }) => ({ name: name.text, type, comment, default: value === undefined ? undefined : sourceOf(routine, value) })))),
    relation('routine_columns', 'Columns of the session’s functions that return tables.', RESULT_COLUMNS, ({ session }) => membersOf(session, ({ body }) => (body.kind === 'table' ? body.columns : []))),
  ];
}

function routinesOf({ temporaries }: QuerySession): readonly TemporaryRoutine[] {
  return temporaries.routines();
}

function membersOf(session: QuerySession, members: (routine: TemporaryRoutine) => readonly Member['member'][]): readonly Member[] {
  return routinesOf(session).flatMap((routine) => members(routine).map((member, place): Member => ({ schema: 'session', name: routine.name, position: place + 1, member })));
}

function bodyText(routine: TemporaryRoutine): string {
  return sourceOf(routine, routine.body.kind === 'scalar' ? routine.body.value : routine.body.query);
}

function sourceOf({ source, origin }: TemporaryRoutine, { start, end }: Located): string {
  return source.slice(start - origin, end - origin);
}

function dataAccess({ body }: TemporaryRoutine): string {
  const reads = collectTableReferences(body.kind === 'scalar' ? body.value : body.query, { nowMicros: 0n, timeZone: 'UTC' });
  return reads.length > 0 ? 'READS SQL DATA' : 'CONTAINS SQL';
}
