import { Button as AriaButton } from 'react-aria-components';
import { useStore } from 'zustand';
import { MenuButton } from '../../../ui/Menu.tsx';
import { useServices } from '../../../state/services.ts';
import type { KernelState } from '../../../../kernel/rpc/workbench.ts';
import { formatBytes } from '../model/messages.ts';
import { useNotebook } from './notebookContext.ts';
import styles from './notebook.module.css';

const WARN_FRACTION = 0.8;

/** How the engine does, and the way to restart it. */
export function KernelStatus() {
  const { session, notifications } = useServices();
  const notebook = useNotebook();
  const kernel = useStore(session, (state) => state.kernel);
  const restart = (): void => void notebook.surface.restartKernel().catch((error: unknown) => notifications.getState().notifyError(error));
  const interrupt = (): void => void notebook.session.interrupt().catch((error: unknown) => notifications.getState().notifyError(error));
  const entries = [
    { kind: 'item' as const, id: 'interrupt', label: 'Interrupt', icon: 'debug-stop', keys: 'I I', run: interrupt },
    { kind: 'item' as const, id: 'restart', label: 'Restart the kernel', icon: 'debug-restart', keys: '0 0', run: restart },
  ];
  return (
    <MenuButton label="Kernel" entries={entries} placement="bottom end">
      <AriaButton className={styles['kernel'] ?? ''} data-kind={kernel.kind} aria-label={`Kernel: ${describeKernel(kernel)}`}>
        <span className={styles['kernelDot']} aria-hidden="true" />
        {describeKernel(kernel)}
      </AriaButton>
    </MenuButton>
  );
}

function describeKernel(kernel: KernelState): string {
  switch (kernel.kind) {
    case 'starting':
      return 'SQL engine starting…';
    case 'dead':
      return 'SQL engine stopped';
    case 'idle':
    case 'busy': {
      const full = kernel.memoryBytes > kernel.memoryLimitBytes * WARN_FRACTION;
      return `SQL engine ${kernel.kind}${full ? ` · ${formatBytes(kernel.memoryBytes)} of ${formatBytes(kernel.memoryLimitBytes)}` : ''}`;
    }
  }
}
