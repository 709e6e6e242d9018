import { DELETION_VECTOR_SHAPE, type JsonShape } from '../commitSql.ts';
import { hasLeafUnder, type ActionFiles } from '../checkpointSql.ts';
import { identifier, literal } from '../sqlText.ts';

const MAP = 'MAP(VARCHAR, VARCHAR)';

/**
 * The actions that outlive their commit, with every field that the protocol knows, in the order in which Spark writes
 * them. The first field of an action is never null. Commits also hold what checkpoints leave out of a remove.
 */
export const ACTION_SHAPES = {
  txn: { appId: 'VARCHAR', version: 'BIGINT', lastUpdated: 'BIGINT' },
  add: {
    path: 'VARCHAR', partitionValues: MAP, size: 'BIGINT', modificationTime: 'BIGINT', dataChange: 'BOOLEAN', tags: MAP, deletionVector: DELETION_VECTOR_SHAPE,
    baseRowId: 'BIGINT', defaultRowCommitVersion: 'BIGINT', clusteringProvider: 'VARCHAR', stats: 'VARCHAR',
  },
  remove: {
    path: 'VARCHAR', deletionTimestamp: 'BIGINT', dataChange: 'BOOLEAN', extendedFileMetadata: 'BOOLEAN', partitionValues: MAP, size: 'BIGINT',
    deletionVector: DELETION_VECTOR_SHAPE, baseRowId: 'BIGINT', defaultRowCommitVersion: 'BIGINT', stats: 'VARCHAR', tags: MAP,
  },
  metaData: {
    id: 'VARCHAR', name: 'VARCHAR', description: 'VARCHAR', format: { provider: 'VARCHAR', options: MAP }, schemaString: 'VARCHAR', partitionColumns: ['VARCHAR'],
    configuration: MAP, createdTime: 'BIGINT',
  },
  protocol: { minReaderVersion: 'INTEGER', minWriterVersion: 'INTEGER', readerFeatures: ['VARCHAR'], writerFeatures: ['VARCHAR'] },
  domainMetadata: { domain: 'VARCHAR', configuration: 'VARCHAR', removed: 'BOOLEAN' },
} as const satisfies Readonly<Record<string, JsonShape>>;

export type ActionName = keyof typeof ACTION_SHAPES;

export const ACTION_NAMES: readonly ActionName[] = ['txn', 'add', 'remove', 'metaData', 'protocol', 'domainMetadata'];

/** The field that tells whether a row holds the action. */
export const KEY_FIELDS: Readonly<Record<ActionName, string>> = { txn: 'appId', add: 'path', remove: 'path', metaData: 'id', protocol: 'minReaderVersion', domainMetadata: 'domain' };

type FieldShape = JsonShape[string];

/** DuckDB's type of a shape. */
export function shapeType(shape: FieldShape): string {
  if (typeof shape === 'string') return shape;
  if (isList(shape)) return `${shape[0]}[]`;
  return `STRUCT(${Object.entries(shape).map(([name, field]) => `${identifier(name)} ${shapeType(field)}`).join(', ')})`;
}

/** An action of Parquet files as a struct of the whole shape: what the files lack is null. Some fields may be given by SQL. */
export function actionOf(files: ActionFiles, action: ActionName, given: Readonly<Record<string, string>> = {}): string {
  return structOf(files, [action], ACTION_SHAPES[action], given);
}

/** The text of a struct as JSON, without the fields that are null. */
export function shapeJson(value: string, shape: JsonShape): string {
  const fields = Object.entries(shape).map(([name, field]) => {
    const member = `${value}.${identifier(name)}`;
    if (typeof field === 'string' || isList(field)) return jsonField(name, `to_json(${member})::VARCHAR`);
    return `CASE WHEN ${member}.${identifier(Object.keys(field)[0] ?? '')} IS NOT NULL THEN ${jsonField(name, shapeJson(member, field))} END`;
  });
  return jsonObject(fields);
}

/** A JSON object of fields as {@link jsonField} gives them; fields that are null are left out. */
export function jsonObject(fields: readonly string[]): string {
  return `('{' || concat_ws(',', ${fields.join(', ')}) || '}')`;
}

/** A field of a JSON object, from SQL that gives the text of its value, or null where it has none. */
export function jsonField(name: string, json: string): string {
  return `${literal(`${JSON.stringify(name)}:`)} || ${json}`;
}

function structOf(files: ActionFiles, path: readonly string[], shape: JsonShape, given: Readonly<Record<string, string>> = {}): string {
  const fields = Object.entries(shape).map(([name, field]) => `${literal(name)}: ${given[name] ?? valueOf(files, [...path, name], field)}`);
  return `{${fields.join(', ')}}`;
}

function valueOf(files: ActionFiles, path: readonly string[], shape: FieldShape): string {
  const leaf = path.join('.');
  if (!hasLeafUnder(files, leaf)) return `NULL::${shapeType(shape)}`;
  const column = path.map(identifier).join('.');
  if (typeof shape === 'string' || isList(shape)) return `${column}::${shapeType(shape)}`;
  const [first = ''] = Object.keys(shape);
  const struct = structOf(files, path, shape);
  return files.leaves.has(`${leaf}.${first}`) ? `CASE WHEN ${column}.${identifier(first)} IS NOT NULL THEN ${struct} END` : `NULL::${shapeType(shape)}`;
}

function isList(shape: FieldShape): shape is readonly [string] {
  return Array.isArray(shape);
}
