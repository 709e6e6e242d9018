import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useServices } from '../state/services.ts';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';

/** Short losses heal before anybody could read about them. */
const PATIENCE_MS = 400;

/** Says that the host is away, and that nothing is lost. */
export function ConnectionBanner() {
  const { session, client } = useServices();
  const connection = useStore(session, (state) => state.connection);
  const visible = useLasting(connection.kind === 'lost', PATIENCE_MS);
  if (connection.kind === 'refused') {
    return (
      <Banner kind="error" icon="debug-disconnect" actions={<Button onPress={() => window.location.reload()}>Reload</Button>}>
        [{connection.report.code}] {connection.report.message}
      </Banner>
    );
  }
  if (connection.kind !== 'lost' || !visible) return null;
  return (
    <Banner kind="warning" icon="debug-disconnect" actions={<Button onPress={client.retryNow}>Reconnect Now</Button>}>
      The connection to Lakebook is lost. Your edits are kept here and sent as soon as it is back; trying again…
    </Banner>
  );
}

/** True once `condition` has held for that long. */
function useLasting(condition: boolean, milliseconds: number): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!condition) {
      setLasting(false);
      return undefined;
    }
    const timer = setTimeout(() => setLasting(true), milliseconds);
    return () => clearTimeout(timer);
  }, [condition, milliseconds]);
  return lasting;
}
