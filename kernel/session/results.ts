import { encodeStream } from '../arrow/ipc.ts';
import type { ArrowBatch } from '../arrow/batch.ts';
import { LakebookError } from '../base/errors.ts';
import type { RowGroupPruning } from '../delta/rowGroups.ts';
import type { Database } from '../duckdb/database.ts';
import type { PredicateRead } from '../query/queryEngine.ts';
import type { resultsTopic } from '../rpc/results.ts';
import type { HandlersOf } from '../rpc/topic.ts';
import { writeFileWhole } from '../storage/wholeFile.ts';
import { buildChartSql } from './chartSql.ts';
import { cellText, PageBuilder, readPage } from './resultPages.ts';
import { selectList, type ResultTables } from './resultTables.ts';
import type { ResultStore } from './resultStore.ts';
import { copyToParquet, writeRows, type RowSource } from './rowWriters.ts';
import type { SpooledResult } from './spooledResult.ts';
import { buildViewId } from './viewSql.ts';

type ResultHandlers = HandlersOf<typeof resultsTopic>;
type Params<Method extends keyof ResultHandlers> = Parameters<ResultHandlers[Method]>[0];

export interface ResultsDependencies {
  readonly store: ResultStore;
  readonly tables: ResultTables;
  readonly database: Database;
  readonly judgeRowGroups: (read: PredicateRead, signal: AbortSignal) => Promise<RowGroupPruning>;
}

/** Paging, sorting, filtering, charting and exporting of what the store holds. Nothing here runs a statement again. */
export function createResultHandlers({ store, tables, database, judgeRowGroups }: ResultsDependencies): ResultHandlers {
  const page = async ({ resultId, viewId, offset, limit, columnFrom, columnTo }: Params<'results.page'>, signal: AbortSignal) => {
    const result = await store.open(resultId);
    const complete = result.state !== 'running';
    if (viewId === undefined) {
      const { rows, bytes } = await readPage(result, { offset, limit }, { columnFrom, columnTo });
      return { header: { offset, rows, totalRows: result.rows, complete }, bytes };
    }
    const { totalRows, stream } = await tables.streamView(result, viewId, { offset, limit }, signal);
    const builder = new PageBuilder(result.schema, { columnFrom, columnTo });
    for await (const batch of stream) {
      builder.add(batch);
      if (builder.isFull) break;
    }
    const { rows, bytes } = builder.finish();
    return { header: { offset, rows, totalRows, complete }, bytes };
  };

  const cell = async ({ resultId, viewId, row, column }: Params<'results.cell'>, signal: AbortSignal) => {
    const result = await store.open(resultId);
    const found = viewId === undefined ? await rowOf(result, row) : await viewRow(tables, result, viewId, row, signal);
    if (found === undefined) throw new LakebookError('RESULT_ROW_NOT_FOUND', { row, rows: result.rows });
    return { text: cellText(found.batch, found.row, column) };
  };

  const view = async ({ resultId, sort, filters }: Params<'results.view'>, signal: AbortSignal) => {
    const result = await store.open(resultId);
    const viewId = buildViewId({ sort, filters });
    const { rows } = await tables.relation(result, viewId, signal);
    return { viewId, rows };
  };

  const chart = async ({ resultId, viewId, spec, marksMax }: Params<'results.chart'>, signal: AbortSignal) => {
    const relation = await tables.relation(await store.open(resultId), viewId, signal);
    const sql = buildChartSql(relation.sql, relation.columns, spec, marksMax);
    const counts = await database.query(sql.countSql, signal);
    const marks = Number(counts.column('marks')[0]);
    const stream = await database.stream(sql.marksSql(marks), { signal, columns: sql.columns.map((name) => ({ name })) });
    const batches = await collect(stream);
    const drawn = batches.reduce((sum, batch) => sum + batch.rows, 0);
    return { header: { sourceRows: Number(counts.column('source')[0]), marks: drawn, sampled: marks > marksMax }, bytes: encodeStream(stream.schema, batches) };
  };

  const exportRows = async ({ resultId, viewId, format, path }: Params<'results.export'>, signal: AbortSignal) => {
    const result = await store.open(resultId);
    let rows = result.rows;
    const bytes = await writeFileWhole(path, async (temporary, sink) => {
      if (format === 'parquet') {
        const relation = await tables.relation(result, viewId, signal);
        rows = relation.rows;
        const names = result.schema.fields.map((field) => field.name);
        await copyToParquet(database, `SELECT ${selectList(result)} FROM ${relation.sql} ORDER BY p`, names, temporary, signal);
      } else {
        rows = await writeRows(viewId === undefined ? heldRows(result, rows, signal) : (await tables.streamView(result, viewId, { offset: 0, limit: Number.MAX_SAFE_INTEGER }, signal)).stream, format, sink);
      }
    });
    return { path, rows, bytes };
  };

  return {
    'results.info': ({ resultId }) => store.info(resultId),
    'results.page': page,
    'results.cell': cell,
    'results.view': view,
    'results.chart': chart,
    'results.export': exportRows,
    'results.profile': async ({ resultId }) => ({ profile: (await (await store.open(resultId)).profile())?.profile ?? null }),
    'results.rowGroups': async ({ resultId, scan }, signal) => {
      const read = (await (await store.open(resultId)).profile())?.reads[scan];
      if (read === undefined) return { rowGroups: null };
      const { predicates, ...figures } = await judgeRowGroups(read, signal);
      return { rowGroups: { ...figures, predicates: predicates.map((predicate) => ({ ...predicate })) } };
    },
    'results.discard': async ({ resultId }) => {
      await store.discard(resultId);
      return null;
    },
  };
}

/** The first `rows` rows of a result as they came. */
export function heldRows(result: SpooledResult, rows: number, signal?: AbortSignal): RowSource {
  return {
    schema: result.schema,
    async *[Symbol.asyncIterator]() {
      for (let row = 0; row < rows; ) {
        signal?.throwIfAborted();
        const batch = await result.readBatch(result.locate(row).batch);
        row += batch.rows;
        yield batch;
      }
    },
  };
}

interface FoundRow {
  readonly batch: ArrowBatch;
  readonly row: number;
}

async function rowOf(result: SpooledResult, row: number): Promise<FoundRow | undefined> {
  if (row < 0 || row >= result.rows) return undefined;
  const { batch, within } = result.locate(row);
  return { batch: await result.readBatch(batch), row: within };
}

async function viewRow(tables: ResultTables, result: SpooledResult, viewId: string, row: number, signal: AbortSignal): Promise<FoundRow | undefined> {
  const { stream } = await tables.streamView(result, viewId, { offset: row, limit: 1 }, signal);
  const [batch] = await collect(stream);
  return batch === undefined ? undefined : { batch, row: 0 };
}

async function collect(stream: AsyncIterable<ArrowBatch>): Promise<ArrowBatch[]> {
  const batches: ArrowBatch[] = [];
  for await (const batch of stream) batches.push(batch);
  return batches;
}
