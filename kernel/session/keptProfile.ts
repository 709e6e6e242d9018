import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Predicate } from '../delta/predicate.ts';
import { queryProfileShape } from '../rpc/profiles.ts';
import type { MeasuredProfile } from './queryProfile.ts';

/** A predicate may list thousands of values; what is longer is not kept. */
const PREDICATE_LENGTH_MAX = 100_000;

/** Writes what a statement was measured to cost. It is no part of the rows: where it cannot be written there is none. */
export async function writeProfile(path: string, { profile, reads }: MeasuredProfile): Promise<void> {
  const kept = reads.map((read) => (read === undefined ? null : { ...read, predicate: formatValues(read.predicate) }));
  const short = kept.map((read) => (read !== null && read.predicate.length <= PREDICATE_LENGTH_MAX ? read : null));
  await writeFile(path, JSON.stringify({ profile, reads: short }), { mode: 0o600 }).catch(() => undefined);
}

/** Undefined where there is none. */
export async function readProfile(path: string): Promise<MeasuredProfile | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  try {
    if (text === undefined) return undefined;
    const { profile, reads } = keptShape.parse(JSON.parse(text));
    return { profile, reads: reads.map((read) => (read === null ? undefined : { ...read, predicate: predicateShape.parse(JSON.parse(read.predicate)) })) };
  } catch {
    return undefined; // cut off by a crash, or of another release
  }
}

const keptShape = z.object({
  profile: queryProfileShape,
  reads: z.array(z.object({ name: z.string(), path: z.string(), version: z.number().int(), predicate: z.string() }).nullable()),
});

/** As JSON, where numbers that it lacks are objects. */
function formatValues(predicate: Predicate): string {
  return JSON.stringify(predicate, (_, value: unknown) => {
    if (typeof value === 'bigint') return { bigint: String(value) };
    return typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value;
  });
}

const valueShape = z.union([
  z.string(), z.number(), z.boolean(), z.null(),
  z.object({ bigint: z.string() }).transform(({ bigint }) => BigInt(bigint)),
  z.object({ number: z.string() }).transform(({ number }) => Number(number)),
]);
const typeShape = z.union([
  z.object({ kind: z.literal('decimal'), precision: z.number(), scale: z.number() }),
  z.object({ kind: z.enum(['string', 'long', 'integer', 'short', 'byte', 'float', 'double', 'boolean', 'binary', 'date', 'timestamp', 'timestamp_ntz', 'variant', 'void']) }),
]);
const literalShape = z.object({ type: typeShape, value: valueShape });
const column = z.array(z.string());
const operatorShape = z.enum(['=', '<>', '<', '<=', '>', '>=', '<=>']);
const predicateShape: z.ZodType<Predicate> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.enum(['and', 'or']), operands: z.array(predicateShape) }),
    z.object({ kind: z.literal('not'), operand: predicateShape }),
    z.object({ kind: z.literal('comparison'), operator: operatorShape, column, literal: literalShape }),
    z.object({ kind: z.literal('in'), column, literals: z.array(literalShape) }),
    z.object({ kind: z.enum(['isNull', 'isNotNull']), column }),
    z.object({ kind: z.literal('startsWith'), column, prefix: z.string() }),
    z.object({ kind: z.literal('unknown') }),
  ]),
);
