import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LakebookError } from '../base/errors.ts';
import type { ChangeBound } from './changes.ts';
import { parseSchema, type DeltaType, type StructType } from './schema.ts';
import type { Scan } from './scan.ts';
import type { Snapshot } from './snapshot.ts';
import { canonicalRow, contentHash } from '../../build/testing/delta/canonicalRows.ts';
import { CONFORMANCE_ROOT, conformanceNames, hasConformance, loadCase, type ConformanceCase } from '../../build/testing/delta/conformanceCases.ts';
import { openTestDelta, type TestDelta } from '../../build/testing/delta/testEngine.ts';

const LONG: DeltaType = { kind: 'long' };
const STRING: DeltaType = { kind: 'string' };
const TIMESTAMP: DeltaType = { kind: 'timestamp' };

let test: TestDelta;
beforeAll(async () => {
  test = await openTestDelta();
});
afterAll(() => test.close());

if (hasConformance()) {
  describe('conformance', () => {
    it.each(conformanceNames())('%s', async (name) => {
      const current = loadCase(name);
      try {
        await checkCase(current);
      } finally {
        if (!current.table.startsWith(CONFORMANCE_ROOT)) rmSync(dirname(current.table), { recursive: true });
      }
    });
  });
} else {
  it(`LEFT OUT: the conformance corpus is not at ${CONFORMANCE_ROOT} (LAKEBOOK_CONFORMANCE says where)`, () => {
    console.warn('LEFT OUT: the conformance corpus was not found, so its 585 cases did not run.');
  });
}

/** Either the answer is right, or the refusal is one of ours where one is wanted. */
async function checkCase(current: ConformanceCase): Promise<void> {
  const { error: wanted, anyOf } = current.expect;
  let raised: unknown;
  try {
    if (current.kind === 'state') await checkState(current);
    else await checkRows(current);
  } catch (error) {
    if (wanted === undefined || !(error instanceof LakebookError)) throw error;
    raised = error;
  }
  if (wanted !== undefined && anyOf !== true) expect(raised, `must refuse: ${wanted.kind}`).toBeInstanceOf(LakebookError);
}

async function checkState(current: ConformanceCase): Promise<void> {
  const snapshot = await openSnapshot(current);
  const wanted = current.snapshot;
  try {
    const files = await snapshot.files();
    if (wanted?.files === undefined) return;
    const found = files.map(({ path, size, partitionValues, dvId }) => ({ path, size, partitionValues, dvId }));
    const expected = wanted.files.map(({ path, size, partitionValues = {}, dvId = null }) => ({ path: path.replace('@@TABLE_URI@@', `file://${current.table}`), size, partitionValues, dvId }));
    const byPath = (left: { path: string }, right: { path: string }): number => (left.path < right.path ? -1 : 1);
    expect({ version: snapshot.version, ...snapshot.totals, files: found.sort(byPath) }).toEqual({
      version: wanted.version,
      numFiles: wanted.numFiles,
      sizeBytes: wanted.sizeInBytes,
      files: expected.sort(byPath),
    });
  } finally {
    await snapshot.dispose();
  }
}

async function checkRows(current: ConformanceCase): Promise<void> {
  const { scan, types, done } = await openScan(current);
  try {
    const rows = await readScan(scan, types);
    const expected = current.expect.rows;
    if (expected === undefined) return;
    if (expected.contentHash !== null) {
      if (contentHash(rows) === expected.contentHash) return;
    }
    const wanted = expected.file === undefined ? [] : await expectedRows(expected.file, types);
    expect(rows.sort()).toEqual([...wanted].sort());
  } finally {
    await scan.dispose();
    await done();
  }
}

interface OpenedScan {
  readonly scan: Scan;
  readonly types: readonly DeltaType[];
  readonly done: () => Promise<void>;
}

async function openScan(current: ConformanceCase): Promise<OpenedScan> {
  const { cdf } = current.options;
  if (cdf !== undefined) {
    const table = test.delta.openTable(current.table);
    const from = bound(cdf.startVersion, cdf.startTimestamp) ?? { version: 0 };
    const to = bound(cdf.endVersion, cdf.endTimestamp);
    const scan = await table.changes({ from, ...(to === undefined ? {} : { to }) });
    const types = [...fieldTypes(schemaOf(current)), STRING, LONG, ...(cdf.compareTimestamp === true ? [TIMESTAMP] : [])];
    return { scan, types, done: () => table.dispose() };
  }
  const snapshot = await openSnapshot(current);
  const rowTracking = current.kind === 'rowTracking';
  const scan = await snapshot.scan({ rowTracking });
  const types = [...fieldTypes(snapshot.schema), ...(rowTracking ? [LONG, LONG] : [])];
  return { scan, types, done: () => snapshot.dispose() };
}

async function openSnapshot({ table, options }: ConformanceCase): Promise<Snapshot> {
  const { version, timestamp } = options;
  const opened = test.delta.openTable(table);
  const snapshot = await opened.snapshot({ ...(version === undefined ? {} : { version }), ...(timestamp === undefined ? {} : { timestampMs: Date.parse(timestamp) }) });
  await opened.dispose();
  return snapshot;
}

async function readScan(scan: Scan, types: readonly DeltaType[]): Promise<string[]> {
  try {
    const rows = await test.rows(scan.relationSql);
    return rows.map((row) => canonicalRow(row.slice(0, types.length), types));
  } catch (error) {
    throw scan.explainError(error);
  }
}

async function expectedRows(file: string, types: readonly DeltaType[]): Promise<readonly string[]> {
  const rows = await test.rows(`SELECT * FROM read_parquet('${join(CONFORMANCE_ROOT, file)}')`);
  return rows.map((row) => canonicalRow(row, types));
}

function bound(version: number | undefined, timestamp: string | undefined): ChangeBound | undefined {
  if (version !== undefined) return { version };
  return timestamp === undefined ? undefined : { timestampMs: Date.parse(timestamp) };
}

function schemaOf({ schema, table }: ConformanceCase): StructType {
  return schema === undefined ? { kind: 'struct', fields: [] } : parseSchema(JSON.stringify(schema), table);
}

function fieldTypes(schema: StructType): readonly DeltaType[] {
  return schema.fields.map(({ type }) => type);
}
