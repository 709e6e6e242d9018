import { LakebookError } from '../../kernel/base/errors.ts';
import type { DeltaRs, DeltaRsReply } from './deltaRsProcess.ts';
import type { LocalEngine } from './localEngine.ts';
import type { Spark, SparkReply } from './sparkProcess.ts';
import { OTHERS, type DeltaCase, type Writes } from './deltaCases.ts';

/** What an engine answered: rows in no order, each as canonical JSON, or its own words for why not. */
export type View = { readonly names: readonly string[]; readonly types: readonly string[]; readonly rows: readonly string[]; readonly refused?: undefined } | { readonly refused: string };

/** An engine that reads and writes Delta tables by path. */
export interface Peer {
  readonly name: string;
  read(table: string, where?: string): Promise<View>;
  /** Does what a case asks of other engines. @returns its own words where it refuses */
  write(table: string, tried: DeltaCase): Promise<string | undefined>;
}

/** An engine that runs Spark SQL. `@` in a text stands for the table. */
export interface SqlPeer extends Peer {
  query(table: string, sql: string): Promise<View>;
  /** @returns its own words for the first statement that it refuses */
  run(table: string, statements: readonly string[]): Promise<string | undefined>;
}

export function lakebookPeer(engine: LocalEngine): SqlPeer {
  const peer = sqlPeer('Lakebook', async (sql) => {
    try {
      return viewOf(await engine.run(sql));
    } catch (error) {
      return { refused: error instanceof LakebookError ? `[${error.code}] ${error.message}` : String(error) };
    }
  });
  return {
    ...peer,
    run: async (table, statements) => {
      const refused = await peer.run(table, statements);
      await engine.settle(); // others are to find checksums and checkpoints
      return refused;
    },
  };
}

export function sparkPeer(spark: Spark): SqlPeer {
  return sqlPeer('Spark', async (sql) => viewOfReply(await spark.ask({ sql })));
}

export function deltaRsPeer(deltaRs: DeltaRs): Peer {
  return {
    name: 'delta-rs',
    read: async (table, where) => viewOfReply(await deltaRs.ask({ op: 'read', table, ...(where === undefined ? {} : { where }) })),
    write: async (table, tried) => {
      const { copy, update, delete: deleted } = othersOf(tried);
      const steps: readonly (() => Promise<DeltaRsReply>)[] = [
        ...(copy === undefined ? [] : [() => deltaRs.ask({ op: 'copy', table, where: copy, columns: tried.given })]),
        ...(update === undefined ? [] : [() => deltaRs.ask({ op: 'update', table, ...update })]),
        ...(deleted === undefined ? [] : [() => deltaRs.ask({ op: 'delete', table, where: deleted })]),
      ];
      const refused: string[] = [];
      for (const step of steps) {
        const { error, message } = await step();
        if (error !== undefined) refused.push(`${error}: ${message ?? ''}`);
      }
      return refused.length === 0 ? undefined : [...new Set(refused)].join(' | ');
    },
  };
}

function sqlPeer(name: string, ask: (sql: string) => Promise<View>): SqlPeer {
  const query = (table: string, sql: string): Promise<View> => ask(atTable(sql, table));
  const run = async (table: string, statements: readonly string[]): Promise<string | undefined> => {
    for (const sql of statements) {
      const { refused } = await query(table, sql);
      if (refused !== undefined) return refused;
    }
    return undefined;
  };
  return {
    name,
    query,
    run,
    read: (table, where) => query(table, `SELECT * FROM @${where === undefined ? '' : ` WHERE ${where}`}`),
    write: (table, tried) => run(table, statementsOf(othersOf(tried), tried)),
  };
}

function othersOf({ others }: DeltaCase): Writes {
  return others ?? OTHERS;
}

function statementsOf({ copy, update, delete: deleted }: Writes, { given }: DeltaCase): readonly string[] {
  const columns = given?.join(', ');
  return [
    ...(copy === undefined ? [] : [`INSERT INTO @${columns === undefined ? '' : ` (${columns})`} SELECT ${columns ?? '*'} FROM @ WHERE ${copy}`]),
    ...(update === undefined ? [] : [`UPDATE @ SET ${Object.entries(update.set).map(([column, value]) => `${column} = ${value}`).join(', ')} WHERE ${update.where}`]),
    ...(deleted === undefined ? [] : [`DELETE FROM @ WHERE ${deleted}`]),
  ];
}

/** `@` stands for the table, `@-name` for one beside it, `@path` for its folder. */
export function atTable(sql: string, table: string): string {
  return sql.replaceAll('@path', table).replaceAll(/@(-[a-z]+)?/g, (_, beside: string = '') => `delta.\`${table}${beside}\``);
}

function viewOfReply(reply: SparkReply | DeltaRsReply): View {
  if (reply.error !== undefined) return { refused: `${reply.message?.includes(reply.error) === true ? '' : `${reply.error}: `}${reply.message ?? ''}` };
  return viewOf({ names: reply.names ?? [], types: reply.types ?? [], rows: reply.rows ?? [] });
}

function viewOf({ names, types, rows }: { readonly names: readonly string[]; readonly types: readonly string[]; readonly rows: readonly (readonly unknown[])[] }): View {
  return { names, types, rows: rows.map((row) => JSON.stringify(row.map((value, index) => canonical(value, types[index] ?? '')))).sort() };
}

/** Entries of maps have no order; zeros behind a decimal's last digit are nothing; a float has several texts. */
function canonical(value: unknown, type: string): unknown {
  if (type.startsWith('decimal') && typeof value === 'string' && value.includes('.')) return value.replace(/\.?0+$/, '');
  if (type === 'float' && typeof value === 'number') return Math.fround(value);
  return type.startsWith('map<') && Array.isArray(value) ? value.map((entry: unknown) => JSON.stringify(entry)).sort() : value;
}

/** What two answers differ in, in words; undefined where they agree. */
export function differenceOf(expected: View, got: View): string | undefined {
  if (expected.refused !== undefined) return got.refused === undefined ? `answered, where “${expected.refused}” was expected` : undefined;
  if (got.refused !== undefined) return `refused: ${got.refused}`;
  if (String(expected.names) !== String(got.names)) return `columns ${String(got.names)}, not ${String(expected.names)}`;
  if (String(expected.types) !== String(got.types)) return `types ${String(got.types)}, not ${String(expected.types)}`;
  const missing = without(expected.rows, got.rows);
  const extra = without(got.rows, expected.rows);
  return missing.length + extra.length === 0 ? undefined : `${missing.length} rows missing, ${extra.length} too many: ${missing[0] ?? '-'} against ${extra[0] ?? '-'}`;
}

function without(rows: readonly string[], others: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const row of others) counts.set(row, (counts.get(row) ?? 0) + 1);
  return rows.filter((row) => {
    const left = counts.get(row) ?? 0;
    counts.set(row, left - 1);
    return left <= 0;
  });
}

/** A message's first line, without the folders of these tests. */
export function shorten(message: string): string {
  const line = (message.split('\n', 1)[0] ?? '').replaceAll(/(?:file:)?\/[^\s`]*lakebook-delta-[^\s`]*|lakebook_lakebook_delta_\w+/g, '…');
  return line.length <= 160 ? line : `${line.slice(0, 157)}…`;
}
