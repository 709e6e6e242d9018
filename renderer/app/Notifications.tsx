import { useStore } from 'zustand';
import { useServices } from '../state/services.ts';
import { Toasts } from '../ui/Toasts.tsx';

/** The window's toasts. */
export function Notifications() {
  const { notifications } = useServices();
  const shown = useStore(notifications, (state) => state.notifications);
  const dismiss = useStore(notifications, (state) => state.dismiss);
  return <Toasts toasts={shown.map(({ code, ...rest }) => ({ ...rest, code }))} onDismiss={dismiss} />;
}
