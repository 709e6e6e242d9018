/** Anything that JSON carries, since open editors come back after a restart. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue | undefined };

/**
 * What an editor tab shows. `kind` picks the editor (`notebook`, `text`, `table`, `welcome`), `path` is relative to the
 * workspace for files and absolute for tables, as the rpc topic of that kind has it. One tab per kind and path: options
 * do not make another.
 */
export interface EditorInput {
  readonly kind: string;
  readonly path: string;
  /** More of what to show: a table's version, for one. Restored with the tab. */
  readonly options?: Readonly<Record<string, JsonValue>>;
}

export function baseName(path: string): string {
  return path.slice(path.replace(/\/+$/, '').lastIndexOf('/') + 1).replace(/\/+$/, '');
}

/** '' for what lies in the root. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** True for `path` itself and for what lies below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || folder === '' || path.startsWith(`${folder}/`);
}

/** Lower-case extension without the dot; '' where there is none. */
export function extensionOf(path: string): string {
  const name = baseName(path);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
}
