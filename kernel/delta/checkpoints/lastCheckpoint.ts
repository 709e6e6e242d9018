import { joinPath } from '../../storage/paths.ts';
import type { Storage } from '../../storage/storage.ts';
import { toText, type Engine } from '../engine.ts';
import { readCheckpointHint } from '../logListing.ts';
import { logPathOf } from '../logSegment.ts';
import { literal } from '../sqlText.ts';

/** A value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const CHECKSUM = 'checksum';

/**
 * Writes `_last_checkpoint`, with its checksum, unless it names a newer checkpoint already.
 * @param content its first fields are `version` and `size`, which old readers want together
 * @see PROTOCOL.md "Last Checkpoint File Schema"
 */
export async function writeLastCheckpoint(at: { readonly engine: Engine; readonly storage: Storage; readonly table: string }, content: { readonly version: number } & Readonly<Record<string, Json>>): Promise<void> {
  const { engine, storage, table } = at;
  const known = await readCheckpointHint(storage, table);
  if (known !== undefined && known > content.version) return;
  const digest = await engine.select(`SELECT md5(${literal(canonicalJson(content))}) AS digest`);
  const text = JSON.stringify({ ...content, [CHECKSUM]: toText(digest.column('digest')[0]) });
  // Hadoop keeps a checksum of its own beside local files, and refuses a file that does not match it
  await storage.delete(joinPath(logPathOf(table), '._last_checkpoint.crc'));
  await storage.put(joinPath(logPathOf(table), '_last_checkpoint'), new TextEncoder().encode(text));
}

/** The text whose MD5 digest is a JSON object's checksum (PROTOCOL.md "JSON checksum"). Pure. */
export function canonicalJson(json: Readonly<Record<string, Json>>): string {
  const { [CHECKSUM]: _ignored, ...rest } = json;
  const leaves = canonicalLeaves(rest, []);
  // The texts are ASCII by now, so that their own order is that of their bytes
  return [...leaves].sort(([left], [right]) => (left < right ? -1 : 1)).map(([path, value]) => `${path}=${value}`).join(',');
}

function canonicalLeaves(json: Json, path: readonly string[]): readonly (readonly [string, string])[] {
  if (json === null || typeof json !== 'object') return [[path.join('+'), typeof json === 'string' ? quoted(json) : String(json)]];
  if (isList(json)) return json.flatMap((item, index) => canonicalLeaves(item, [...path, String(index)]));
  return Object.entries(json).flatMap(([key, value]) => canonicalLeaves(value, [...path, quoted(key)]));
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

function quoted(text: string): string {
  const encoded = [...new TextEncoder().encode(text)].map((octet) => {
    const sign = String.fromCharCode(octet);
    return /[A-Za-z0-9\-._~]/.test(sign) ? sign : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return `"${encoded.join('')}"`;
}
