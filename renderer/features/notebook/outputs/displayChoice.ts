import { ERROR_MIME } from '../../../../kernel/notebook/outputs.ts';

/** How a foreign MIME bundle is shown: the richest of its forms that needs no trust. */
export type DisplayChoice =
  | { readonly kind: 'error'; readonly name: string; readonly message: string; readonly stack: string }
  | { readonly kind: 'html' | 'svg' | 'markdown' | 'text' | 'latex'; readonly text: string }
  | { readonly kind: 'image'; readonly url: string }
  | { readonly kind: 'unknown'; readonly types: readonly string[] };

/** Forms that would have to run scripts; their static neighbours are shown instead, and the reader is told. */
const SCRIPTED = ['application/vnd.plotly.v1+json', 'application/vnd.jupyter.widget-view+json', 'application/vnd.bokehjs_exec.v0+json', 'application/javascript', 'application/vnd.holoviews_exec.v0+json'];
const SCRIPTED_PREFIXES = ['application/vnd.vega', 'application/vnd.bokeh'];

export function chooseDisplay(data: Readonly<Record<string, string>>): DisplayChoice {
  const error = data[ERROR_MIME];
  if (error !== undefined) return parseErrorBundle(error);
  for (const type of ['png', 'jpeg', 'gif', 'webp']) {
    const image = data[`image/${type}`];
    // A picture beside HTML is the fallback of a scripted figure: better seen than an empty frame.
    if (image !== undefined && /^[A-Za-z0-9+/=\s]+$/.test(image)) return { kind: 'image', url: `data:image/${type};base64,${image.replace(/\s/g, '')}` };
  }
  if (data['image/svg+xml'] !== undefined) return { kind: 'svg', text: data['image/svg+xml'] };
  if (data['text/html'] !== undefined) return { kind: 'html', text: data['text/html'] };
  if (data['text/markdown'] !== undefined) return { kind: 'markdown', text: data['text/markdown'] };
  if (data['text/latex'] !== undefined) return { kind: 'latex', text: data['text/latex'] };
  if (data['application/json'] !== undefined) return { kind: 'text', text: prettyJson(data['application/json']) };
  if (data['text/plain'] !== undefined) return { kind: 'text', text: data['text/plain'] };
  return { kind: 'unknown', types: Object.keys(data) };
}

/** The forms of a bundle that were passed over because they run scripts. */
export function scriptedTypes(data: Readonly<Record<string, string>>): string[] {
  return Object.keys(data).filter((type) => SCRIPTED.includes(type) || SCRIPTED_PREFIXES.some((prefix) => type.startsWith(prefix)));
}

function parseErrorBundle(text: string): DisplayChoice {
  try {
    const { name, message, stack } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return { kind: 'error', name: textOf(name) || 'Error', message: textOf(message), stack: textOf(stack) };
  } catch {
    return { kind: 'text', text };
  }
}

function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
