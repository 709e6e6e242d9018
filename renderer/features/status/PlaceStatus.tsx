import { useServices, useWorkbench } from '../../state/services.ts';
import { StatusItem } from '../../ui/StatusItem.tsx';

/** Where in the active editor the user is; a press goes back there. */
export function PlaceStatus() {
  const { focusEditor } = useServices();
  const place = useWorkbench(({ editors, activeEditorId }) => editors.find((editor) => editor.id === activeEditorId)?.place ?? '');
  return place === '' ? null : <StatusItem text={place} label="Go to the active editor" onPress={focusEditor} />;
}
