import { expect, it } from 'vitest';
import { LakebookError } from '../base/errors.ts';
import type { Database } from '../duckdb/database.ts';
import { SqlPrelude } from './sqlPrelude.ts';

it('is installed once, by the first statement that needs it, and tried again after a failure', async () => {
  const outcomes: string[] = [];
  const install = (): Promise<void> => {
    outcomes.push(outcomes.length === 0 ? 'failed' : 'installed');
    return outcomes.length === 1 ? Promise.reject(new LakebookError('OPERATION_CANCELED', {})) : Promise.resolve();
  };
  const prelude = new SqlPrelude({ install } as Partial<Database> as Database);
  await prelude.provideFor('SELECT 1');
  await expect(prelude.provideFor('SELECT spark_x(1)')).rejects.toMatchObject({ code: 'OPERATION_CANCELED' });
  await Promise.all([prelude.provideFor('SELECT spark_x(1)'), prelude.provideFor('SELECT js_y(1)')]);
  await prelude.provideFor('SELECT spark_x(1)');
  expect(outcomes).toEqual(['failed', 'installed']);
});
