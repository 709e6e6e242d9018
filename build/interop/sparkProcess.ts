import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { SparkAnswer } from '../testing/sql/sparkAnswers.ts';
import { providePython, runOrThrow, startPython } from './pythonProcess.ts';
import { TEST_CACHE } from './testCache.ts';

const PACKAGES = ['pyspark==4.0.5', 'pandas<3', 'pyarrow'];
const DELTA_JARS = ['io.delta:delta-spark_2.13:4.0.1', 'io.delta:delta-storage:4.0.1'];

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
  close(): void;
}

export interface SparkOptions {
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
function provideSparkPython(): string {
  const given = process.env['LAKEBOOK_SPARK_PYTHON'];
  if (given !== undefined) return given;
  const python = providePython('spark-4.0.5', PACKAGES, 'pyspark 4.0.5, about 450 MB');
  if (spawnSync('java', ['-version']).status !== 0) throw new Error('Spark needs Java 17 or newer on the PATH');
  return python;
}

/** Delta's jars, comma separated, fetched once by Maven. `LAKEBOOK_SPARK_JARS` names others. */
function provideDeltaJars(): string {
  const given = process.env['LAKEBOOK_SPARK_JARS'];
  if (given !== undefined) return given;
  const folder = path.join(TEST_CACHE, 'spark-jars');
  return DELTA_JARS.map((artifact) => {
    const [, name, version] = artifact.split(':');
    const file = path.join(folder, `${name}-${version}.jar`);
    if (!fs.existsSync(file)) runOrThrow('mvn', ['-q', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`]);
    return file;
  }).join(',');
}

/** Starts Spark. Questions are answered one after the other. */
export async function startSpark({ settings = {}, withDelta = false, onLog }: SparkOptions = {}): Promise<Spark> {
  const python = await startPython({
    script: 'spark_answers.py',
    python: provideSparkPython(),
    environment: { LAKEBOOK_SPARK_CONF: JSON.stringify(settings), ...(withDelta ? { LAKEBOOK_SPARK_JARS: provideDeltaJars() } : {}), ...(onLog === undefined ? {} : { LAKEBOOK_SPARK_LOG: 'WARN' }) },
    ...(onLog === undefined ? {} : { onLog }),
  });
  return {
    ask: (question) => python.ask(question) as Promise<SparkReply>,
    checksumFault: async (table) => ((await python.ask({ checksum: table })) as SparkReply).message,
    close: () => python.close(),
  };
}
