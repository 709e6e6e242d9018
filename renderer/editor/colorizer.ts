import { loadedMonaco } from './loadMonaco.ts';

const ENTRIES_MAX = 1_000;
const cache = new Map<string, string>();

/** Monaco's HTML of a text (escaped by Monaco, one `<br/>` per line), if it was painted before. */
export function cachedColors(text: string, language: string): string | undefined {
  const key = keyOf(text, language);
  const html = cache.get(key);
  if (html !== undefined) {
    cache.delete(key);
    cache.set(key, html); // the oldest entry goes first
  }
  return html;
}

/** Colours a text, or undefined while Monaco is not loaded. */
export async function colorize(text: string, language: string): Promise<string | undefined> {
  const monaco = loadedMonaco();
  if (monaco === undefined) return undefined;
  const html = await monaco.editor.colorize(text, language, { tabSize: 2 });
  cache.set(keyOf(text, language), html);
  const oldest = cache.size > ENTRIES_MAX ? cache.keys().next().value : undefined;
  if (oldest !== undefined) cache.delete(oldest);
  return html;
}

function keyOf(text: string, language: string): string {
  return `${language}\n${text}`;
}
