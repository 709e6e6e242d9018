import { useStore } from 'zustand';
import { useServices } from '../state/services.ts';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';

/** Says why the kernel died and offers the way on. Outputs and receipts are the host's and stay. */
export function KernelBanner() {
  const { session, commands } = useServices();
  const kernel = useStore(session, (state) => state.kernel);
  if (kernel.kind !== 'dead') return null;
  const rerun = commands.isEnabled('notebook.restartAndRunAbove');
  return (
    <Banner
      kind="error"
      icon="warning"
      actions={
        <>
          {rerun ? <Button onPress={() => commands.run('notebook.restartAndRunAbove')}>Restart and Run Above</Button> : null}
          <Button variant="primary" onPress={() => commands.run('kernel.restart')}>
            Restart Kernel
          </Button>
        </>
      }
    >
      The kernel ended: {kernel.reason}. All outputs are kept.
    </Banner>
  );
}
