import type { Disposable } from '../../kernel/base/disposable.ts';
import type { HostClient } from '../client/client.ts';
import type { EditorInput, JsonValue } from '../state/editorInput.ts';
import { parseSettings, type Settings, type SettingsStore } from '../state/settings.ts';
import { INITIAL_WORKBENCH, type OpenEditor, type WorkbenchLayout, type WorkbenchState, type WorkbenchStore } from '../state/workbench.ts';

const WORKBENCH_KEY = 'workbench';
const SETTINGS_KEY = 'settings';
const SAVE_DELAY_MS = 250;

/** What the window finds of its last time. */
export interface Restored {
  /** No window was here before. */
  readonly isFirst: boolean;
  readonly workbench: WorkbenchState;
  readonly settings: Settings;
}

/** Asks the host for the window's stored state; what cannot be read counts as absent. */
export async function loadRestored(client: HostClient): Promise<Restored> {
  const [workbench, settings] = await Promise.all([WORKBENCH_KEY, SETTINGS_KEY].map(async (key) => (await client.request('workbench.loadState', { key })).value));
  return { isFirst: workbench == null, workbench: parseWorkbench(workbench ?? null), settings: parseSettings(settings ?? null) };
}

/** Stores both as they change, at most four times a second; once more when the window goes. */
export function keepStored(client: HostClient, workbench: WorkbenchStore, settings: SettingsStore): Disposable {
  const saver = createSaver((key, value) => client.request('workbench.saveState', { key, value }));
  const stops = [
    workbench.subscribe((state) => saver.save(WORKBENCH_KEY, formatWorkbench(state))),
    settings.subscribe((state) => saver.save(SETTINGS_KEY, JSON.stringify(state))),
  ];
  window.addEventListener('pagehide', saver.flush);
  return {
    dispose: () => {
      for (const stop of stops) stop();
      window.removeEventListener('pagehide', saver.flush);
      saver.flush();
    },
  };
}

interface Saver {
  readonly save: (key: string, value: string) => void;
  readonly flush: () => void;
}

function createSaver(write: (key: string, value: string) => Promise<unknown>): Saver {
  const written = new Map<string, string>();
  const waiting = new Map<string, string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const [key, value] of waiting) {
      written.set(key, value);
      // A lost connection loses a layout change, no work; the next change writes all of it again.
      write(key, value).catch(() => written.delete(key));
    }
    waiting.clear();
  };
  return {
    save: (key, value) => {
      if (written.get(key) === value) return;
      waiting.set(key, value);
      timer ??= setTimeout(flush, SAVE_DELAY_MS);
    },
    flush,
  };
}

export function formatWorkbench({ editors, activeEditorId, dock, layout }: WorkbenchState): string {
  return JSON.stringify({ editors: editors.map(({ id, input, dirty }) => ({ id, input, dirty })), activeEditorId, dock, layout });
}

/** Stored state as ours: fields of the wrong form fall back to their defaults, editors of the wrong form are left out. */
export function parseWorkbench(text: string | null): WorkbenchState {
  const stored = parseObject(text);
  const editors = Array.isArray(stored['editors']) ? stored['editors'].flatMap(parseEditor) : [];
  const active = stored['activeEditorId'];
  return {
    editors,
    activeEditorId: editors.some((editor) => editor.id === active) ? (active as string) : editors[editors.length - 1]?.id,
    dock: stored['dock'],
    visibleEditorIds: [],
    closed: [],
    layout: parseLayout(stored['layout']),
  };
}

function parseEditor(value: unknown): readonly OpenEditor[] {
  const { id, input, dirty } = asObject(value);
  const { kind, path, options } = asObject(input);
  if (typeof id !== 'string' || typeof kind !== 'string' || typeof path !== 'string') return [];
  const parsed: EditorInput = { kind, path, ...(options === undefined ? {} : { options: asObject(options) as Readonly<Record<string, JsonValue>> }) };
  return [{ id, input: parsed, dirty: dirty === true, place: '', revision: 0 }];
}

function parseLayout(value: unknown): WorkbenchLayout {
  const stored = asObject(value);
  const entries = Object.entries(INITIAL_WORKBENCH.layout).map(([key, fallback]) => [key, typeof stored[key] === typeof fallback ? stored[key] : fallback]);
  return Object.fromEntries(entries) as WorkbenchLayout;
}

function parseObject(text: string | null): Readonly<Record<string, unknown>> {
  try {
    return asObject(JSON.parse(text ?? '{}'));
  } catch {
    return {};
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
