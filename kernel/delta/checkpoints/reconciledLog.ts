import { LakebookError } from '../../base/errors.ts';
import { asCheckpointError, loadCheckpoint, type Checkpoint } from '../checkpoint.ts';
import { source, type ActionFiles } from '../checkpointSql.ts';
import { canonicalPath, deletionVectorId, jsonLogFiles, readJsonLog, type JsonLogFile } from '../commitSql.ts';
import { toNumber, toText, type Engine } from '../engine.ts';
import { replayedFiles, type LogSegment } from '../logSegment.ts';
import { identifier, literal } from '../sqlText.ts';
import { ACTION_NAMES, ACTION_SHAPES, actionOf, KEY_FIELDS, shapeJson, shapeType, type ActionName } from './actionShape.ts';

const COMMIT_INFO = { txnId: 'VARCHAR', inCommitTimestamp: 'BIGINT' } as const;

/** What the log says of the table as a whole: JSON texts of actions, so that no integer passes through a double. */
export interface TableActionTexts {
  readonly protocol: string;
  readonly metadata: string;
  /** By application. */
  readonly txns: ReadonlyMap<string, string>;
  /** By domain; removed ones are not in it. */
  readonly domains: ReadonlyMap<string, string>;
}

/**
 * All actions of a log segment with every field, reconciled, as relations of the engine (PROTOCOL.md "Action
 * Reconciliation"). The actions of commits are in tables; those of the checkpoint are read in place, as a stream, so a
 * log of any length passes through. Whoever opens it disposes it.
 */
export class ReconciledLog {
  readonly table: string;
  readonly version: number;
  readonly #engine: Engine;
  readonly #checkpoint: Checkpoint | undefined;
  readonly #actions: string;
  readonly #newest: string;
  #hasFileActions = false;

  private constructor(engine: Engine, table: string, segment: LogSegment, checkpoint: Checkpoint | undefined) {
    this.#engine = engine;
    this.table = table;
    this.version = segment.endVersion;
    this.#checkpoint = checkpoint;
    this.#actions = engine.newTableName();
    this.#newest = engine.newTableName();
  }

  /** @throws LakebookError as loadCheckpoint; DELTA_LOG_FILE_CORRUPT, DELTA_LOG_FILE_NOT_FOUND */
  static async open(engine: Engine, table: string, segment: LogSegment): Promise<ReconciledLog> {
    const checkpoint = await loadCheckpoint(engine, segment, table);
    const log = new ReconciledLog(engine, table, segment, checkpoint);
    try {
      await log.#load([...(checkpoint?.jsonFiles ?? []), ...jsonLogFiles(segment.logPath, replayedFiles(segment).map(({ file }) => file))]);
      return log;
    } catch (error) {
      await log.dispose();
      throw error;
    }
  }

  /** Whether the version has a checkpoint already. */
  get isCheckpointed(): boolean {
    return this.#checkpoint?.version === this.version;
  }

  /**
   * The newest action on every file, of one kind, as a SELECT of the struct `action`.
   * @param statsOf the text of an add's statistics in the checkpoint's files; their own by default
   */
  fileActions(name: 'add' | 'remove', statsOf?: (files: ActionFiles) => string): string {
    const column = identifier(name);
    const ofCommits = `SELECT a.${column} AS action FROM ${this.#actions} a SEMI JOIN ${this.#newest} n ON n.action_row = a.rowid WHERE a.${column}.path IS NOT NULL`;
    const ofCheckpoint = this.#ofCheckpoint(name, statsOf).map((select) => (this.#hasFileActions
      ? `SELECT action FROM (${select}) c ANTI JOIN ${this.#newest} n ON n.key_path = ${canonicalPath('c.action.path')} AND n.dv_id = ${deletionVectorId('c.action."deletionVector"')}`
      : select));
    return [...ofCheckpoint, ofCommits].join(' UNION ALL ');
  }

  /** The newest action of each application, or of each domain, or the newest at all; domains' removals among them. */
  tableActions(name: Exclude<ActionName, 'add' | 'remove'>): string {
    const ofCommits = `SELECT version, ${identifier(name)} AS action FROM ${this.#actions} WHERE ${identifier(name)}.${identifier(KEY_FIELDS[name])} IS NOT NULL`;
    const all = [...this.#ofCheckpoint(name).map((select) => `SELECT ${this.#checkpoint?.version ?? 0}::BIGINT AS version, action FROM (${select})`), ofCommits].join(' UNION ALL ');
    const perKey = name === 'txn' || name === 'domainMetadata' ? `GROUP BY action.${identifier(KEY_FIELDS[name])}` : 'HAVING count(*) > 0';
    return `SELECT arg_max(action, version) AS action FROM (${all}) ${perKey}`;
  }

  /** @throws LakebookError DELTA_STATE_RECOVER_ERROR if no protocol or no metadata is in the log */
  async loadTableActions(): Promise<TableActionTexts> {
    const names = ['protocol', 'metaData', 'txn', 'domainMetadata'] as const;
    const selects = names.map((name) => `SELECT ${literal(name)} AS kind, action.${identifier(KEY_FIELDS[name])}::VARCHAR AS key, ${shapeJson('action', ACTION_SHAPES[name])} AS body
      FROM (${this.tableActions(name)})${name === 'domainMetadata' ? ' WHERE NOT coalesce(action.removed, false)' : ''}`);
    const batch = await this.reading(() => this.#engine.select(`SELECT * FROM (${selects.join(' UNION ALL ')}) ORDER BY kind, key`));
    const [kinds, keys, bodies] = [batch.column('kind'), batch.column('key'), batch.column('body')];
    const bodiesOf = (name: string): readonly (readonly [string, string])[] =>
      kinds.flatMap((kind, row) => (kind === name ? [[toText(keys[row]) ?? '', toText(bodies[row]) ?? '{}'] as const] : []));
    const only = (name: string, operation: string): string => {
      const body = bodiesOf(name)[0]?.[1];
      if (body === undefined) throw new LakebookError('DELTA_STATE_RECOVER_ERROR', { table: this.table, version: this.version, operation });
      return body;
    };
    return { protocol: only('protocol', 'protocol'), metadata: only('metaData', 'metadata'), txns: new Map(bodiesOf('txn')), domains: new Map(bodiesOf('domainMetadata')) };
  }

  /** Runs a statement over these relations; an engine's complaint about the checkpoint's files names the checkpoint. */
  reading<Result>(action: () => Promise<Result>): Promise<Result> {
    if (this.#checkpoint === undefined) return action();
    return asCheckpointError({ engine: this.#engine, table: this.table, version: this.#checkpoint.version }, action);
  }

  async dispose(): Promise<void> {
    await this.#engine.run(`DROP TABLE IF EXISTS ${this.#actions}; DROP TABLE IF EXISTS ${this.#newest}`);
  }

  async #load(files: readonly JsonLogFile[]): Promise<void> {
    await createActionsTable(this.#engine, { name: this.#actions, table: this.table, files });
    await this.#engine.run(`CREATE TABLE ${this.#newest} AS ${newestFileActions(this.#actions)}`);
    this.#hasFileActions = toNumber((await this.#engine.select(`SELECT count(*) AS rows FROM ${this.#newest}`)).column('rows')[0]) > 0;
  }

  #ofCheckpoint(name: ActionName, statsOf?: (files: ActionFiles) => string): readonly string[] {
    const key = KEY_FIELDS[name];
    return (this.#checkpoint?.groups ?? [])
      .filter((group) => group.filled.has(`${name}.${key}`))
      .map((group) => `SELECT ${actionOf(group, name, name === 'add' && statsOf !== undefined ? { stats: statsOf(group) } : {})} AS action FROM ${source(group)} WHERE ${identifier(name)}.${identifier(key)} IS NOT NULL`);
  }
}

/**
 * A table of the actions of JSON log files: `version`, a struct for each kind of action, and `commitInfo`.
 * @throws LakebookError DELTA_LOG_FILE_CORRUPT, DELTA_LOG_FILE_NOT_FOUND
 */
export async function createActionsTable(engine: Engine, of: { readonly name: string; readonly table: string; readonly files: readonly JsonLogFile[] }): Promise<void> {
  const { name, table, files } = of;
  const columns = ACTION_NAMES.map((action) => `${identifier(action)} ${shapeType(ACTION_SHAPES[action])}`).join(', ');
  await engine.run(`CREATE TABLE ${name} (version BIGINT, ${columns}, "commitInfo" ${shapeType(COMMIT_INFO)})`);
  if (files.length === 0) return;
  try {
    await engine.run(`INSERT INTO ${name} SELECT substr(parse_filename(filename), 1, 20)::BIGINT, ${ACTION_NAMES.map(checkedAction).join(', ')}, "commitInfo"
      FROM ${readJsonLog(files, { ...ACTION_SHAPES, commitInfo: COMMIT_INFO })}`);
  } catch (error) {
    const failure = engine.describe(error);
    if (error instanceof LakebookError || failure.kind === 'other') throw error;
    const file = failure.file ?? 'of a commit';
    if (failure.kind === 'fileMissing') throw new LakebookError('DELTA_LOG_FILE_NOT_FOUND', { table, file }, { cause: error });
    throw new LakebookError('DELTA_LOG_FILE_CORRUPT', { table, file, detail: failure.detail }, { cause: error });
  }
}

/** The newest action on each file: `key_path`, `dv_id`, `action_row` of a table of actions. */
export function newestFileActions(actions: string): string {
  const path = `coalesce("add".path, remove.path)`;
  return `SELECT key_path, dv_id, max_by(action_row, rank) AS action_row FROM (
      SELECT rowid AS action_row, version * 2 + ("add".path IS NOT NULL)::INTEGER AS rank, ${canonicalPath(path)} AS key_path,
        CASE WHEN "add".path IS NOT NULL THEN ${deletionVectorId('"add"."deletionVector"')} ELSE ${deletionVectorId('remove."deletionVector"')} END AS dv_id
      FROM ${actions} WHERE ${path} IS NOT NULL)
    GROUP BY ALL`;
}

function checkedAction(name: ActionName): string {
  if (name !== 'add') return identifier(name);
  return `CASE WHEN "add".path IS NOT NULL AND "add".size IS NULL THEN error('Malformed JSON in file "' || filename || '": an add action has no size.')::${shapeType(ACTION_SHAPES.add)} ELSE "add" END`;
}
