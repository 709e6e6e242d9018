import { createStore, type StoreApi } from 'zustand/vanilla';
import { reportAnyError } from '../../kernel/rpc/peer.ts';

type NotificationKind = 'info' | 'success' | 'warning' | 'error';

/** A way out that a notification offers. */
interface NotificationAction {
  readonly label: string;
  readonly run: () => void;
}

interface Notification {
  readonly id: number;
  readonly kind: NotificationKind;
  readonly message: string;
  /** Stable error class, shown as `[CODE]`. */
  readonly code?: string;
  readonly actions: readonly NotificationAction[];
  /** Milliseconds until it goes by itself; undefined: it stays. */
  readonly lifetimeMs: number | undefined;
}

interface NotificationsState {
  readonly notifications: readonly Notification[];
}
interface NotificationsActions {
  readonly notify: (notification: Omit<Notification, 'id' | 'actions' | 'lifetimeMs'> & Partial<Pick<Notification, 'actions' | 'lifetimeMs'>>) => void;
  /** Shows `[CODE] message`; what the user cancelled is not news. */
  readonly notifyError: (error: unknown, ...actions: readonly NotificationAction[]) => void;
  readonly dismiss: (id: number) => void;
}
export type NotificationsStore = StoreApi<NotificationsState & NotificationsActions>;

const LIFETIME_MS: Readonly<Record<NotificationKind, number | undefined>> = { info: 6_000, success: 6_000, warning: 12_000, error: undefined };
const SHOWN_MAX = 4;

export function createNotificationsStore(): NotificationsStore {
  let nextId = 1;
  return createStore<NotificationsState & NotificationsActions>((set, get) => ({
    notifications: [],
    notify: (notification) => {
      const full: Notification = { actions: [], lifetimeMs: LIFETIME_MS[notification.kind], ...notification, id: nextId++ };
      set((state) => ({ notifications: nextNotifications(state.notifications, full) }));
    },
    notifyError: (error, ...actions) => {
      const report = reportAnyError(error);
      if (report.kind !== 'canceled') get().notify({ kind: 'error', message: report.message, code: report.code, actions });
    },
    dismiss: (id) => set((state) => ({ notifications: state.notifications.filter((notification) => notification.id !== id) })),
  }));
}

/** Newest first; one that says the same as a shown one replaces it, and the oldest give way. */
function nextNotifications(shown: readonly Notification[], added: Notification): readonly Notification[] {
  const others = shown.filter((notification) => notification.message !== added.message || notification.code !== added.code);
  return [added, ...others].slice(0, SHOWN_MAX);
}
