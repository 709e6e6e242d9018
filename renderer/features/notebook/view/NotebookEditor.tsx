import { useEffect, useMemo } from 'react';
import type { EditorProps } from '../../../state/contribution.ts';
import { useClient } from '../../../state/services.ts';
import { holdSession, sessionOf } from '../session/notebookSessions.ts';
import { NotebookPane } from './NotebookPane.tsx';

/** A notebook's tab. */
export function NotebookEditor({ input, editorId, active, revision }: EditorProps) {
  const client = useClient();
  const session = useMemo(() => sessionOf(client, input.path), [client, input.path]);
  useEffect(() => {
    const hold = holdSession(client, session);
    return () => hold.dispose();
  }, [client, session]);
  return <NotebookPane key={session.path} session={session} editorId={editorId} active={active} revision={revision} />;
}
