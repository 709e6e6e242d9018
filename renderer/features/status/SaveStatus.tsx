import { useWorkbench } from '../../state/services.ts';
import { StatusItem } from '../../ui/StatusItem.tsx';

const SAVED_KINDS: readonly string[] = ['notebook', 'text'];

/** Whether what the active editor shows is on disk. */
export function SaveStatus() {
  const state = useWorkbench(({ editors, activeEditorId }) => {
    const active = editors.find((editor) => editor.id === activeEditorId);
    return active === undefined || !SAVED_KINDS.includes(active.input.kind) ? 'none' : active.dirty ? 'dirty' : 'saved';
  });
  switch (state) {
    case 'none':
      return null;
    case 'dirty':
      return <StatusItem icon="circle-filled" text="Not saved" label="The file on disk is older; Lakebook keeps your changes" />;
    case 'saved':
      return <StatusItem icon="check" text="Saved" label="The file on disk has all your changes" />;
  }
}
