/**
 * The absolute file-system path that an absolute path or a `file:` URI means. `file:/a`, `file:///a` and `file://localhost/a`
 * are the same file; a URI's percent-encoding is undone, a plain path is taken as it is.
 * @returns undefined where `location` is neither
 */
export function localPath(location: string): string | undefined {
  if (location.startsWith('/')) return location;
  const uri = /^file:(?:\/\/(?:localhost)?(?=\/))?(\/.*)$/i.exec(location);
  return uri === null ? undefined : decodeURIComponent(uri[1] ?? '');
}

/** `folder/name` with exactly one slash between. */
export function joinPath(folder: string, name: string): string {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}
