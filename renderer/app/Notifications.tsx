import { useStore } from 'zustand';
import { useServices } from '../state/services.ts';
import { Toasts } from '../ui/Toasts.tsx';

/** The window's toasts. */
export function Notifications() {
  const { notifications } = useServices();
  const shown = useStore(notifications, (state) => state.notifications);
  return <Toasts toasts={shown.map(({ code, ...rest }) => ({ ...rest, code }))} onDismiss={(id) => notifications.getState().dismiss(id)} />;
}
