import { createContext, use } from 'react';
import { useStore } from 'zustand';
import { LakebookError } from '../../kernel/base/errors.ts';
import type { DesktopBridge } from '../../kernel/rpc/desktop.ts';
import type { HostClient } from '../client/client.ts';
import type { CommandRunner } from './commandRunner.ts';
import type { ContextStore } from './contextKeys.ts';
import type { DialogsStore } from './dialogs.ts';
import type { EditorHandles } from './editorHandles.ts';
import type { EditorInput } from './editorInput.ts';
import type { NotificationsStore } from './notifications.ts';
import type { SessionStore } from './session.ts';
import type { SettingsStore } from './settings.ts';
import type { ViewLocation, WorkbenchActions, WorkbenchState, WorkbenchStore } from './workbench.ts';

/** Everything a feature may use, built once by `main.tsx` and handed on by context. */
export interface Services {
  readonly client: HostClient;
  readonly workbench: WorkbenchStore;
  /** Facts for the `when` of commands. */
  readonly context: ContextStore;
  readonly commands: CommandRunner;
  readonly notifications: NotificationsStore;
  readonly dialogs: DialogsStore;
  readonly handles: EditorHandles;
  /** Connection, workspace and kernel as the host tells them. */
  readonly session: SessionStore;
  readonly settings: SettingsStore;
  /** Absent in a browser. */
  readonly desktop: DesktopBridge | undefined;
  /** Opens a workspace file in the editor that its name asks for, or in the one of `kind`. */
  readonly openPath: (path: string, kind?: string) => void;
  /** Gives the focus to the active editor, once it is there. */
  readonly focusEditor: () => void;
  /** Shows a view of the sidebar or the panel and gives it the focus. */
  readonly showView: (location: ViewLocation, viewId: string) => void;
  readonly openEditor: (input: EditorInput) => void;
}

export const ServicesContext = createContext<Services | undefined>(undefined);

export function useServices(): Services {
  const services = use(ServicesContext);
  if (services === undefined) throw new LakebookError('INTERNAL_ERROR', { detail: 'a component asks for services outside the workbench' });
  return services;
}

export function useClient(): HostClient {
  return useServices().client;
}

/** Selects from the workbench's state; select the least you need. */
export function useWorkbench<Selected>(select: (state: WorkbenchState & WorkbenchActions) => Selected): Selected {
  return useStore(useServices().workbench, select);
}
