import { Button } from '../../../ui/Button.tsx';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { useServices } from '../../../state/services.ts';
import type { NotebookSession } from '../session/notebookSession.ts';
import type { NotebookPhase } from '../session/notebookState.ts';
import styles from './notebook.module.css';

/** Before a notebook is there: nothing for a moment, or why it does not open. */
export function OpeningNotebook({ session, phase }: { readonly session: NotebookSession; readonly phase: NotebookPhase }) {
  const services = useServices();
  if (phase.kind !== 'failed') return <div className={styles['opening']} role="status" aria-label="Opening the notebook" />;
  return (
    <EmptyState icon="error" title="This notebook cannot be opened" hint={<>{phase.error.message} <span className={styles['code']}>{phase.error.code}</span></>}>
      <Button onPress={() => services.openPath(session.path, 'text')}>Open as text</Button>
      <Button variant="primary" onPress={() => session.retry()}>Try again</Button>
    </EmptyState>
  );
}
