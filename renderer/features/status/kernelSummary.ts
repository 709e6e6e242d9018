import type { KernelState } from '../../../kernel/rpc/workbench.ts';

export interface KernelSummary {
  readonly icon: string;
  readonly text: string;
  readonly label: string;
  readonly tone: 'normal' | 'warning' | 'error';
}

/** From here on the memory of a kernel is worth a warning. */
const MEMORY_WARNING_FRACTION = 0.8;

/** The kernel in one line of the status bar. */
export function summarizeKernel(kernel: KernelState): KernelSummary {
  switch (kernel.kind) {
    case 'starting':
      return { icon: 'loading codicon-modifier-spin', text: 'Kernel starting', label: 'The kernel is starting', tone: 'normal' };
    case 'dead':
      return { icon: 'error', text: 'Kernel ended', label: `The kernel ended: ${kernel.reason}. Restart it`, tone: 'error' };
    case 'idle':
    case 'busy': {
      const memory = `${formatBytes(kernel.memoryBytes)} of ${formatBytes(kernel.memoryLimitBytes)}`;
      const high = kernel.memoryBytes >= kernel.memoryLimitBytes * MEMORY_WARNING_FRACTION;
      const state = kernel.kind === 'busy' ? 'busy' : 'idle';
      return {
        icon: kernel.kind === 'busy' ? 'loading codicon-modifier-spin' : 'circle-outline',
        text: `Kernel ${state} · ${memory}`,
        label: `The kernel (process ${kernel.pid}) is ${state} and holds ${memory}${high ? ': nearly all it may have' : ''}. Restart it`,
        tone: high ? 'warning' : 'normal',
      };
    }
  }
}

/** `512 MB`, `1.4 GB`: decimal units, as disks and DuckDB's limits have them. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : Number(value.toFixed(1))} ${units[unit] ?? ''}`;
}
