import { useStore } from 'zustand';
import { baseName, parentPath } from '../../state/editorInput.ts';
import { useServices } from '../../state/services.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Keys } from '../../ui/Keys.tsx';
import { useWorkspaceSights } from './useWorkspaceSights.ts';
import styles from './WelcomePage.module.css';

const START = [
  { commandId: 'explorer.newNotebook', icon: 'notebook-template', text: 'New notebook' },
  { commandId: 'workspace.openFolder', icon: 'folder-opened', text: 'Open folder…' },
  { commandId: 'palette.files', icon: 'go-to-file', text: 'Go to file…' },
  { commandId: 'palette.commands', icon: 'terminal', text: 'Show all commands' },
];

/** The first thing a new user sees: what is here, and what to do with it. */
export function WelcomePage() {
  const { commands, session, openPath, openEditor } = useServices();
  const workspace = useStore(session, (state) => state.hello?.workspace);
  const { notebooks, tables, recent } = useWorkspaceSights();
  return (
    <div className={styles['page']} tabIndex={0} data-main aria-label="Welcome" role="region">
      <header className={styles['header']}>
        <h1 className={styles['title']}>{workspace?.name ?? 'Lakebook'}</h1>
        <p className={styles['lead']}>Questions asked of versioned tables. {workspace?.path}</p>
      </header>
      <div className={styles['columns']}>
        <section>
          <h2 className={styles['heading']}>Start</h2>
          <ul>
            {START.map(({ commandId, icon, text }) => (
              <Line key={commandId} icon={icon} text={text} keys={commands.keysText(commandId)} onClick={() => commands.run(commandId)} />
            ))}
          </ul>
          <h2 className={styles['heading']}>Recent folders</h2>
          <ul>
            {recent.map((path) => (
              <Line key={path} icon="folder" text={baseName(path)} detail={parentPath(path)} onClick={() => commands.run('workspace.openFolder', path)} />
            ))}
          </ul>
          {recent.length === 0 ? <p className={styles['none']}>No other folder was opened yet.</p> : null}
        </section>
        <section>
          <h2 className={styles['heading']}>Notebooks</h2>
          <ul>
            {notebooks.map((path) => (
              <Line key={path} icon="notebook" text={baseName(path)} detail={parentPath(path)} onClick={() => openPath(path)} />
            ))}
          </ul>
          {notebooks.length === 0 ? <p className={styles['none']}>No notebook in this folder yet.</p> : null}
          <h2 className={styles['heading']}>Delta tables</h2>
          <ul>
            {tables.map((table) => (
              <Line key={table.path} icon="table" text={table.name ?? table.relativePath} detail={table.name === undefined || table.name === table.relativePath ? '' : table.relativePath} onClick={() => openEditor({ kind: 'table', path: table.path })} />
            ))}
          </ul>
          {tables.length === 0 ? <p className={styles['none']}>No Delta table found in this folder.</p> : null}
        </section>
      </div>
    </div>
  );
}

interface LineProps {
  readonly icon: string;
  readonly text: string;
  readonly detail?: string;
  readonly keys?: string | undefined;
  readonly onClick: () => void;
}

function Line({ icon, text, detail = '', keys, onClick }: LineProps) {
  return (
    <li>
      <button type="button" className={styles['line']} onClick={onClick}>
        <Icon name={icon} />
        <span className={styles['text']}>{text}</span>
        <span className={styles['detail']}>{detail}</span>
        {keys === undefined ? null : <Keys text={keys} />}
      </button>
    </li>
  );
}
