import { useCallback, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { Banner } from '../../../ui/Banner.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { useServices } from '../../../state/services.ts';
import type { KernelState } from '../../../../kernel/rpc/workbench.ts';
import { useNotebook, useNotebookState } from './notebookContext.ts';

/** What the reader has to know about the file and the kernel, for as long as it is so. */
export function NotebookBanners() {
  const save = useNotebookState((state) => state.save);
  const [death, dismissDeath] = useKernelDeath();
  return (
    <>
      {save.kind === 'conflict' && <ConflictBanner />}
      {save.kind === 'readOnly' && <Banner kind="warning" icon="lock">This folder cannot be written. What you change is kept by Lakebook, but does not reach the file.</Banner>}
      {save.kind === 'failed' && <SaveFailedBanner message={save.error.message} />}
      {death !== undefined && <DeadKernelBanner reason={death.reason} cellId={death.cellId} onDone={dismissDeath} />}
    </>
  );
}

type KernelDeath = Extract<KernelState, { kind: 'dead' }>;

/** The last death of the kernel, until the reader has done something about it: the next kernel is there in a moment. */
function useKernelDeath(): readonly [KernelDeath | undefined, () => void] {
  const { session } = useServices();
  const [death, setDeath] = useState<KernelDeath>();
  useEffect(
    () =>
      session.subscribe(({ kernel }, before) => {
        if (kernel.kind === 'dead' && kernel !== before.kernel) setDeath(kernel);
      }),
    [session],
  );
  return [death, useCallback(() => setDeath(undefined), [])];
}

function SaveFailedBanner({ message }: { readonly message: string }) {
  const { session } = useNotebook();
  return (
    <Banner kind="error" icon="error" actions={<Button onPress={() => void session.save().catch(() => undefined)}>Try again</Button>}>
      Not saved: {message} Your changes are kept by Lakebook.
    </Banner>
  );
}

function DeadKernelBanner({ reason, cellId, onDone }: { readonly reason: string; readonly cellId: string | undefined; readonly onDone: () => void }) {
  const notebook = useNotebook();
  const { notifications } = useServices();
  const kernel = useStore(useServices().session, (state) => state.kernel);
  const attempt = async (action: () => Promise<void>): Promise<void> => {
    try {
      onDone();
      await action();
    } catch (error) {
      notifications.getState().notifyError(error);
    }
  };
  const index = cellId === undefined ? -1 : notebook.session.order.indexOf(cellId);
  const actions = (
    <>
      {kernel.kind === 'dead' && <Button onPress={() => void attempt(() => notebook.surface.restartKernel())}>Restart</Button>}
      {index >= 0 && (
        <Button
          variant="primary"
          onPress={() => void attempt(async () => {
            if (kernel.kind === 'dead') await notebook.surface.restartKernel();
            await notebook.session.run(notebook.session.order.slice(0, index + 1));
          })}
        >
          {`Run again to cell ${index + 1}`}
        </Button>
      )}
      <Button variant="quiet" onPress={onDone}>Dismiss</Button>
    </>
  );
  return (
    <Banner kind="error" icon="error" actions={actions}>
      The SQL engine stopped{index >= 0 ? ` while it ran cell ${index + 1}` : ''}: {reason}. All outputs are kept{kernel.kind === 'dead' ? '' : ', and a new engine is there'}.
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
          <p><b>Keep mine</b> writes this notebook over the file. <b>Take the file’s text</b> drops the changes that you made here.</p>
        </Dialog>
      )}
    </>
  );
}
