import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { reportAnyError } from '../../kernel/rpc/peer.ts';
import type { HostClient } from '../client/client.ts';
import type { ConnectionState } from '../client/connectionState.ts';
import { ServicesContext } from '../state/services.ts';
import { Button } from '../ui/Button.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import { createWorkbench, type Workbench } from './createWorkbench.ts';
import { FEATURES } from './features.ts';
import { loadRestored } from './persistence.ts';
import { Shell } from './Shell.tsx';
import styles from './App.module.css';

/** The window: waits for its host once, then is the workbench for good. */
export function App({ client }: { readonly client: HostClient }) {
  const connection = useConnection(client);
  const [workbench, setWorkbench] = useState<Workbench>();
  const [failure, setFailure] = useState<unknown>();

  const greeted = connection.kind === 'connected';
  useEffect(() => {
    if (!greeted || workbench !== undefined) return undefined;
    let wanted = true;
    loadRestored(client).then(
      (restored) => wanted && setWorkbench(createWorkbench(window, client, restored, FEATURES)),
      (error: unknown) => wanted && setFailure(error),
    );
    return () => {
      wanted = false;
    };
  }, [client, greeted, workbench]);

  if (workbench === undefined) return <Waiting connection={connection} failure={failure} />;
  return (
    <ServicesContext value={workbench.services}>
      <Shell workbench={workbench} />
    </ServicesContext>
  );
}

function useConnection(client: HostClient): ConnectionState {
  const subscribe = useCallback(
    (listener: () => void) => {
      const following = client.onState(listener);
      return () => following.dispose();
    },
    [client],
  );
  return useSyncExternalStore(subscribe, () => client.state);
}

function Waiting({ connection, failure }: { readonly connection: ConnectionState; readonly failure: unknown }) {
  const report = connection.kind === 'refused' ? connection.report : failure === undefined ? undefined : reportAnyError(failure);
  if (report !== undefined) {
    return (
      <main className={styles['waiting']}>
        <EmptyState icon="debug-disconnect" title="This window cannot reach its workspace" hint={`[${report.code}] ${report.message}`}>
          <Button variant="primary" onPress={() => window.location.reload()}>
            Try Again
          </Button>
        </EmptyState>
      </main>
    );
  }
  return (
    <main className={styles['waiting']} aria-busy="true">
      {connection.kind === 'lost' ? <EmptyState icon="debug-disconnect" title="Lakebook is not running" hint="Trying to reach it again… Start it with “npm start”." /> : null}
    </main>
  );
}
