import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { canonicalRow, contentHash } from '../../../build/testing/delta/canonicalRows.ts';
import { CONFORMANCE_ROOT, conformanceNames, loadWriteCase } from '../../../build/testing/delta/conformanceCases.ts';
import { openTestDelta, type TestDelta } from '../../../build/testing/delta/testEngine.ts';
import { describeReference } from '../../../build/testing/reference.ts';
import { LakebookError, type ErrorCode } from '../../base/errors.ts';
import { TestWorkspace } from '../testWorkspace.ts';

let workspace: TestWorkspace;
let test: TestDelta;
beforeAll(async () => {
  workspace = await TestWorkspace.create();
  test = await openTestDelta();
});
afterAll(async () => {
  await workspace.dispose();
  test.close();
});

/** Our error classes for the corpus' kinds of refused writes. */
const CODES_OF_KIND: Readonly<Record<string, readonly ErrorCode[]>> = {
  APPEND_ONLY: ['DELTA_CANNOT_MODIFY_APPEND_ONLY'],
  CATALOG_MANAGED: ['DELTA_PATH_BASED_ACCESS_TO_CATALOG_MANAGED_TABLE_BLOCKED'],
  CHECK_VIOLATED: ['DELTA_VIOLATE_CONSTRAINT_WITH_VALUES', 'DELTA_NEW_CHECK_CONSTRAINT_VIOLATION'],
  COLUMN_MAPPING_CHANGE: ['DELTA_UNSUPPORTED_COLUMN_MAPPING_MODE_CHANGE'],
  COLUMN_MAPPING_REQUIRED: ['DELTA_UNSUPPORTED_RENAME_COLUMN', 'DELTA_UNSUPPORTED_DROP_COLUMN'],
  GENERATED_MISMATCH: ['DELTA_VIOLATE_CONSTRAINT_WITH_VALUES'],
  ICEBERG_COMPAT_VIOLATED: ['DELTA_ICEBERG_COMPAT_VIOLATION.DELETION_VECTORS_SHOULD_BE_DISABLED', 'DELTA_ICEBERG_COMPAT_VIOLATION.UNSUPPORTED_DATA_TYPE'],
  IDENTITY_EXPLICIT: ['DELTA_IDENTITY_COLUMNS_EXPLICIT_INSERT_NOT_SUPPORTED'],
  NOT_NULL_VIOLATED: ['DELTA_NOT_NULL_CONSTRAINT_VIOLATED'],
  SCHEMA_INVALID: ['DELTA_COLUMN_ALREADY_EXISTS'],
  SCHEMA_MISMATCH: ['DELTA_INSERT_COLUMN_ARITY_MISMATCH'],
  UNSUPPORTED_TYPE_CHANGE: ['DELTA_ALTER_TABLE_CHANGE_COLUMN_NOT_SUPPORTED'],
  UNSUPPORTED_WRITER_FEATURE: ['DELTA_UNSUPPORTED_FEATURES_FOR_WRITE'],
  UNSUPPORTED_WRITER_VERSION: ['DELTA_INVALID_PROTOCOL_VERSION'],
};

describeReference(CONFORMANCE_ROOT, 'conformance of writes', () => {
  it.each(conformanceNames('write'))('%s', async (name) => {
    const { table, sql, expect: wanted } = loadWriteCase(name);
    try {
      const before = logOf(table);
      const failure: unknown = await workspace.run(sql.replaceAll('{t}', `delta.\`${table}\``)).then(() => undefined, (error: unknown) => error);
      if (wanted.error === undefined) {
        if (failure !== undefined) throw failure as Error;
        expect(await hashOf(table)).toEqual({ count: wanted.rows?.count, contentHash: wanted.rows?.contentHash });
      } else {
        expect(CODES_OF_KIND[wanted.error.kind] ?? [], `must refuse: ${wanted.error.kind}`).toContain(failure instanceof LakebookError ? failure.code : failure);
        expect(logOf(table)).toEqual(before);
      }
    } finally {
      rmSync(dirname(table), { recursive: true });
    }
  });
});

function logOf(table: string): Readonly<Record<string, string>> {
  const folder = join(table, '_delta_log');
  return Object.fromEntries(readdirSync(folder).filter((file) => file.endsWith('.json')).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}

async function hashOf(table: string): Promise<{ readonly count: number; readonly contentHash: string }> {
  const opened = test.delta.openTable(table);
  const snapshot = await opened.refresh();
  const scan = await snapshot.scan();
  try {
    const types = snapshot.schema.fields.map(({ type }) => type);
    const rows = (await test.rows(scan.relationSql)).map((row) => canonicalRow(row, types));
    return { count: rows.length, contentHash: contentHash(rows) };
  } finally {
    await scan.dispose();
    await snapshot.dispose();
    await opened.dispose();
  }
}
