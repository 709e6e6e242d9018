import type { Change } from './tree/alterations.ts';
import type { Statement } from './tree/statements.ts';

export interface Refusal {
  /** `MERGE`, `CREATE TABLE` …: the statement's name. */
  readonly feature: string;
  readonly reason: string;
}

/** Of what the Spark of everybody runs, and of what Databricks alone does. */
const NOT_YET = 'it is not implemented here yet, and Spark runs it';
const NOT_HERE = 'it is not implemented here, and Databricks runs it';
const DEFINES = 'objects are not defined on this engine yet';
const NO_LIST = 'there is no such list on this engine';
const NO_PRIVILEGES = 'there are no privileges on this engine';

/** Statements that are read to a tree and not run on this engine. */
const REFUSED: { readonly [Kind in Statement['kind']]?: readonly [feature: string, reason: string] } = {
  insertDirectory: ['INSERT', NOT_YET],
  copyInto: ['COPY INTO', NOT_HERE],
  optimize: ['OPTIMIZE', NOT_YET],
  vacuum: ['VACUUM', NOT_YET],
  loadData: ['LOAD DATA', NOT_YET],
  convertToDelta: ['CONVERT TO DELTA', NOT_YET],
  generate: ['GENERATE', NOT_YET],
  reorg: ['REORG TABLE', NOT_YET],
  analyzeTable: ['ANALYZE', NOT_YET],
  analyzeTables: ['ANALYZE', NOT_YET],
  setTag: ['SET TAG', NOT_HERE],
  unsetTag: ['UNSET TAG', NOT_HERE],
  call: ['CALL', NOT_YET],
  addResource: ['ADD', NOT_YET],
  sync: ['SYNC', NOT_HERE],
  createView: ['CREATE VIEW', DEFINES],
  createStreamingTable: ['CREATE STREAMING TABLE', DEFINES],
  createMaterializedView: ['CREATE MATERIALIZED VIEW', DEFINES],
  createCatalog: ['CREATE CATALOG', DEFINES],
  createVolume: ['CREATE VOLUME', DEFINES],
  createFunction: ['CREATE FUNCTION', DEFINES],
  showGrants: ['SHOW GRANTS', NO_LIST],
  describePartition: ['DESCRIBE … PARTITION', 'partitions are not described one by one here'],
};

const GOVERNS = 'there is no governance on this engine';
const PARTITIONS = 'the log alone says which partitions a Delta table has';

/** Changes of a table that are not made on this engine. */
const REFUSED_CHANGES: { readonly [Kind in Change['kind']]?: readonly [feature: string, reason: string] } = {
  setTags: ['SET TAGS', GOVERNS],
  unsetTags: ['UNSET TAGS', GOVERNS],
  setOptions: ['SET OPTIONS', 'Delta tables have properties: SET TBLPROPERTIES'],
  addPartitions: ['ADD PARTITION', PARTITIONS],
  dropPartitions: ['DROP PARTITION', `${PARTITIONS}: use DELETE`],
  renamePartition: ['RENAME PARTITION', `${PARTITIONS}: use UPDATE`],
  recoverPartitions: ['RECOVER PARTITIONS', PARTITIONS],
  setRowFilter: ['SET ROW FILTER', GOVERNS],
  dropRowFilter: ['DROP ROW FILTER', GOVERNS],
  setOwner: ['SET OWNER', GOVERNS],
  setCollation: ['DEFAULT COLLATION', 'strings compare by bytes here'],
  setQuery: ['AS', 'a table is no view'],
  other: ['…', 'no such change is made on this engine'],
};

const NO_OBJECTS = 'there are no such objects on this engine';
/** What has a folder. */
const FOLDERS: ReadonlySet<string> = new Set(['TABLE', 'SCHEMA', 'DATABASE', 'NAMESPACE']);
const COMMENTED: ReadonlySet<string> = new Set(['TABLE', 'COLUMN']);

/** What DESCRIBE tells of beside tables, queries and functions. */
const DESCRIBED: ReadonlySet<string> = new Set(['SCHEMA', 'DATABASE', 'NAMESPACE', 'CATALOG']);

/** Why a statement is not run here; undefined where it is. */
export function refusalOf(statement: Statement): Refusal | undefined {
  switch (statement.kind) {
    case 'refused':
      return statement;
    case 'repairTable':
      return { feature: `${statement.check === undefined ? '' : `${statement.check} `}REPAIR TABLE`, reason: NOT_YET };
    case 'files':
      return { feature: statement.action, reason: NOT_HERE };
    case 'flow':
      return { feature: statement.name === undefined ? 'APPLY CHANGES INTO' : 'CREATE FLOW', reason: DEFINES };
    case 'createObject':
      return { feature: `CREATE ${statement.object}`, reason: DEFINES };
    case 'drop':
      return FOLDERS.has(statement.object) ? undefined : { feature: `DROP ${statement.object}`, reason: DEFINES };
    case 'undrop':
      return statement.object === 'TABLE' ? undefined : { feature: `UNDROP ${statement.object}`, reason: NO_OBJECTS };
    case 'comment':
      return COMMENTED.has(statement.object) ? undefined : { feature: `COMMENT ON ${statement.object}`, reason: 'nothing here keeps such a comment' };
    case 'alterTable': {
      const { change } = statement;
      if (change.kind === 'setLocation' && change.partition.length > 0) return { feature: 'ALTER TABLE … PARTITION … SET LOCATION', reason: PARTITIONS };
      const found = REFUSED_CHANGES[change.kind];
      return found === undefined ? undefined : { feature: `ALTER TABLE … ${found[0]}`, reason: found[1] };
    }
    case 'alterObject':
      return { feature: `ALTER ${statement.object}`, reason: DEFINES };
    case 'privileges':
      return { feature: statement.action, reason: NO_PRIVILEGES };
    case 'showObjects':
      return statement.objects.startsWith('CURRENT ') ? undefined : { feature: `SHOW ${statement.objects}`, reason: NO_LIST };
    case 'showTableExtended':
      return statement.partition.length === 0 ? undefined : { feature: 'SHOW TABLE EXTENDED … PARTITION', reason: 'partitions are not described one by one here' };
    case 'describeObject':
      return DESCRIBED.has(statement.object) ? undefined : { feature: `DESCRIBE ${statement.object}`, reason: NO_OBJECTS };
    default: {
      const found = REFUSED[statement.kind];
      return found === undefined ? undefined : { feature: found[0], reason: found[1] };
    }
  }
}
