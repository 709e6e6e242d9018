import type { DesktopBridge } from '../../kernel/rpc/desktop.ts';
import type { KeyPlatform } from './keymap.ts';

declare global {
  interface Window {
    /** Put there by the desktop app's preload script; absent in a browser. */
    readonly lakebookDesktop?: DesktopBridge;
  }
}

/** The machine in front of the user; the host may run on another. */
export function keyPlatform(page: Window): KeyPlatform {
  return /Mac|iP(hone|ad)/.test(page.navigator.userAgent) ? 'mac' : 'other';
}
