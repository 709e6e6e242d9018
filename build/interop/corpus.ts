import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type CorpusCase, corpusFiles, readCorpus } from '../testing/sql/corpus.ts';
import type { SparkAnswer } from '../testing/sql/sparkAnswers.ts';
import { startSpark, type Spark, type SparkReply } from './sparkProcess.ts';

/**
 * Asks a real Spark every statement of the corpus again, in both modes, and prints where it answers otherwise than what is
 * stored. With `record`, lines without an answer get one.
 * @returns how many lines agree, and how many do not
 */
export async function checkCorpus({ record, files }: { readonly record: boolean; readonly files: readonly string[] }): Promise<{ readonly passed: number; readonly failed: number }> {
  const spark = await startSpark();
  const total = { passed: 0, failed: 0 };
  try {
    for (const file of corpusFiles().filter((each) => files.length === 0 || files.includes(path.basename(each, '.jsonl')))) {
      const { lines, wrong } = await checkFile(spark, file, record);
      total.passed += lines - wrong.length;
      total.failed += wrong.length;
      process.stdout.write(`${path.basename(file)}: ${lines} statements, ${wrong.length} answered otherwise\n${wrong.map((text) => `  ${text}\n`).join('')}`);
    }
  } finally {
    spark.close();
  }
  return total;
}

async function checkFile(spark: Spark, file: string, record: boolean): Promise<{ readonly lines: number; readonly wrong: readonly string[] }> {
  const lines = readCorpus(file);
  const wrong: string[] = [];
  const written: CorpusCase[] = [];
  for (const line of lines) {
    const [on, off] = [await askIn(spark, line, true), await askIn(spark, line, false)];
    const fresh: CorpusCase = { ...marksOf(line), ...on, ...(JSON.stringify(on) === JSON.stringify(off) ? {} : { ansiOff: off }) };
    const unanswered = line.rows === undefined && line.error === undefined;
    if (!(record && unanswered) && !sameAnswers(line, fresh)) wrong.push(`${line.sql}: ${JSON.stringify(answerOf(fresh))}, not ${JSON.stringify(answerOf(line))}`);
    written.push(record && unanswered ? fresh : line);
  }
  if (record) writeFileSync(file, written.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return { lines: lines.length, wrong };
}

function marksOf({ sql, zone, ordered, refused }: CorpusCase): CorpusCase {
  return { sql, ...(zone === undefined ? {} : { zone }), ...(ordered === undefined ? {} : { ordered }), ...(refused === undefined ? {} : { refused }) };
}

async function askIn(spark: Spark, { sql, zone }: CorpusCase, ansi: boolean): Promise<SparkAnswer & { readonly sqlstate?: string }> {
  const reply: SparkReply = await spark.ask({ sql, settings: { 'spark.sql.ansi.enabled': String(ansi), 'spark.sql.session.timeZone': zone ?? 'UTC' } });
  if (reply.error !== undefined) return { error: reply.error, ...(reply.sqlstate === undefined || reply.sqlstate === null ? {} : { sqlstate: reply.sqlstate }) };
  return { types: reply.types ?? [], names: reply.names ?? [], rows: reply.rows ?? [] };
}

function answerOf({ types, names, rows, error, ansiOff }: CorpusCase): unknown {
  return { types, names, rows, error, ansiOff };
}

/** Rows without an order are compared as sets; everything else as it is written. Older lines have no names. */
function sameAnswers(left: CorpusCase, right: CorpusCase): boolean {
  const named = left.names !== undefined;
  const plain = ({ types, names, rows, error }: SparkAnswer): string => JSON.stringify([types, named ? names : undefined, rows === undefined ? undefined : rows.map((row) => JSON.stringify(row)).sort(), error]);
  return plain(left) === plain(right) && plain(left.ansiOff ?? left) === plain(right.ansiOff ?? right);
}
