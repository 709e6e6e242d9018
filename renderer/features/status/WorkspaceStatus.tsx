import { useStore } from 'zustand';
import { useServices } from '../../state/services.ts';
import { StatusItem } from '../../ui/StatusItem.tsx';

/** Which folder this window works on, and whether it reaches it. */
export function WorkspaceStatus() {
  const { session, commands } = useServices();
  const connected = useStore(session, (state) => state.connection.kind === 'connected');
  const workspace = useStore(session, (state) => state.hello?.workspace);
  if (workspace === undefined) return null;
  if (!connected) return <StatusItem icon="debug-disconnect" text="Disconnected" label="The connection to Lakebook is lost" tone="warning" />;
  const readOnly = workspace.readOnly ? ' (read-only)' : '';
  return <StatusItem icon="root-folder" text={`${workspace.name}${readOnly}`} label={`Workspace ${workspace.path}${readOnly}. Open another folder`} onPress={() => commands.run('workspace.openRecent')} />;
}
