import { Button as AriaButton } from 'react-aria-components';
import { useStore } from 'zustand';
import { Button } from '../../../ui/Button.tsx';
import { Icon } from '../../../ui/Icon.tsx';
import { IconButton } from '../../../ui/IconButton.tsx';
import { MenuButton } from '../../../ui/Menu.tsx';
import type { MenuEntry } from '../../../ui/menuEntry.ts';
import { useServices } from '../../../state/services.ts';
import { MARKDOWN_CELL, SQL_CELL } from '../../../../kernel/notebook/notebookDocument.ts';
import { NOTEBOOK_COMMANDS } from '../commands.ts';
import { describeSave } from '../model/messages.ts';
import { KernelStatus } from './KernelStatus.tsx';
import { useNotebook, useNotebookState } from './notebookContext.ts';
import styles from './notebook.module.css';

/** What concerns the notebook as a whole. */
export function NotebookToolbar() {
  const notebook = useNotebook();
  const { notifications } = useServices();
  const busy = useNotebookState((state) => state.requested.size > 0 || [...state.states.values()].some(({ run }) => run.kind === 'running' || run.kind === 'queued'));
  const failed = (error: unknown): void => notifications.getState().notifyError(error);
  return (
    <div className={styles['toolbar']} role="toolbar" aria-label="Notebook">
      <Button icon="run-all" variant="quiet" preventFocusOnPress onPress={() => void notebook.runAll().catch(failed)}>
        Run all
      </Button>
      {/* Never disabled: a second press ends what does not listen to the first. */}
      <IconButton icon="debug-stop" label={busy ? 'Interrupt' : 'Interrupt (nothing runs)'} keys="I I" preventFocusOnPress onPress={() => void notebook.session.interrupt().catch(failed)} />
      <span className={styles['separator']} />
      <Button icon="add" variant="quiet" onPress={() => notebook.insertAt(notebook.selectedIds.at(-1), SQL_CELL)}>
        SQL
      </Button>
      <Button icon="add" variant="quiet" onPress={() => notebook.insertAt(notebook.selectedIds.at(-1), MARKDOWN_CELL)}>
        Markdown
      </Button>
      <MoreMenu />
      <span className={styles['grow']} />
      <SaveState />
      <KernelStatus />
    </div>
  );
}

const MENU: readonly (string | undefined)[] = ['runAbove', 'runBelow', 'restart', 'restartAndRunAll', 'restartAndRunAbove', undefined, 'clearAllOutputs', 'toggleAllOutputs', 'toggleLineNumbers', undefined, 'undo', 'redo', 'showKeys'];

function MoreMenu() {
  const notebook = useNotebook();
  const { commands, notifications } = useServices();
  const entries = MENU.map((name, index): MenuEntry => {
    const command = NOTEBOOK_COMMANDS.find(({ id }) => id === `notebook.${name}`);
    if (command === undefined) return { kind: 'separator', id: `separator${index}` };
    const run = async (): Promise<void> => {
      try {
        await command.run(notebook);
      } catch (error) {
        notifications.getState().notifyError(error);
      }
    };
    return { kind: 'item', id: command.id, label: command.title, keys: commands.keysText(command.id), run: () => void run() };
  });
  return (
    <MenuButton label="Notebook" entries={entries}>
      <AriaButton className={styles['moreButton'] ?? ''} aria-label="More notebook actions">
        <Icon name="ellipsis" />
      </AriaButton>
    </MenuButton>
  );
}

const SAVE_ICONS = { saved: 'check', dirty: 'sync', readOnly: 'lock', conflict: 'warning', failed: 'error' } as const;

function SaveState() {
  const save = useNotebookState((state) => state.save);
  const unsent = useNotebookState((state) => state.unsent);
  const connected = useStore(useServices().session, (state) => state.connection.kind === 'connected');
  const kind = !connected ? 'failed' : save.kind === 'saved' && unsent ? 'dirty' : save.kind;
  return (
    <span className={styles['saveState']} data-kind={kind} title={describeSave(save, unsent, connected)}>
      <Icon name={connected ? SAVE_ICONS[kind] : 'debug-disconnect'} /> {SAVE_TEXTS[connected ? kind : 'offline']}
    </span>
  );
}

const SAVE_TEXTS = { saved: 'Saved', dirty: 'Saving…', readOnly: 'Read-only', conflict: 'Conflict', failed: 'Not saved', offline: 'Not connected' } as const;
