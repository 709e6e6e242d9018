import type { ComponentType } from 'react';
import type { ContextKeys } from './contextKeys.ts';
import type { EditorInput } from './editorInput.ts';
import type { Services } from './services.ts';
import type { ViewLocation } from './workbench.ts';

/** Something the user can do: by key, palette, menu or button. The four read this same data. */
export interface Command {
  /** `feature.verbNoun`; API for menus and key bindings. */
  readonly id: string;
  /** As the palette shows it: `category: title`. */
  readonly title: string;
  readonly category: string;
  /**
   * Key combinations, most usual first: modifiers `Mod` (Ctrl, on macOS Cmd), `Ctrl`, `Alt`, `Shift`, `Meta`, then
   * `KeyboardEvent.key`, upper or lower case alike: `Mod+Shift+P`, `Shift+Enter`, `Alt+ArrowUp`, `F6`. Two with a space
   * between are a sequence: `d d`. What types a character never fires where text is typed.
   */
  readonly keys?: readonly string[];
  /** Where the command works; elsewhere its keys do nothing and the palette leaves it out. Absent: everywhere. */
  readonly when?: (context: ContextKeys) => boolean;
  /** Left out of the palette, where it makes no sense without a key or an argument. */
  readonly hidden?: boolean;
  run(services: Services, argument?: unknown): void | Promise<void>;
}

export interface EditorProps {
  /** `workbench.setEditorDirty(editorId, …)` and `handles.provide(key, editorId, …)` take it. */
  readonly editorId: string;
  readonly input: EditorInput;
  /** Rises when the editor is asked for again (perhaps with other options). */
  readonly revision: number;
  /** The tab in front of the active group. */
  readonly active: boolean;
}

export interface EditorContribution {
  /** The {@link EditorInput} kind that it shows. */
  readonly kind: string;
  /** Files that open in it by default; the first contribution that says yes wins. Tables never match. */
  readonly matches?: (path: string) => boolean;
  readonly title: (input: EditorInput) => string;
  /** Codicon name; absent: the sign of the file's kind. */
  readonly icon?: string;
  /** A lazy component: `lazy(() => import('./NotebookEditor.tsx').then((m) => ({ default: m.NotebookEditor })))`. */
  readonly component: ComponentType<EditorProps>;
}

export interface ViewContribution {
  readonly id: string;
  readonly location: ViewLocation;
  readonly title: string;
  /** Codicon name, for the activity bar or the panel's tab. */
  readonly icon: string;
  /** Ascending; explorer 10, tables 20; log 10, history 20. */
  readonly order: number;
  readonly component: ComponentType;
  /** Buttons in the view's title bar, by command id, with a codicon each. */
  readonly actions?: readonly { readonly commandId: string; readonly icon: string }[];
}

interface StatusItemContribution {
  readonly id: string;
  readonly side: 'left' | 'right';
  /** Ascending from the outer edge. */
  readonly order: number;
  /** Renders nothing where it has nothing to say. */
  readonly component: ComponentType;
}

/** All that a feature adds to the workbench. Each feature exports one such value from its `contribution.ts`. */
export interface FeatureContribution {
  readonly id: string;
  readonly commands?: readonly Command[];
  readonly editors?: readonly EditorContribution[];
  readonly views?: readonly ViewContribution[];
  readonly statusItems?: readonly StatusItemContribution[];
  /** Rendered once above everything; each decides itself when to show something. */
  readonly overlays?: readonly ComponentType[];
}
