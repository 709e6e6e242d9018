import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** One measured thing beside its bar. `values` are single runs in `unit`; `missed` is by which share the bar is exceeded. */
interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly runs: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  readonly bar?: Bar;
  readonly missed?: string;
}

/** Upper limits, in the figure's unit. */
export interface Bar {
  readonly p50?: number;
  readonly p95?: number;
  readonly max?: number;
}

/** Collects the figures of one bench, prints each as it comes, and stores them with `--record`. */
export interface Figures {
  add(name: string, unit: string, values: readonly number[], bar?: Bar): void;
  /** A count that has one right answer; anything else fails the bench. */
  expect(name: string, actual: number, wanted: number): void;
  finish(): void;
}

const BASELINES = path.resolve(import.meta.dirname, '../baselines');
/** Wall time of the fixed loop on an idle core of the machine on which the first baselines were recorded. */
const LOOP_REFERENCE_MS = 224;

export function createFigures(bench: string): Figures {
  const figures: Figure[] = [];
  const wrong: string[] = [];
  const cpuBefore = timeFixedLoop();
  return {
    add: (name, unit, values, bar) => {
      const figure = describe(name, unit, values, bar);
      figures.push(figure);
      console.log(JSON.stringify(figure));
    },
    expect: (name, actual, wanted) => {
      const figure = describe(name, 'count', [actual], { max: wanted });
      figures.push(figure);
      if (actual !== wanted) wrong.push(`${name}: ${actual} instead of ${wanted}`);
      console.log(JSON.stringify(figure));
    },
    finish: () => {
      const cpuFactor = round((cpuBefore + timeFixedLoop()) / 2 / LOOP_REFERENCE_MS);
      const machine = { cpuFactor, cores: os.availableParallelism(), loadAverage: round(os.loadavg()[0] ?? 0) };
      console.log(JSON.stringify({ bench, ...machine }));
      if (process.argv.includes('--record')) {
        const record = { bench, recordedAt: new Date().toISOString().slice(0, 10), commit: headCommit(), ...machine, figures };
        fs.mkdirSync(BASELINES, { recursive: true });
        fs.writeFileSync(path.join(BASELINES, `${bench}.json`), `${JSON.stringify(record, undefined, 1)}\n`);
      }
      if (wrong.length > 0) {
        console.error(wrong.join('\n'));
        process.exitCode = 1;
      }
    },
  };
}

/** The nearest-rank percentile; `share` in 0..1. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

function describe(name: string, unit: string, values: readonly number[], bar: Bar | undefined): Figure {
  const found = { p50: round(percentile(values, 0.5)), p95: round(percentile(values, 0.95)), max: round(Math.max(...values)) };
  const missed = (['p50', 'p95', 'max'] as const).flatMap((key) => {
    const limit = bar?.[key];
    return limit !== undefined && found[key] > limit ? [`${key} ${found[key]} > ${limit}`] : [];
  });
  return { name, unit, runs: values.length, ...found, ...(bar === undefined ? {} : { bar }), ...(missed.length === 0 ? {} : { missed: missed.join(', ') }) };
}

/** Milliseconds of wall time for a fixed piece of integer work; other load on the machine is meant to show. */
function timeFixedLoop(): number {
  const startedAtMs = performance.now();
  let value = 1;
  for (let count = 0; count < 200_000_000; count++) value = (Math.imul(value, 1_664_525) + 1_013_904_223) | 0;
  if (value === 0) throw new TypeError('the loop must not be optimised away');
  return performance.now() - startedAtMs;
}

function headCommit(): string {
  return spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: BASELINES, encoding: 'utf8' }).stdout.trim();
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
