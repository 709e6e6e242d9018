import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';

/** What an engine kernel is told; everything but the folders has a default. */
export interface EngineKernelConfig {
  /** Absolute. */
  readonly workspace: string;
  /** Holds a folder per result. */
  readonly spoolFolder: string;
  /** Where this process spills; a folder of its own is made in it. */
  readonly spillFolder: string;
  /** Of DuckDB's buffers. */
  readonly memoryLimitBytes?: number | undefined;
  readonly threads?: number | undefined;
  readonly maxSpillBytes?: number | undefined;
  /** Of all stored results together. */
  readonly spoolBudgetBytes?: number | undefined;
}

const GIB = 2 ** 30;
const MEMORY_SHARE = 0.6;
const MEMORY_LIMIT_MAX = 16 * GIB;
const MAX_SPILL_BYTES = 100 * GIB;
const SPOOL_BUDGET_BYTES = 20 * GIB;
/** Cells that run at once; further ones wait. */
export const PARALLEL_CELLS_MAX = 4;

/** The folders of a kernel that a host supervises. */
export function kernelFolders(stateFolder: string): Pick<EngineKernelConfig, 'spoolFolder' | 'spillFolder'> {
  return { spoolFolder: join(stateFolder, 'results'), spillFolder: join(stateFolder, 'spill') };
}

/** The machine's memory, or what a container leaves of it. */
function availableMemoryBytes(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 && constrained < totalmem() ? constrained : totalmem();
}

export type CompleteConfig = { readonly [Key in keyof EngineKernelConfig]-?: Exclude<EngineKernelConfig[Key], undefined> };

export function completeConfig(config: EngineKernelConfig): CompleteConfig {
  return {
    ...config,
    memoryLimitBytes: config.memoryLimitBytes ?? Math.min(MEMORY_LIMIT_MAX, Math.floor(availableMemoryBytes() * MEMORY_SHARE)),
    threads: config.threads ?? availableParallelism(),
    maxSpillBytes: config.maxSpillBytes ?? MAX_SPILL_BYTES,
    spoolBudgetBytes: config.spoolBudgetBytes ?? SPOOL_BUDGET_BYTES,
  };
}
