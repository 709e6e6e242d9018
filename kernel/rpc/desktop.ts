/**
 * What the desktop app adds to the page: `window.lakebookDesktop`, put there by the preload bridge. Absent in a browser,
 * where the page falls back (folder picker over rpc, downloads).
 */
export interface DesktopBridge {
  readonly platform: string;
  /** Asks for a folder; undefined if the user backed out. */
  chooseFolder(): Promise<string | undefined>;
  /** Asks where to save; undefined if the user backed out. */
  chooseSavePath(suggestedName: string): Promise<string | undefined>;
  /** Opens the folder in this window (starting its host), or focuses the window that has it. */
  openFolder(path: string): Promise<void>;
  /** A menu item was chosen: the id of a workbench command. Returns the unsubscriber. */
  onCommand(listener: (commandId: string) => void): () => void;
}

/** The channels between preload bridge and main process. */
export const DESKTOP_CHANNELS = {
  chooseFolder: 'desktop.chooseFolder',
  chooseSavePath: 'desktop.chooseSavePath',
  openFolder: 'desktop.openFolder',
  command: 'desktop.command',
} as const;
