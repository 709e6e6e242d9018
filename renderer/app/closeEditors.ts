import { CLOSE_GUARD } from '../state/editorHandles.ts';
import type { Services } from '../state/services.ts';

/** Closes tabs one after the other, asking each that has something to lose; the first "stay" ends it. */
export async function closeEditors(services: Services, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const guard = services.handles.get(CLOSE_GUARD, id);
    if (guard !== undefined) {
      services.workbench.getState().activateEditor(id);
      if (!(await guard.confirmClose())) return;
    }
    services.workbench.getState().closeEditor(id);
  }
  services.focusEditor();
}
