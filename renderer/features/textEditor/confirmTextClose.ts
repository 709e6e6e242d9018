import { baseName } from '../../state/editorInput.ts';
import type { Services } from '../../state/services.ts';
import type { TextFile } from './textFile.ts';
import { isDirty } from './textFileState.ts';

/** Asks what to do with edits before their tab closes; false: stay. */
export async function confirmTextClose({ dialogs, workbench }: Services, editorId: string, file: TextFile): Promise<boolean> {
  if (!isDirty(file.store.getState())) return true;
  const path = workbench.getState().editors.find((editor) => editor.id === editorId)?.input.path ?? '';
  const answer = await dialogs.getState().choose({
    title: `Save the changes to ${baseName(path)}?`,
    message: 'They are lost if you do not save them.',
    choices: [
      { value: 'discard', label: 'Don’t Save' },
      { value: 'save', label: 'Save' },
    ],
  });
  if (answer === 'save') await file.save();
  else if (answer === 'discard') await file.resolve('theirs');
  return answer !== undefined && !isDirty(file.store.getState());
}
