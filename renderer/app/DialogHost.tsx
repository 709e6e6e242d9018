import { useStore } from 'zustand';
import { useServices } from '../state/services.ts';
import { AboutDialog } from './AboutDialog.tsx';
import { ChoiceDialog } from './ChoiceDialog.tsx';
import { ConfirmDialog } from './ConfirmDialog.tsx';
import { FolderDialog } from './FolderDialog.tsx';
import { PromptDialog } from './PromptDialog.tsx';

/** The question on screen. The palette's features show `palette` and `pick`. */
export function DialogHost() {
  const dialog = useStore(useServices().dialogs, (state) => state.dialog);
  switch (dialog?.kind) {
    case undefined:
    case 'palette':
    case 'pick':
      return null;
    case 'confirm':
      return <ConfirmDialog request={dialog.request} onAnswer={dialog.answer} />;
    case 'choose':
      return <ChoiceDialog request={dialog.request} onAnswer={dialog.answer} />;
    case 'prompt':
      return <PromptDialog request={dialog.request} onAnswer={dialog.answer} />;
    case 'folder':
      return <FolderDialog title={dialog.title} onAnswer={dialog.answer} />;
    case 'about':
      return <AboutDialog onClose={dialog.answer} />;
  }
}
