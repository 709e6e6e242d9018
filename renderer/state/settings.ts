import { createStore, type StoreApi } from 'zustand/vanilla';

export type ThemeChoice = 'system' | ThemeName;
export type ThemeName = 'light' | 'dark' | 'hc-light' | 'hc-dark';

export interface Settings {
  readonly theme: ThemeChoice;
  /** Ids of commands from the palette, the last one first. */
  readonly recentCommands: readonly string[];
}
export type SettingsStore = StoreApi<Settings>;

const DEFAULT_SETTINGS: Settings = { theme: 'system', recentCommands: [] };

export function createSettingsStore(initial: Settings = DEFAULT_SETTINGS): SettingsStore {
  return createStore<Settings>(() => initial);
}

const THEME_CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark', 'hc-light', 'hc-dark'];

/** Stored settings as ours; what is unknown or unreadable falls back to the default. */
export function parseSettings(text: string | null): Settings {
  const stored = parseRecord(text);
  const theme = THEME_CHOICES.find((choice) => choice === stored['theme']);
  const recent = stored['recentCommands'];
  return {
    theme: theme ?? DEFAULT_SETTINGS.theme,
    recentCommands: Array.isArray(recent) ? recent.filter((id) => typeof id === 'string') : DEFAULT_SETTINGS.recentCommands,
  };
}

const RECENT_COMMANDS_MAX = 8;

export function nextRecentCommands(recent: readonly string[], used: string): readonly string[] {
  return [used, ...recent.filter((id) => id !== used)].slice(0, RECENT_COMMANDS_MAX);
}

function parseRecord(text: string | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** The theme to paint: the user's choice, or what the system prefers. */
export function resolveTheme(choice: ThemeChoice, system: { readonly dark: boolean; readonly moreContrast: boolean }): ThemeName {
  if (choice !== 'system') return choice;
  if (system.moreContrast) return system.dark ? 'hc-dark' : 'hc-light';
  return system.dark ? 'dark' : 'light';
}
