import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { Emitter } from './base/events.ts';
import { createWorkspaceCatalog } from './catalog/workspaceCatalog.ts';
import { createDelta } from './delta/createDelta.ts';
import { openDatabase, type Database } from './duckdb/database.ts';
import { createDeltaEngine } from './duckdb/deltaEngine.ts';
import { completeConfig, PARALLEL_CELLS_MAX, type EngineKernelConfig } from './engineConfig.ts';
import { createQueryEngine } from './query/createQueryEngine.ts';
import type { PreparedStatement, QueryEngine } from './query/queryEngine.ts';
import { TableHandles } from './query/tableHandles.ts';
import type { KernelContract } from './rpc/kernelContract.ts';
import type { Receipt } from './rpc/receipts.ts';
import type { ExportFormat } from './rpc/results.ts';
import type { EventOf, EventParamsOf, HandlersOf } from './rpc/topic.ts';
import { Executions } from './session/executions.ts';
import { createLanguageHandlers } from './session/languageHandlers.ts';
import { createResultHandlers } from './session/results.ts';
import { ResultStore } from './session/resultStore.ts';
import { ResultTables } from './session/resultTables.ts';
import { readTextRows, writeStatement, type OutputTarget } from './session/statementOutput.ts';
import { writeStatementEvents, type StatementTurn } from './session/statementEvents.ts';
import { createTableHandlers } from './session/tableBrowser.ts';
import { claimSpillFolder } from './spillFolders.ts';
import type { ByteSink } from './storage/wholeFile.ts';
import { createLocalStorage } from './storage/local.ts';
import { systemEnvironment } from './storage/systemEnvironment.ts';

/** An event of the kernel contract. */
type KernelEvent = { readonly [Name in EventOf<KernelContract>]: { readonly name: Name; readonly params: EventParamsOf<KernelContract, Name> } }[EventOf<KernelContract>];

/** DuckDB, the Delta log and the statement pipeline over one workspace; in a process of its own, or in the command line's. */
export interface EngineKernel {
  readonly handlers: HandlersOf<KernelContract>;
  readonly events: Emitter<KernelEvent>;
  /** For those who run statements without a session: the command line. */
  readonly query: QueryEngine;
  /** Runs a prepared statement and writes its rows as they come; nothing is held. The caller disposes the statement. */
  write(prepared: PreparedStatement, format: ExportFormat, target: OutputTarget, signal: AbortSignal): Promise<void>;
  /** Runs a prepared statement; its rows as texts, in portions. */
  textRows(prepared: PreparedStatement, signal: AbortSignal): AsyncIterable<readonly (readonly (string | null)[])[]>;
  /** Runs a statement in a session and writes what happens, one JSON value a line. Tells how it ended. */
  writeEvents(turn: StatementTurn, sink: ByteSink, signal: AbortSignal): Promise<Receipt['status']>;
  /** Interrupts whatever runs. */
  interruptAll(): void;
  /** Nothing may run any more. */
  dispose(): Promise<void>;
}

const DATABASE_NAME = 'DuckDB';

export async function createEngineKernel(config: EngineKernelConfig): Promise<EngineKernel> {
  const { workspace, spoolFolder, spillFolder, memoryLimitBytes, threads, maxSpillBytes, spoolBudgetBytes } = completeConfig(config);
  const ownSpillFolder = await claimSpillFolder(spillFolder);
  const database = await openDatabase({ memoryLimitBytes, threads, spillFolder: ownSpillFolder, maxSpillBytes });
  const storage = createLocalStorage();
  const delta = createDelta({ storage, engine: await createDeltaEngine(database), environment: systemEnvironment() });
  const catalog = createWorkspaceCatalog(workspace);
  const tables = new TableHandles(delta);
  const engine = createQueryEngine({ catalog, delta, database, tables });

  const events = new Emitter<KernelEvent>();
  const store = new ResultStore({ folder: spoolFolder, budgetBytes: spoolBudgetBytes, now: Date.now, createId: randomUUID });
  const resultTables = new ResultTables(database);
  store.onGone = (resultId) => resultTables.drop(resultId);
  const engineName = `${DATABASE_NAME} ${await readVersion(database)}`;
  const executions = new Executions({
    engine,
    database,
    store,
    engineName,
    now: Date.now,
    memoryLimitBytes,
    parallelMax: PARALLEL_CELLS_MAX,
    emit: (executionId, event) => events.emit({ name: 'executions.event', params: { executionId, event } }),
  });
  const watching = catalog.onChange(({ tables: found, complete }) => events.emit({ name: 'tables.changed', params: { complete, count: found.length } }));

  return {
    handlers: {
      ...executions.handlers(),
      ...createResultHandlers({ store, tables: resultTables, database, judgeRowGroups: (read, signal) => engine.judgeRowGroups(read, engine.createSession(), signal) }),
      ...createTableHandlers({ catalog, tables, engine, database, store, engineName, now: Date.now }),
      ...createLanguageHandlers(engine, (sessionId) => executions.session(sessionId)),
    },
    events,
    query: engine,
    write: (prepared, format, target, signal) => writeStatement(database, prepared, format, target, signal),
    textRows: (prepared, signal) => readTextRows(database, prepared, signal),
    writeEvents: (turn, sink, signal) => writeStatementEvents({ engine, database, engineName, now: Date.now, heldFolder: ownSpillFolder }, turn, sink, signal),
    interruptAll: () => executions.interruptAll(),
    dispose: async () => {
      watching.dispose();
      catalog.dispose();
      await engine.dispose();
      await tables.dispose();
      await store.close();
      database.close();
      await rm(ownSpillFolder, { recursive: true, force: true });
    },
  };
}

async function readVersion(database: Database): Promise<string> {
  return String((await database.query('SELECT library_version AS version FROM pragma_version()')).column('version')[0]).replace(/^v/, '');
}
