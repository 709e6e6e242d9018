import { useStore } from 'zustand';
import { useServices, useWorkbench } from '../state/services.ts';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';

/** Says why the kernel died. Notebooks say it themselves, with the ways on that they have; here it is for all else. */
export function KernelBanner() {
  const { session, commands } = useServices();
  const { kernel, kernelDeath } = useStore(session);
  const inNotebook = useWorkbench(({ editors, visibleEditorIds }) => editors.some((editor) => editor.input.kind === 'notebook' && visibleEditorIds.includes(editor.id)));
  if (kernelDeath === undefined || inNotebook) return null;
  const gone = kernel.kind === 'dead';
  return (
    <Banner
      kind="error"
      icon="warning"
      actions={
        <>
          {gone ? <Button onPress={() => commands.run('kernel.restart')}>Restart Kernel</Button> : null}
          <Button onPress={() => session.setState({ kernelDeath: undefined })}>Dismiss</Button>
        </>
      }
    >
      The kernel ended: {kernelDeath.reason}. {gone ? 'Another one is being started.' : 'Another one has taken its place.'} All outputs are kept.
    </Banner>
  );
}
