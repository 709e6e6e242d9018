import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { SparkAnswer } from '../testing/sql/sparkAnswers.ts';
import { providePython, runOrThrow, startPython } from './pythonProcess.ts';
import { provideFolder } from './testCache.ts';

/** A Spark, and the Delta that goes with it. */
export interface SparkRelease {
  readonly spark: string;
  readonly delta: string;
  /** Delta's jars, as Maven names them. */
  readonly jars: readonly string[];
}

const [SPARK_4_0, SPARK_4_2]: readonly [SparkRelease, SparkRelease] = [
  { spark: '4.0.5', delta: '4.0.1', jars: ['io.delta:delta-spark_2.13:4.0.1', 'io.delta:delta-storage:4.0.1'] },
  {
    spark: '4.2.0',
    delta: '4.4.0',
    jars: [
      'io.delta:delta-spark_4.2_2.13:4.4.0',
      ...['delta-storage', 'delta-kernel-api', 'delta-kernel-defaults', 'delta-kernel-unitycatalog'].map((name) => `io.delta:${name}:4.4.0`),
      ...['unitycatalog-client', 'unitycatalog-hadoop'].map((name) => `io.unitycatalog:${name}:0.6.0`),
    ],
  },
];

/** By the name that chooses it. */
export const SPARK_RELEASES: Readonly<Record<string, SparkRelease>> = { '4.0': SPARK_4_0, '4.2': SPARK_4_2 };

/** What Spark said to one question. `seconds` is from the statement's text to its last row. */
export interface SparkReply extends SparkAnswer {
  readonly sqlstate?: string;
  readonly message?: string;
  readonly seconds?: number;
}

export interface SparkQuestion {
  readonly sql: string;
  /** Settings of the session that hold from this statement on. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A real Spark on this machine, in a process of its own. */
export interface Spark {
  ask(question: SparkQuestion): Promise<SparkReply>;
  /** What Delta finds wrong with a table's checksum file, or undefined. */
  checksumFault(table: string): Promise<string | undefined>;
  /** Writes a checkpoint of a Delta table. @returns its own words where it refuses */
  checkpoint(table: string): Promise<string | undefined>;
  close(): void;
}

export interface SparkOptions {
  /** 4.0 by default. */
  readonly release?: SparkRelease;
  /** Of the whole process. */
  readonly settings?: Readonly<Record<string, string>>;
  /** With Delta's jars it reads and writes Delta tables. */
  readonly withDelta?: boolean;
  readonly onLog?: (line: string) => void;
}

/**
 * A Python that has pyspark, made once in a folder of the user's cache. `LAKEBOOK_SPARK_PYTHON` names another.
 * @throws Error saying what is missing
 */
async function provideSparkPython({ spark }: SparkRelease): Promise<string> {
  const given = process.env['LAKEBOOK_SPARK_PYTHON'];
  if (given !== undefined) return given;
  if (spawnSync('java', ['-version']).status !== 0) throw new Error('Spark needs Java 17 or newer on the PATH');
  return await providePython(`spark-${spark}`, [`pyspark==${spark}`, 'pandas<3', 'pyarrow'], `pyspark ${spark}, about 450 MB`);
}

/** Delta's jars, comma separated, fetched once by Maven. `LAKEBOOK_SPARK_JARS` names others. */
async function provideDeltaJars({ delta, jars }: SparkRelease): Promise<string> {
  const given = process.env['LAKEBOOK_SPARK_JARS'];
  if (given !== undefined) return given;
  const folder = await provideFolder(`delta-${delta}`, (work) => {
    for (const artifact of jars) runOrThrow('mvn', ['-q', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${work}`]);
  });
  return fs.readdirSync(folder).map((file) => path.join(folder, file)).join(',');
}

/** Starts Spark. Questions are answered one after the other. */
export async function startSpark({ release = SPARK_4_0, settings = {}, withDelta = false, onLog }: SparkOptions = {}): Promise<Spark> {
  const python = await startPython({
    script: 'spark_answers.py',
    python: await provideSparkPython(release),
    environment: { LAKEBOOK_SPARK_CONF: JSON.stringify(settings), ...(withDelta ? { LAKEBOOK_SPARK_JARS: await provideDeltaJars(release) } : {}), ...(onLog === undefined ? {} : { LAKEBOOK_SPARK_LOG: 'WARN' }) },
    ...(onLog === undefined ? {} : { onLog }),
  });
  return {
    ask: (question) => python.ask(question) as Promise<SparkReply>,
    checksumFault: async (table) => ((await python.ask({ checksum: table })) as SparkReply).message,
    checkpoint: async (table) => ((await python.ask({ checkpoint: table })) as SparkReply).message,
    close: () => python.close(),
  };
}
