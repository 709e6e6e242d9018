import { parseSchemaText } from '../../kernel/sql/parse.ts';
import { sameRows } from '../testing/sql/sparkAnswers.ts';
import { openLocalEngine } from './localEngine.ts';
import { startSpark, type SparkReply } from './sparkProcess.ts';
import { provideTpc, type Benchmark, type TpcData, type TpcQuery } from './tpcData.ts';

interface Timed<Value> {
  readonly value: Value;
  readonly seconds: number;
}
interface Rows {
  readonly types: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** This engine and plain DuckDB over the same Parquet files, in one process. */
interface Engines {
  answer(text: string): Promise<Timed<Rows>>;
  /** Parse, resolve and emit alone. */
  prepare(text: string): Promise<number>;
  plain(text: string): Promise<number>;
  close(): Promise<void>;
}

export interface TpcOptions {
  readonly scale: number;
  readonly repetitions: number;
  readonly benchmarks: readonly Benchmark[];
  /** Ids of queries; all of them by default. */
  readonly only?: readonly string[] | undefined;
  readonly withSpark: boolean;
}

/**
 * TPC-H and TPC-DS: the same rows and types as a real Spark gives, and how long each takes beside Spark and beside plain
 * DuckDB with the generator's own texts. Times are minima of the repetitions, taken in turns.
 */
export async function compareTpc({ scale, repetitions, benchmarks, only, withSpark }: TpcOptions): Promise<{ readonly passed: number; readonly failed: number }> {
  const total = { passed: 0, failed: 0 };
  // Spark as its users run it: with code generation, and a partition for each core.
  const spark = withSpark ? await startSpark({ settings: { 'spark.sql.codegen.wholeStage': 'true', 'spark.sql.codegen.factoryMode': 'FALLBACK', 'spark.sql.shuffle.partitions': '2', 'spark.driver.memory': '6g', 'spark.driver.extraJavaOptions': '-Duser.timezone=UTC' } }) : undefined;
  try {
    for (const benchmark of benchmarks) {
      const data = await provideTpc(benchmark, scale);
      for (const [table, file] of data.files) await spark?.ask({ sql: `CREATE OR REPLACE TEMPORARY VIEW ${table} AS SELECT * FROM parquet.\`${file}\`` });
      const engines = await openEngines(data);
      const times: Times[] = [];
      for (const query of data.queries.filter(({ id }) => only?.includes(id) ?? true)) {
        const { line, failed, time } = await compareQuery(query, engines, spark && ((sql) => spark.ask({ sql })), repetitions);
        if (failed) total.failed++;
        else total.passed++;
        if (time !== undefined) times.push(time);
        process.stdout.write(`${line}\n`);
      }
      if (times.length > 0) process.stdout.write(`${summary(benchmark, times)}\n`);
      await engines.close();
    }
  } finally {
    spark?.close();
  }
  return total;
}

interface Times {
  readonly ours: number;
  readonly plain: number;
  readonly spark: number | undefined;
  readonly frontEnd: number;
}

async function compareQuery({ id, spark: text, duckdb }: TpcQuery, engines: Engines, ask: ((sql: string) => Promise<SparkReply>) | undefined, repetitions: number): Promise<{ readonly line: string; readonly failed: boolean; readonly time?: Times }> {
  const ours: number[] = [];
  const plain: number[] = [];
  const frontEnd: number[] = [];
  try {
    let answer: Rows | undefined;
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const timed = await engines.answer(text);
      answer = timed.value;
      ours.push(timed.seconds);
      plain.push(await engines.plain(duckdb));
      frontEnd.push(await engines.prepare(text));
    }
    const replies: SparkReply[] = [];
    for (let repetition = 0; ask !== undefined && repetition < Math.min(repetitions, 2); repetition++) replies.push(await ask(text));
    const difference = replies[0] && differenceOf(answer!, replies[0]);
    const time = { ours: Math.min(...ours), plain: Math.min(...plain), spark: replies.length === 0 ? undefined : Math.min(...replies.map((reply) => reply.seconds ?? 0)), frontEnd: Math.min(...frontEnd) };
    const figures = `ours ${milliseconds(time.ours)}, DuckDB ${milliseconds(time.plain)}${time.spark === undefined ? '' : `, Spark ${milliseconds(time.spark)}`} (front end ${(time.frontEnd * 1000).toFixed(2)} ms)`;
    return { line: `${id}: ${difference ?? (ask === undefined ? 'not compared' : 'equal')}; ${figures}`, failed: difference !== undefined, time };
  } catch (error) {
    return { line: `${id}: ${error instanceof Error ? error.message : String(error)}`, failed: true };
  }
}

function milliseconds(seconds: number): string {
  return `${Math.round(seconds * 1000)} ms`;
}

function differenceOf(answer: Rows, reply: SparkReply): string | undefined {
  if (reply.error !== undefined) return `Spark says ${reply.error}: ${reply.message}`;
  if (String(answer.types) !== String(reply.types)) return `types ${String(answer.types)}, Spark's are ${String(reply.types)}`;
  const rows = reply.rows ?? [];
  // Ties in an ORDER BY are free: rows are compared as a multiset.
  return sameRows(answer.types.map(parseSchemaText), rows, answer.rows, false) ? undefined : `${answer.rows.length} rows, not Spark's ${rows.length}: ${JSON.stringify(answer.rows[0])}, ${JSON.stringify(rows[0])}`;
}

function summary(benchmark: Benchmark, times: readonly Times[]): string {
  const sum = (of: (time: Times) => number): number => times.reduce((all, time) => all + of(time), 0);
  const [ours, plain, spark] = [sum((time) => time.ours), sum((time) => time.plain), sum((time) => time.spark ?? 0)];
  const frontEnds = times.map((time) => time.frontEnd * 1000).sort((left, right) => left - right);
  const worst = Math.max(...times.map((time) => time.ours / time.plain));
  return `${benchmark}: ours ${ours.toFixed(2)} s, plain DuckDB ${plain.toFixed(2)} s (ratio ${(ours / plain).toFixed(3)}, worst query ${worst.toFixed(2)})${spark === 0 ? '' : `, Spark ${spark.toFixed(2)} s (${(spark / ours).toFixed(1)} times ours)`}; front end median ${frontEnds[Math.floor(frontEnds.length / 2)]?.toFixed(2)} ms, worst ${frontEnds.at(-1)?.toFixed(2)} ms`;
}

async function openEngines(data: TpcData): Promise<Engines> {
  const local = await openLocalEngine({ memoryLimitBytes: 6 * 2 ** 30 });
  for (const [table, file] of data.files) {
    await local.run(`CREATE OR REPLACE TEMPORARY VIEW ${table} AS SELECT * FROM parquet.\`${file}\``);
    await local.database.run(`CREATE VIEW "${table}" AS SELECT * FROM read_parquet('${file}')`);
  }
  return {
    answer: async (text) => {
      const { types, rows, seconds } = await local.run(text);
      return { value: { types, rows }, seconds };
    },
    prepare: (text) => local.prepare(text),
    plain: async (text) => {
      const startedAtMs = performance.now();
      (await local.database.query(text)).rows();
      return (performance.now() - startedAtMs) / 1000;
    },
    close: () => local.close(),
  };
}
