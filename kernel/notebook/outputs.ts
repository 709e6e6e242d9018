import { outputShape, type Output } from '../rpc/notebooks.ts';
import { joinLines } from './ipynb.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';

/** The MIME type under which our own outputs stand in a notebook that keeps its outputs inline. */
export const LAKEBOOK_MIME = 'application/vnd.lakebook.output+json';
/** A foreign error as a `display`: `{ name, message, stack }`. */
export const ERROR_MIME = 'application/vnd.jupyter.error';

/** One nbformat output as the window shows it; undefined where nothing in it can be shown. */
export function parseFileOutput(output: JsonValue): Output | undefined {
  if (!isJsonObject(output)) return undefined;
  const type = output['output_type'];
  if (type === 'stream') return { kind: 'stream', name: output['name'] === 'stderr' ? 'stderr' : 'stdout', text: joinLines(output['text']) ?? '' };
  if (type === 'display_data' || type === 'execute_result') return parseBundle(isJsonObject(output['data']) ? output['data'] : {});
  return type === 'error' ? parseError(output) : undefined;
}

/** An output as nbformat 4 stores it, readable in Jupyter; {@link parseFileOutput} gives it back. */
export function formatFileOutput(output: Output): JsonObject {
  switch (output.kind) {
    case 'stream':
      return { name: output.name, output_type: 'stream', text: splitLines(output.text) };
    case 'display':
      return formatDisplay(output.data);
    case 'error':
      return displayData(output, `[${output.error.code}] ${output.error.message}`);
    case 'notice':
      return displayData(output, output.text);
    case 'written':
      return displayData(output, (output.receipt.written ?? []).map(({ name, version, operation }) => `${operation}: ${name} is at version ${version}`).join('\n'));
    case 'result':
      return displayData(output, `${output.rows} rows: ${output.columns.map(({ name, type }) => `${name} ${type}`).join(', ')}`);
  }
}

/** A text as nbformat's list of lines, each with its line end. */
export function splitLines(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/);
}

function parseBundle(data: JsonObject): Output {
  const own = data[LAKEBOOK_MIME];
  if (own !== undefined) {
    const parsed = outputShape.safeParse(own);
    if (parsed.success) return parsed.data;
  }
  return { kind: 'display', data: Object.fromEntries(Object.entries(data).map(([mime, value]) => [mime, bundleText(mime, value)])) };
}

function parseError(output: JsonObject): Output {
  const name = textOf(output['ename']);
  const message = textOf(output['evalue']);
  const traceback = output['traceback'];
  const stack = Array.isArray(traceback) ? traceback.map((line) => textOf(line as JsonValue)).join('\n') : '';
  return { kind: 'display', data: { [ERROR_MIME]: JSON.stringify({ name, message, stack }), 'text/plain': stack === '' ? `${name}: ${message}` : stack } };
}

function formatDisplay(data: Readonly<Record<string, string>>): JsonObject {
  const error = data[ERROR_MIME];
  if (error !== undefined) {
    const { name, message, stack } = JSON.parse(error) as Record<'name' | 'message' | 'stack', string>;
    return { ename: name, evalue: message, output_type: 'error', traceback: stack === '' ? [] : stack.split('\n') };
  }
  const bundle = Object.entries(data).map(([mime, text]): [string, JsonValue] => [mime, isJsonMime(mime) ? (JSON.parse(text) as JsonValue) : splitLines(text)]);
  return { data: Object.fromEntries(bundle), metadata: {}, output_type: 'display_data' };
}

function displayData(output: Output, text: string): JsonObject {
  return { data: { [LAKEBOOK_MIME]: JSON.parse(JSON.stringify(output)) as JsonValue, 'text/plain': splitLines(text) }, metadata: {}, output_type: 'display_data' };
}

function bundleText(mime: string, value: JsonValue): string {
  return isJsonMime(mime) ? JSON.stringify(value) : (joinLines(value) ?? JSON.stringify(value));
}

function isJsonMime(mime: string): boolean {
  return mime === 'application/json' || mime.endsWith('+json');
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
