/** What a link of a Markdown cell means here. */
export type LinkTarget =
  | { readonly kind: 'file'; /** Relative to the workspace. */ readonly path: string }
  | { readonly kind: 'external'; readonly url: string }
  | { readonly kind: 'none' };

/** @param notebookPath relative to the workspace; a link's path counts from its folder, or from the root with `/` */
export function resolveLink(href: string, notebookPath: string): LinkTarget {
  if (/^[a-z][a-z0-9+.-]*:/i.test(href)) return { kind: 'external', url: href };
  const [file = ''] = href.split(/[?#]/);
  if (file === '') return { kind: 'none' };
  const parts = file.startsWith('/') ? [] : notebookPath.split('/').slice(0, -1);
  for (const part of decode(file).split('/')) {
    if (part === '..') {
      if (parts.length === 0) return { kind: 'none' }; // above the workspace
      parts.pop();
    } else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.length === 0 ? { kind: 'none' } : { kind: 'file', path: parts.join('/') };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
