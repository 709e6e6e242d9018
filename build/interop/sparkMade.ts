import { rmSync } from 'node:fs';
import path from 'node:path';
import { OTHERS, ownWrites } from './deltaCases.ts';
import { differenceOf, shorten, type SqlPeer } from './deltaPeers.ts';
import type { SparkTable } from './sparkTables.ts';

/** What became of one table that Spark made. */
export interface SparkMade {
  readonly name: string;
  /** Spark's own words where it makes no such table. */
  readonly unmade?: string;
  /** What Lakebook does with it, and its words where it refuses. */
  readonly cell: string;
  readonly faults: readonly string[];
}

interface Engines {
  readonly lakebook: SqlPeer;
  readonly spark: SqlPeer;
  readonly checksumFault: (table: string) => Promise<string | undefined>;
}

/**
 * Makes a table by its path, or where Spark makes none such by its path (computed and numbered columns, replaced tables),
 * under a name. @returns its words for why not
 */
export async function makeBySpark(spark: SqlPeer, table: string, create: readonly string[]): Promise<{ readonly byPath?: string; readonly byName?: string }> {
  const byPath = await spark.run(table, create);
  if (byPath === undefined) return {};
  rmSync(table, { recursive: true, force: true });
  const name = `lakebook_${path.basename(path.dirname(table)).replaceAll(/\W/g, '_')}`;
  const byName = await spark.run(table, create.map((sql) => sql.replace(/^(CREATE (?:OR REPLACE )?TABLE) @ (\(.*\)) USING DELTA/s, `$1 ${name} $2 USING DELTA LOCATION '${table}'`)));
  return { byPath: shorten(byPath), ...(byName === undefined ? {} : { byName: shorten(byName === byPath || byName.includes('_CREATE_TABLE_') ? byPath : byName) }) };
}

/** Spark makes a table, Lakebook reads it and writes on, Spark reads and writes on, Lakebook reads: or it refuses, by the name that is expected. */
export async function trySparkTable({ name, create, questions = [], given, refuses = {} }: SparkTable, table: string, { lakebook, spark, checksumFault }: Engines): Promise<SparkMade> {
  const faults: string[] = [];
  const { byName } = await makeBySpark(spark, table, create);
  if (byName !== undefined) return { name, unmade: byName, cell: '', faults };
  const asked = [{ spark: 'SELECT * FROM @', lakebook: 'SELECT * FROM @' }, { spark: 'SELECT count(*) FROM @ WHERE id > 3', lakebook: 'SELECT count(*) FROM @ WHERE id > 3' }, ...questions];
  /** Questions that Spark does not answer of what it alone has written, with its words. */
  const unanswered = new Map<string, string>();
  const agree = async (when: string, isSparksOwn: boolean): Promise<void> => {
    for (const question of asked) {
      const expected = await spark.query(table, question.spark);
      if (expected.refused !== undefined && (isSparksOwn || unanswered.has(question.spark))) {
        unanswered.set(question.spark, expected.refused);
        continue;
      }
      const difference = differenceOf(expected, await lakebook.query(table, question.lakebook));
      if (difference !== undefined) faults.push(`${when}, ${question.lakebook}: ${difference}`);
    }
  };
  const { refused: unread } = await lakebook.read(table);
  const isAsSaid = (refused: string, code: string | undefined): boolean => code !== undefined && refused.startsWith(`[${code}]`);
  if (unread === undefined) await agree('as Spark wrote it', true);
  else if (!isAsSaid(unread, refuses.read)) faults.push(`Lakebook refuses to read: ${unread}`);
  const tried = { name, create, ...(given === undefined ? {} : { given }) };
  const written = await lakebook.run(table, ownWrites(tried));
  if (written === undefined) {
    await agree('after Lakebook', false);
    const fault = await checksumFault(table);
    if (fault !== undefined) faults.push(`checksum file: ${fault}`);
  } else if (!isAsSaid(written, refuses.write)) faults.push(`Lakebook refuses to write on: ${written}`);
  const again = await spark.write(table, { ...tried, others: { ...OTHERS, copy: 'id = 3', update: { set: { id: 'id + 100' }, where: 'id = 2' }, delete: 'id = 3' } });
  if (again !== undefined && written === undefined) faults.push(`Spark refuses to write on: ${again}`);
  else if (again === undefined && unread === undefined) await agree('after Spark again', written !== undefined);
  const cell = [unread === undefined ? 'reads' : `reads not: ${shorten(unread)}`, written === undefined ? 'writes' : `writes not: ${shorten(written)}`, ...[...unanswered.values(), again].flatMap((words) => (words === undefined ? [] : [`Spark itself: ${shorten(words)}`]))].join('; ');
  return { name, cell, faults };
}
