import { jsonLogFiles } from '../commitSql.ts';
import { toNumber, toText, type Engine } from '../engine.ts';
import type { CommitFile } from '../logFile.ts';
import { logPathOf } from '../logSegment.ts';
import { identifier, literal } from '../sqlText.ts';
import { ACTION_SHAPES, KEY_FIELDS, shapeJson } from './actionShape.ts';
import { countFiles, NO_FILES } from './fileTotals.ts';
import { createActionsTable, newestFileActions } from './reconciledLog.ts';
import { overlaid, type CommitTableActions, type VersionChecksum } from './versionChecksum.ts';

/** What a commit says of itself where a feature needs it. */
export interface CommitIdentity {
  readonly txnId: string | undefined;
  /** Milliseconds since 1970. */
  readonly inCommitTimestamp: number | undefined;
}

/** The actions of one commit as a table of the engine. Whoever loads them disposes them. */
export class CommitActions {
  readonly #engine: Engine;
  readonly #name: string;
  readonly #version: number;

  private constructor(engine: Engine, version: number) {
    this.#engine = engine;
    this.#version = version;
    this.#name = engine.newTableName();
  }

  /** @throws LakebookError DELTA_LOG_FILE_CORRUPT, DELTA_LOG_FILE_NOT_FOUND */
  static async load(engine: Engine, table: string, commit: CommitFile): Promise<CommitActions> {
    const actions = new CommitActions(engine, commit.version);
    try {
      await createActionsTable(engine, { name: actions.#name, table, files: jsonLogFiles(logPathOf(table), [commit.file]) });
      return actions;
    } catch (error) {
      await actions.dispose();
      throw error;
    }
  }

  async identity(): Promise<CommitIdentity> {
    const batch = await this.#engine.select(`SELECT max("commitInfo"."txnId") AS txn, max("commitInfo"."inCommitTimestamp") AS time FROM ${this.#name}`);
    const time = batch.column('time')[0] ?? null;
    return { txnId: toText(batch.column('txn')[0]) ?? undefined, inCommitTimestamp: time === null ? undefined : toNumber(time) };
  }

  /**
   * The checksum after this commit from the one before it. Undefined where the commit alone does not tell: a remove without
   * a size, or adds that may only say more of files that are live already.
   * @param before undefined for the first commit of a table
   */
  async addTo(before: VersionChecksum | undefined): Promise<VersionChecksum | undefined> {
    if (before === undefined && this.#version > 0) return undefined;
    const fresh = await this.#tableActions();
    const state = overlaid(before ?? { ...NOTHING, protocol: fresh.protocol ?? '', metadata: fresh.metadata ?? '' }, fresh);
    if (state.protocol === '' || state.metadata === '' || !(await this.#tellsItsFiles())) return undefined;
    const totals = await countFiles(this.#engine, before?.totals ?? NO_FILES, [{ sign: '+', actions: this.#fileActions('add') }, { sign: '-', actions: this.#fileActions('remove') }]);
    return [totals.numFiles, totals.sizeBytes, ...totals.fileCounts].some((count) => count < 0) ? undefined : { ...state, totals };
  }

  async dispose(): Promise<void> {
    await this.#engine.run(`DROP TABLE IF EXISTS ${this.#name}`);
  }

  async #tellsItsFiles(): Promise<boolean> {
    const batch = await this.#engine.select(`SELECT
        count(*) FILTER (remove.path IS NOT NULL AND remove.size IS NULL) AS unsized,
        count(*) FILTER (remove.path IS NOT NULL) AS removes,
        count(*) FILTER ("add".path IS NOT NULL AND NOT coalesce("add"."dataChange", false)) AS rearranged,
        count(*) FILTER (coalesce("add".path, remove.path) IS NOT NULL) AS actions,
        (SELECT count(*) FROM (${newestFileActions(this.#name)})) AS files
      FROM ${this.#name}`);
    const value = (name: string): number => toNumber(batch.column(name)[0]);
    return value('unsized') === 0 && (value('rearranged') === 0 || value('removes') > 0) && value('actions') === value('files');
  }

  #fileActions(name: 'add' | 'remove'): string {
    return `SELECT ${name === 'add' ? '"add"' : 'remove'} AS action FROM ${this.#name} WHERE ${identifier(name)}.path IS NOT NULL`;
  }

  async #tableActions(): Promise<CommitTableActions> {
    const names = ['protocol', 'metaData', 'txn', 'domainMetadata'] as const;
    const selects = names.map((name) => `SELECT ${literal(name)} AS kind, ${identifier(name)}.${identifier(KEY_FIELDS[name])}::VARCHAR AS key, ${shapeJson(identifier(name), ACTION_SHAPES[name])} AS body,
      "domainMetadata".removed AS removed FROM ${this.#name} WHERE ${identifier(name)}.${identifier(KEY_FIELDS[name])} IS NOT NULL`);
    const batch = await this.#engine.select(selects.join(' UNION ALL '));
    const [kinds, keys, bodies, removed] = [batch.column('kind'), batch.column('key'), batch.column('body'), batch.column('removed')];
    const rows = kinds.map((kind, row) => ({ kind, key: toText(keys[row]) ?? '', body: toText(bodies[row]) ?? '{}', isRemoved: removed[row] === true }));
    const bodiesOf = (wanted: string): readonly (readonly [string, string])[] => rows.filter(({ kind, isRemoved }) => kind === wanted && !isRemoved).map(({ key, body }) => [key, body]);
    return {
      protocol: bodiesOf('protocol')[0]?.[1],
      metadata: bodiesOf('metaData')[0]?.[1],
      txns: new Map(bodiesOf('txn')),
      domains: new Map(bodiesOf('domainMetadata')),
      removedDomains: rows.filter(({ kind, isRemoved }) => kind === 'domainMetadata' && isRemoved).map(({ key }) => key),
    };
  }
}

const NOTHING: Pick<VersionChecksum, 'txns' | 'domains' | 'totals'> = { txns: new Map(), domains: new Map(), totals: NO_FILES };
