import { compileRegex } from './javaRegex.ts';

/** The parts of a URI (RFC 3986, appendix B). */
const URI = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;
const AUTHORITY = /^(?:([^@]*)@)?(\[[^\]]*\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9.])?)(?::(\d*))?$/;

/** A part of a URL, or the value of a key of its query; null where it has none. Parts are named in capitals. */
export function parseUrlPart(url: string, part: string, key: string | undefined): string | null {
  const match = URI.exec(url);
  if (match === null) return null;
  const [, scheme, authority, path = '', query, fragment] = match;
  const opaque = scheme !== undefined && authority === undefined && !path.startsWith('/');
  if (key !== undefined) return part === 'QUERY' && query !== undefined ? queryValue(query, key) : null;
  const server = authority === undefined ? null : AUTHORITY.exec(authority);
  switch (part) {
    case 'PROTOCOL':
      return scheme ?? null;
    case 'AUTHORITY':
      return authority === undefined || authority === '' ? null : authority;
    case 'HOST':
      return server?.[2] ?? null;
    case 'USERINFO':
      return server?.[1] ?? null;
    case 'PATH':
      return opaque ? null : path;
    case 'QUERY':
      return query ?? null;
    case 'REF':
      return fragment ?? null;
    case 'FILE':
      return opaque ? null : query === undefined ? path : `${path}?${query}`;
    default:
      return null;
  }
}

/** Spark puts the key into a regular expression as it is. @throws LakebookError where that makes no pattern */
function queryValue(query: string, key: string): string | null {
  return compileRegex(`(&|^)${key}=([^&]*)`).exec(query)?.[2] ?? null;
}
