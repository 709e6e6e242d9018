import { Fragment } from 'react';
import { Dialog } from '../../../ui/Dialog.tsx';
import { Keys } from '../../../ui/Keys.tsx';
import { NOTEBOOK_COMMANDS, type CommandGroup, type KeyMode } from '../commands.ts';
import styles from './notebook.module.css';

const GROUPS: readonly CommandGroup[] = ['Run', 'Cells', 'Selection', 'View', 'File'];
const MODES: Readonly<Record<KeyMode, string>> = { command: 'cell selected', edit: 'while typing', both: 'always' };

/** Every key of notebooks, by what it is for. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts of notebooks" size="medium" onClose={onClose}>
      <p className={styles['keysIntro']}>Enter writes into the selected cell, Escape selects it as a whole. Most keys count while a cell is selected.</p>
      <div className={styles['keysColumns']}>
        {GROUPS.map((group) => (
          <section key={group} className={styles['keysGroup']}>
            <h3>{group}</h3>
            <dl>
              {NOTEBOOK_COMMANDS.filter((command) => command.group === group && command.keys.length > 0).map(({ id, title, keys }) => (
                <Fragment key={id}>
                  <dt>{title}</dt>
                  <dd title={MODES[keys[0]?.mode ?? 'command']}>{keys.slice(0, 2).map(({ text }) => <Keys key={text} text={text.replace('Mod', 'Ctrl')} />)}</dd>
                </Fragment>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
