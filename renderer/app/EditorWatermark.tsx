import { useServices } from '../state/services.ts';
import { Keys } from '../ui/Keys.tsx';
import styles from './EditorWatermark.module.css';

const COMMANDS = ['palette.commands', 'palette.files', 'explorer.newNotebook', 'workspace.openFolder', 'view.togglePanel'];

/** Fills an empty editor group with the ways to go on. */
export function EditorWatermark() {
  const { commands } = useServices();
  const known = COMMANDS.flatMap((id) => commands.all.filter((command) => command.id === id));
  return (
    <div className={styles['watermark']}>
      <dl className={styles['list']}>
        {known.map((command) => (
          <div key={command.id} className={styles['line']}>
            <dt>
              <button type="button" className={styles['command']} onClick={() => commands.run(command.id)}>
                {command.title}
              </button>
            </dt>
            <dd>
              <Keys text={commands.keysText(command.id) ?? ''} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
