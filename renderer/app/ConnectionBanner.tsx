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
  if (connection.kind === 'refused') {
    return (
      <Banner kind="error" icon="debug-disconnect" actions={<Button onPress={() => window.location.reload()}>Reload</Button>}>
        [{connection.report.code}] {connection.report.message}
      </Banner>
    );
  }
  return connection.kind === 'lost' ? <LostBanner onRetry={client.retryNow} /> : null;
}

function LostBanner({ onRetry }: { readonly onRetry: () => void }) {
  const [visible, setVisible] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setVisible(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!visible) return null;
  return (
    <Banner kind="warning" icon="debug-disconnect" actions={<Button onPress={onRetry}>Reconnect Now</Button>}>
      The connection to Lakebook is lost. Your edits are kept here and sent as soon as it is back; trying again…
    </Banner>
  );
}
