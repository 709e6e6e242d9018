import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { SparkAnswer } from '../testing/sql/sparkAnswers.ts';
import { TEST_CACHE } from './testCache.ts';

const PACKAGES = ['pyspark==4.0.5', 'pandas<3', 'pyarrow'];

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
  close(): void;
}

/**
 * A Python that has pyspark, made once in a folder of the user's cache. `LAKEBOOK_SPARK_PYTHON` names another.
 * @throws Error saying what is missing
 */
function provideSparkPython(): string {
  const given = process.env['LAKEBOOK_SPARK_PYTHON'];
  if (given !== undefined) return given;
  const home = path.join(TEST_CACHE, 'spark-4.0.5');
  const python = path.join(home, 'bin', 'python');
  if (!fs.existsSync(path.join(home, '.complete'))) {
    process.stdout.write('lakebook: installing pyspark 4.0.5 (once, about 450 MB)\n');
    runOrThrow('python3', ['-m', 'venv', home]);
    runOrThrow(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES]);
    fs.writeFileSync(path.join(home, '.complete'), '');
  }
  if (spawnSync('java', ['-version']).status !== 0) throw new Error('Spark needs Java 17 or newer on the PATH');
  return python;
}

function runOrThrow(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? `status ${status}`}`);
}

/** Starts Spark; `settings` are of the whole process. Questions are answered one after the other. */
export async function startSpark(settings: Readonly<Record<string, string>> = {}): Promise<Spark> {
  const script = path.join(import.meta.dirname, 'spark_answers.py');
  const child: ChildProcessWithoutNullStreams = spawn(provideSparkPython(), [script], { env: { ...process.env, TZ: 'UTC', LAKEBOOK_SPARK_CONF: JSON.stringify(settings) } });
  const errors: string[] = [];
  createInterface(child.stderr).on('line', (line) => void errors.push(line));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const read = async (): Promise<unknown> => {
    const { done, value } = await lines.next();
    if (done === true) throw new Error(`Spark ended: ${errors.slice(-5).join('\n')}`);
    return JSON.parse(value);
  };
  await read();
  let last: Promise<unknown> = Promise.resolve();
  return {
    ask: (question) => {
      const reply = last.then(() => {
        child.stdin.write(`${JSON.stringify(question)}\n`);
        return read() as Promise<SparkReply>;
      });
      last = reply;
      return reply;
    },
    close: () => child.stdin.end(),
  };
}
