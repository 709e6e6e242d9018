import { LakebookError } from '../../base/errors.ts';
import type { StructField, StructType } from '../schema.ts';

/** PROTOCOL.md "Identity Columns". */
export interface IdentityColumn {
  readonly start: bigint;
  readonly step: bigint;
  /** The last value given out; undefined where none was. */
  readonly highWaterMark: bigint | undefined;
  readonly allowsExplicitValues: boolean;
}

const START = 'delta.identity.start';
const STEP = 'delta.identity.step';
const HIGH_WATER_MARK = 'delta.identity.highWaterMark';
const EXPLICIT = 'delta.identity.allowExplicitInsert';

/** @returns undefined for a column that is none */
export function identityOf({ metadata }: StructField): IdentityColumn | undefined {
  const [start, step] = [integerOf(metadata[START]), integerOf(metadata[STEP])];
  if (start === undefined || step === undefined) return undefined;
  return { start, step, highWaterMark: integerOf(metadata[HIGH_WATER_MARK]), allowsExplicitValues: metadata[EXPLICIT] === true };
}

function integerOf(value: unknown): bigint | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : typeof value === 'bigint' ? value : undefined;
}

export function identityMetadata({ start, step, allowsExplicitValues }: Omit<IdentityColumn, 'highWaterMark'>): Readonly<Record<string, unknown>> {
  return { [START]: Number(start), [STEP]: Number(step), [EXPLICIT]: allowsExplicitValues };
}

/** The next value that a column would give out. */
export function nextValue({ start, step, highWaterMark }: IdentityColumn): bigint {
  return highWaterMark === undefined ? start : highWaterMark + step;
}

/** The high-water mark is a number in JSON: beyond this one its last digits would be lost, and values given out twice. */
const COUNTED_MAX = BigInt(Number.MAX_SAFE_INTEGER);

/** @throws LakebookError DELTA_IDENTITY_OVERFLOW */
export function checkCountable(value: bigint, column: string, table: string): void {
  if (value > COUNTED_MAX || value < -COUNTED_MAX) throw new LakebookError('DELTA_IDENTITY_OVERFLOW', { table, column, value });
}

/**
 * The schema after so many values were given out of each of some identity columns. Pure.
 * @throws LakebookError DELTA_IDENTITY_OVERFLOW
 */
export function afterGiving(schema: StructType, columns: readonly string[], count: number, table: string): StructType {
  if (count === 0) return schema;
  const fields = schema.fields.map((field) => {
    const identity = columns.includes(field.name) ? identityOf(field) : undefined;
    if (identity === undefined) return field;
    const last = nextValue(identity) + identity.step * BigInt(count - 1);
    checkCountable(last, field.name, table);
    return { ...field, metadata: { ...field.metadata, [HIGH_WATER_MARK]: Number(last) } };
  });
  return { ...schema, fields };
}

/** An identity column whose next value comes behind this one. */
export function withHighWaterMark(field: StructField, value: bigint): StructField {
  return { ...field, metadata: { ...field.metadata, [HIGH_WATER_MARK]: Number(value) } };
}
