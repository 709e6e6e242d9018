import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SparkAnswer } from './sparkAnswers.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../../kernel/sql/corpus');

/** A line of a corpus file: a statement and what a real Spark answered (README.md beside them). */
export interface CorpusCase extends SparkAnswer {
  readonly sql: string;
  readonly sqlstate?: string;
  /** The session's zone; UTC by default. */
  readonly zone?: string;
  readonly ordered?: boolean;
  /** Where `spark.sql.ansi.enabled = false` has another outcome. */
  readonly ansiOff?: SparkAnswer & { readonly sqlstate?: string };
  /** This engine refuses it by name. A line that is answered after all has to lose this mark. */
  readonly refused?: boolean;
}

/** The corpus' files by their paths, in order. */
export function corpusFiles(): readonly string[] {
  return readdirSync(FOLDER).filter((name) => name.endsWith('.jsonl')).sort().map((name) => path.join(FOLDER, name));
}

export function readCorpus(file: string): readonly CorpusCase[] {
  return readFileSync(file, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as CorpusCase);
}
