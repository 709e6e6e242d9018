import { useState } from 'react';
import { useStore } from 'zustand';
import { Banner } from '../../../ui/Banner.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { useServices } from '../../../state/services.ts';
import { useNotebook, useNotebookState } from './notebookContext.ts';

/** What the reader has to know about the file and the kernel, for as long as it is so. */
export function NotebookBanners() {
  const save = useNotebookState((state) => state.save);
  const kernel = useStore(useServices().session, (state) => state.kernel);
  return (
    <>
      {save.kind === 'conflict' && <ConflictBanner />}
      {save.kind === 'readOnly' && <Banner kind="warning" icon="lock">This folder cannot be written. What you change is kept by Lakebook, but does not reach the file.</Banner>}
      {save.kind === 'failed' && <SaveFailedBanner message={save.error.message} />}
      {kernel.kind === 'dead' && <DeadKernelBanner reason={kernel.reason} cellId={kernel.cellId} />}
    </>
  );
}

function SaveFailedBanner({ message }: { readonly message: string }) {
  const { session } = useNotebook();
  return (
    <Banner kind="error" icon="error" actions={<Button onPress={() => void session.save().catch(() => undefined)}>Try again</Button>}>
      Not saved: {message} Your changes are kept by Lakebook.
    </Banner>
  );
}

function DeadKernelBanner({ reason, cellId }: { readonly reason: string; readonly cellId: string | undefined }) {
  const notebook = useNotebook();
  const { notifications } = useServices();
  const attempt = async (action: () => Promise<void>): Promise<void> => {
    try {
      await action();
    } catch (error) {
      notifications.getState().notifyError(error);
    }
  };
  const index = cellId === undefined ? -1 : notebook.session.order.indexOf(cellId);
  const actions = (
    <>
      <Button onPress={() => void attempt(() => notebook.surface.restartKernel())}>Restart</Button>
      {index >= 0 && (
        <Button
          variant="primary"
          onPress={() => void attempt(async () => {
            await notebook.surface.restartKernel();
            await notebook.session.run(notebook.session.order.slice(0, index + 1));
          })}
        >
          {`Restart and run to cell ${index + 1}`}
        </Button>
      )}
    </>
  );
  return (
    <Banner kind="error" icon="error" actions={actions}>
      The SQL engine stopped: {reason}{index >= 0 ? `, while it ran cell ${index + 1}` : ''}. All outputs are kept.
    </Banner>
  );
}

function ConflictBanner() {
  const { session } = useNotebook();
  const { notifications } = useServices();
  const [asking, setAsking] = useState(false);
  const resolve = (keep: 'ours' | 'theirs') => async (): Promise<void> => {
    setAsking(false);
    try {
      await session.resolveConflict(keep);
    } catch (error) {
      notifications.getState().notifyError(error);
    }
  };
  return (
    <>
      <Banner kind="warning" icon="warning" actions={<Button onPress={() => setAsking(true)}>Resolve…</Button>}>
        Another program changed this file while there were changes here. Nothing was overwritten.
      </Banner>
      {asking && (
        <Dialog
          title="The file changed on disk"
          size="medium"
          onClose={() => setAsking(false)}
          footer={
            <>
              <Button onPress={() => setAsking(false)}>Decide later</Button>
              <Button onPress={() => void resolve('theirs')()}>Take the file’s text</Button>
              <Button variant="primary" onPress={() => void resolve('ours')()}>Keep mine</Button>
            </>
          }
        >
          <p>You have changes here that are not in the file, and the file has changes that are not here.</p>
          <p><b>Keep mine</b> writes this notebook over the file. <b>Take the file’s text</b> replaces what you see here; undo brings it back.</p>
        </Dialog>
      )}
    </>
  );
}
