import { Fragment } from 'react';
import { Dialog } from '../../../ui/Dialog.tsx';
import { Keys } from '../../../ui/Keys.tsx';
import { useServices } from '../../../state/services.ts';
import { NOTEBOOK_COMMANDS, type CommandGroup, type NotebookCommand } from '../commands.ts';
import styles from './notebook.module.css';

const GROUPS: readonly CommandGroup[] = ['Run', 'Cells', 'Selection', 'View', 'File'];

/** Every key of notebooks, by what it is for. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const { commands } = useServices();
  const listed = NOTEBOOK_COMMANDS.filter(({ keys, id }) => keys.length > 0 && !/heading[2-6]$/.test(id));
  const keysOf = ({ id, keys }: NotebookCommand): string[] => {
    const first = id === 'notebook.heading1' ? '1 … 6' : (commands.keysText(id) ?? keys[0]?.text ?? '');
    const letter = keys.find(({ text }, index) => index > 0 && /^(Shift\+)?[A-Z]$/.test(text))?.text;
    return letter === undefined ? [first] : [first, letter];
  };
  return (
    <Dialog title="Keyboard shortcuts of notebooks" size="medium" onClose={onClose}>
      <p className={styles['keysIntro']}>Enter writes into the selected cell, Escape selects it as a whole. Single letters count while a cell is selected.</p>
      {GROUPS.map((group) => (
        <section key={group} className={styles['keysGroup']}>
          <h3>{group}</h3>
          <dl>
            {listed.filter((command) => command.group === group).map((command) => (
              <Fragment key={command.id}>
                <dt>{command.id === 'notebook.heading1' ? 'Change to heading' : command.title}</dt>
                <dd>{keysOf(command).map((text) => <Keys key={text} text={text} />)}</dd>
              </Fragment>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
