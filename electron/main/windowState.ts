import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { screen, type BrowserWindow, type Rectangle } from 'electron';

/** What the app remembers between starts: where its window was, and which folder it showed. */
export interface WindowState {
  readonly bounds: Rectangle | undefined;
  readonly maximized: boolean;
  readonly workspace: string | undefined;
}

const DEFAULT_STATE: WindowState = { bounds: undefined, maximized: false, workspace: undefined };

export function loadWindowState(file: string): WindowState {
  try {
    const { bounds, maximized, workspace } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<keyof WindowState, unknown>>;
    return { bounds: isRectangle(bounds) && isOnScreen(bounds) ? bounds : undefined, maximized: maximized === true, workspace: typeof workspace === 'string' ? workspace : undefined };
  } catch {
    return DEFAULT_STATE; // the first start, or a file of no use: the defaults do
  }
}

export function saveWindowState(file: string, window: BrowserWindow, workspace: string | undefined): void {
  const state: WindowState = { bounds: window.getNormalBounds(), maximized: window.isMaximized(), workspace };
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(`${file}.tmp`, JSON.stringify(state));
    renameSync(`${file}.tmp`, file);
  } catch {
    // a full or read-only disk costs the window's place, nothing else
  }
}

function isRectangle(value: unknown): value is Rectangle {
  return typeof value === 'object' && value !== null && ['x', 'y', 'width', 'height'].every((key) => Number.isFinite((value as Record<string, unknown>)[key]));
}

/** A screen may have gone since; a window nobody can see must not come back. */
function isOnScreen(bounds: Rectangle): boolean {
  const { workArea } = screen.getDisplayMatching(bounds);
  return bounds.x < workArea.x + workArea.width - 50 && bounds.x + bounds.width > workArea.x + 50 && bounds.y >= workArea.y - 50 && bounds.y < workArea.y + workArea.height - 50;
}
