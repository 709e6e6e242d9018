import type { Command } from './contribution.ts';

/** Runs commands by id, as menus, buttons and features do. */
export interface CommandRunner {
  readonly all: readonly Command[];
  /** Errors become notifications; an unknown id does nothing. Whoever offers the command has asked `isEnabled`. */
  readonly run: (id: string, argument?: unknown) => void;
  readonly isEnabled: (id: string) => boolean;
  /** The first key combination as text for menus and tooltips: `Ctrl+Shift+P`; undefined where there is none. */
  readonly keysText: (id: string) => string | undefined;
}
