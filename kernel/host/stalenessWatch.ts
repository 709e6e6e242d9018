import type { CellStates } from './cellStates.ts';
import type { KernelSupervisor } from './kernelSupervisor.ts';
import { nextStaleness, readsThatCanStale } from './staleness.ts';

const POLL_INTERVAL_MS = 1_000;

/**
 * Asks once a second for the newest versions of the tables that shown outputs were read from, and marks those outputs whose
 * table has moved on. Nobody reports commits of other engines, so asking is the only way.
 */
export function watchStaleness(kernel: KernelSupervisor, openStates: () => Iterable<CellStates>): { dispose(): void } {
  let timer: NodeJS.Timeout;
  const look = async (): Promise<void> => {
    const states = [...openStates()];
    const paths = new Set(states.flatMap(({ all }) => [...all.values()].flatMap(readsThatCanStale).map(({ path }) => path)));
    if (paths.size === 0 || (kernel.state.kind !== 'idle' && kernel.state.kind !== 'busy')) return;
    const { versions } = await kernel.request('tables.latest', { paths: [...paths] });
    for (const each of states) markStale(each, versions);
  };
  const again = (): void => {
    timer = setTimeout(() => void look().catch(() => undefined).finally(again), POLL_INTERVAL_MS); // a kernel that dies is reported by its supervisor
  };
  again();
  return { dispose: () => clearTimeout(timer) };
}

function markStale(states: CellStates, versions: Readonly<Record<string, number | null>>): void {
  for (const state of states.all.values()) {
    const next = nextStaleness(state, versions);
    if (next !== undefined) states.show(next);
  }
}
