import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { TextEditor } from '../../editor/TextEditor.tsx';
import type { EditorProps } from '../../state/contribution.ts';
import { CLOSE_GUARD } from '../../state/editorHandles.ts';
import { baseName, extensionOf } from '../../state/editorInput.ts';
import { useServices } from '../../state/services.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { confirmTextClose } from './confirmTextClose.ts';
import { createTextFile, TEXT_FILE, type TextFile } from './textFile.ts';
import { isDirty } from './textFileState.ts';
import styles from './TextFileEditor.module.css';

/** A text file in Monaco, saved by hand, kept from loss by the host. */
export function TextFileEditor({ editorId, input }: EditorProps) {
  const file = useTextFile(editorId, input.path);
  return <OpenTextFile file={file} editorId={editorId} path={input.path} />;
}

function OpenTextFile({ file, editorId, path }: { readonly file: TextFile; readonly editorId: string; readonly path: string }) {
  const { workbench } = useServices();
  const state = useStore(file.store);
  const dirty = isDirty(state);
  useEffect(() => {
    workbench.getState().setEditorDirty(editorId, dirty);
  }, [workbench, editorId, dirty]);

  if (state.kind === 'loading') return <div aria-busy="true" />;
  if (state.kind === 'failed') {
    return (
      <EmptyState icon="error" title={`${baseName(path)} cannot be opened as text`} hint={`[${state.report.code}] ${state.report.message}`}>
        <Button onPress={() => void file.reload()}>Try Again</Button>
      </EmptyState>
    );
  }
  return (
    <div className={styles['file']}>
      {state.conflict ? <ConflictBanner file={file} /> : null}
      {state.readOnly ? (
        <Banner kind="info" icon="lock">
          This file is read-only.
        </Banner>
      ) : null}
      <div className={styles['text']}>
        <TextEditor value={state.text} language={extensionOf(path)} readOnly={state.readOnly} onChange={file.edit} onSave={() => void file.save()} ariaLabel={path} />
      </div>
    </div>
  );
}

function ConflictBanner({ file }: { readonly file: TextFile }) {
  const { notifications } = useServices();
  const settle = (keep: 'ours' | 'theirs') => () => void file.resolve(keep).catch((error: unknown) => notifications.getState().notifyError(error));
  return (
    <Banner
      kind="warning"
      icon="warning"
      actions={
        <>
          <Button onPress={settle('theirs')}>Take the File’s Text</Button>
          <Button onPress={settle('ours')}>Overwrite the File</Button>
        </>
      }
    >
      The file changed on disk while you were editing. Nothing was overwritten.
    </Banner>
  );
}

/** The file behind the tab: opened once, renamed with it, closed with it. */
function useTextFile(editorId: string, path: string): TextFile {
  const services = useServices();
  const [file] = useState(() => createTextFile(services, path));
  useEffect(() => {
    const parts = [
      file.open(),
      services.handles.provide(TEXT_FILE, editorId, file),
      services.handles.provide(CLOSE_GUARD, editorId, { confirmClose: () => confirmTextClose(services, editorId, file) }),
    ];
    return () => {
      for (const part of parts) part.dispose();
    };
  }, [services, editorId, file]);
  useEffect(() => {
    file.moveTo(path);
  }, [file, path]);
  return file;
}
