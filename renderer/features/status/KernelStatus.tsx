import { useStore } from 'zustand';
import { useServices } from '../../state/services.ts';
import { StatusItem } from '../../ui/StatusItem.tsx';
import { summarizeKernel } from './kernelSummary.ts';

/** State and memory of the kernel; a press restarts it. */
export function KernelStatus() {
  const { session, commands, dialogs } = useServices();
  const kernel = useStore(session, (state) => state.kernel);
  const restart = async (): Promise<void> => {
    const sure =
      kernel.kind === 'dead' ||
      (await dialogs.getState().confirm({ title: 'Restart the kernel?', message: 'What runs is interrupted; temporary views and settings are lost. Outputs stay.', confirmLabel: 'Restart' }));
    if (sure) commands.run('kernel.restart');
  };
  return <StatusItem {...summarizeKernel(kernel)} onPress={() => void restart()} />;
}
