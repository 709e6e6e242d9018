import { hasCode, LakebookError } from '../../../kernel/base/errors.ts';
import { TestWorkspace } from '../../../kernel/query/testWorkspace.ts';
import { functionNames } from '../../../kernel/sql/functions/registry.ts';
import { corpusFiles, readCorpus } from './corpus.ts';
import { Chance, mutate, randomStatement, type RandomNames } from './randomSql.ts';

export interface FuzzOptions {
  readonly count: number;
  readonly seed: number;
  /** One of so many is run to its last row, not only prepared. */
  readonly runEvery: number;
}

export interface FuzzReport {
  /** Prepared or run without an error. */
  readonly fine: number;
  readonly ran: number;
  /** By class. */
  readonly refused: ReadonlyMap<string, number>;
  readonly slowestMs: number;
  /** Statements that crashed, hung, or failed without a class of their own. */
  readonly faults: readonly string[];
}

/** So long may a statement take before it is interrupted; that it is, and soon, is what is looked at. */
const PATIENCE_MS = 3_000;
const HANGS_MS = 10_000;
/** These run for as long as they are told to. */
const SLOW = /\b(sequence|repeat|space|range|lpad|rpad|array_repeat|randstr)\b/i;

const NAMES: RandomNames = {
  functions: functionNames(),
  tables: [
    { name: 't', columns: ['id', 'n', 's', 'd', 'ts'] },
    { name: 't', columns: ['id', 's', 't.id', 'n'] },
    { name: 'spark_catalog.default.t', columns: ['id', 's'] },
    { name: "VALUES (1, 'a'), (NULL, 'b') AS v(id, s)", columns: ['id', 's', 'id', 'missing'] },
  ],
};

/** Random and mutated statements through the whole pipeline. The same options give the same statements. */
export async function fuzz({ count, seed, runEvery }: FuzzOptions): Promise<FuzzReport> {
  const workspace = await TestWorkspace.create();
  const known = corpusFiles().flatMap(readCorpus).map(({ sql }) => sql);
  const report = { fine: 0, ran: 0, refused: new Map<string, number>(), slowestMs: 0, faults: [] as string[] };
  try {
    await workspace.writeTable('t', {
      columns: [{ name: 'id', type: 'long' }, { name: 'n', type: 'integer' }, { name: 's', type: 'string' }, { name: 'd', type: 'date' }, { name: 'ts', type: 'timestamp' }],
      commits: [{ add: [{ select: "SELECT i AS id, (i % 7)::INTEGER AS n, 'text ' || i AS s, DATE '2024-01-01' + i::INTEGER AS d, TIMESTAMPTZ '2024-01-01 00:00:00+00' AS ts FROM range(50) t(i)" }] }],
    });
    for (let index = 0; index < count; index++) {
      const chance = new Chance(seed + index);
      const sql = chance.once(2) ? randomStatement(chance, NAMES) : mutate(chance, chance.pick(known), chance.pick(known));
      const runs = index % runEvery === 0 && !SLOW.test(sql);
      const startedAtMs = performance.now();
      const failure = await attempt(workspace, sql, runs);
      const tookMs = performance.now() - startedAtMs;
      if (!SLOW.test(sql)) report.slowestMs = Math.max(report.slowestMs, tookMs);
      if (runs) report.ran++;
      if (failure === undefined) report.fine++;
      else if (failure instanceof LakebookError && !hasCode(failure, 'INTERNAL_ERROR')) report.refused.set(failure.code, (report.refused.get(failure.code) ?? 0) + 1);
      else report.faults.push(`seed ${seed + index}: ${sql.slice(0, 2_000)}\n  ${describe(failure)}`);
      if (tookMs > HANGS_MS) report.faults.push(`seed ${seed + index} took ${Math.round(tookMs)} ms: ${sql.slice(0, 2_000)}`);
    }
    return report;
  } finally {
    await workspace.dispose();
  }
}

async function attempt(workspace: TestWorkspace, sql: string, runs: boolean): Promise<unknown> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    for (const statement of workspace.engine.split(sql, 'spark')) {
      const prepared = await workspace.engine.prepare(statement, workspace.session, signal);
      try {
        if (runs && prepared.sql !== '') for await (const batch of await workspace.database.stream(prepared.sql, { signal, columns: prepared.columns })) if (batch.rows < 0) return undefined;
      } catch (error) {
        const other = await prepared.fallback(error);
        if (other === undefined) return prepared.mapError(error);
      } finally {
        await prepared.dispose();
      }
    }
    return undefined;
  } catch (error) {
    return signal.aborted ? undefined : error;
  } finally {
    workspace.session = workspace.engine.createSession(); // what a statement set must not reach the next one
  }
}

function describe(failure: unknown): string {
  const { cause } = failure instanceof Error ? failure : { cause: undefined };
  return `${failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure)}${cause instanceof Error ? ` (${cause.message.slice(0, 400)})` : ''}`;
}
