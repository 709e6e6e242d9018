import { contextBridge, ipcRenderer } from 'electron';
import { DESKTOP_CHANNELS, type DesktopBridge } from '../../kernel/rpc/desktop.ts';

/** The one object that the page gets from the desktop app. Main checks who asks. */
const bridge: DesktopBridge = {
  platform: process.platform,
  chooseFolder: () => ipcRenderer.invoke(DESKTOP_CHANNELS.chooseFolder) as Promise<string | undefined>,
  chooseSavePath: (suggestedName) => ipcRenderer.invoke(DESKTOP_CHANNELS.chooseSavePath, suggestedName) as Promise<string | undefined>,
  openFolder: (path) => ipcRenderer.invoke(DESKTOP_CHANNELS.openFolder, path) as Promise<void>,
  onCommand: (listener) => {
    const forward = (_event: unknown, commandId: string): void => listener(commandId);
    ipcRenderer.on(DESKTOP_CHANNELS.command, forward);
    return () => void ipcRenderer.off(DESKTOP_CHANNELS.command, forward);
  },
};
contextBridge.exposeInMainWorld('lakebookDesktop', bridge);
