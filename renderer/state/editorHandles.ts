import type { Disposable } from '../../kernel/base/disposable.ts';
import { Emitter } from '../../kernel/base/events.ts';

/** Names a kind of object that open editors offer to commands (a notebook's session, say). One constant per kind. */
export interface HandleKey<Handle> {
  readonly name: string;
  /** Only for the type. */
  readonly handle?: Handle;
}

export function createHandleKey<Handle>(name: string): HandleKey<Handle> {
  return { name };
}

/** Where mounted editors put what their feature's commands work on, so that commands need no globals. */
export interface EditorHandles {
  /** Dispose it when the editor goes. */
  provide<Handle>(key: HandleKey<Handle>, editorId: string, handle: Handle): Disposable;
  get<Handle>(key: HandleKey<Handle>, editorId: string | undefined): Handle | undefined;
  all<Handle>(key: HandleKey<Handle>): readonly Handle[];
  /** A handle came or went. */
  onChange(listener: () => void): Disposable;
}

export function createEditorHandles(): EditorHandles {
  const handles = new Map<string, Map<string, unknown>>();
  const changed = new Emitter<undefined>();
  return {
    provide: (key, editorId, handle) => {
      const byEditor = handles.get(key.name) ?? new Map<string, unknown>();
      handles.set(key.name, byEditor.set(editorId, handle));
      changed.emit(undefined);
      return {
        dispose: () => {
          if (byEditor.get(editorId) !== handle) return;
          byEditor.delete(editorId);
          changed.emit(undefined);
        },
      };
    },
    get: <Handle>(key: HandleKey<Handle>, editorId: string | undefined) =>
      editorId === undefined ? undefined : (handles.get(key.name)?.get(editorId) as Handle | undefined),
    all: <Handle>(key: HandleKey<Handle>) => [...(handles.get(key.name)?.values() ?? [])] as Handle[],
    onChange: (listener) => changed.subscribe(listener),
  };
}

/** What the workbench asks before it closes a tab. */
export interface CloseGuard {
  /** Resolves to false where the user wants to stay. */
  confirmClose(): Promise<boolean>;
}
export const CLOSE_GUARD = createHandleKey<CloseGuard>('closeGuard');
