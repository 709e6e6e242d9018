import type { Disposable } from '../../kernel/base/disposable.ts';
import { Emitter } from '../../kernel/base/events.ts';

/** Names a kind of object that open editors and views offer to commands (a notebook's session, say). One constant per kind. */
export interface HandleKey<Handle> {
  readonly name: string;
  /** Only for the type. */
  readonly handle?: Handle;
}

export function createHandleKey<Handle>(name: string): HandleKey<Handle> {
  return { name };
}

/** Where editors and views put what their feature's commands work on, so that commands need no globals. The owner is an editor's or a view's id. */
export interface EditorHandles {
  /** Dispose it when the owner goes. */
  readonly provide: <Handle>(key: HandleKey<Handle>, ownerId: string, handle: Handle) => Disposable;
  readonly get: <Handle>(key: HandleKey<Handle>, ownerId: string | undefined) => Handle | undefined;
  readonly all: <Handle>(key: HandleKey<Handle>) => readonly Handle[];
  /** A handle came or went. */
  readonly onChange: (listener: () => void) => Disposable;
}

export function createEditorHandles(): EditorHandles {
  const handles = new Map<string, Map<string, unknown>>();
  const changed = new Emitter<undefined>();
  return {
    provide: (key, ownerId, handle) => {
      const byOwner = handles.get(key.name) ?? new Map<string, unknown>();
      handles.set(key.name, byOwner.set(ownerId, handle));
      changed.emit(undefined);
      return {
        dispose: () => {
          if (byOwner.get(ownerId) !== handle) return;
          byOwner.delete(ownerId);
          changed.emit(undefined);
        },
      };
    },
    get: <Handle>(key: HandleKey<Handle>, ownerId: string | undefined) =>
      ownerId === undefined ? undefined : (handles.get(key.name)?.get(ownerId) as Handle | undefined),
    all: <Handle>(key: HandleKey<Handle>) => [...(handles.get(key.name)?.values() ?? [])] as Handle[],
    onChange: (listener) => changed.subscribe(listener),
  };
}

/** What the workbench asks before it closes a tab. */
export interface CloseGuard {
  /** Resolves to false where the user wants to stay. */
  readonly confirmClose: () => Promise<boolean>;
}
export const CLOSE_GUARD = createHandleKey<CloseGuard>('closeGuard');
