import type { JavaScriptFunction } from '../../scalarFunctions.ts';
import { getJsonObject } from './jsonPaths.ts';
import { readJson, SPARK_JSON, writeJson } from './jsonReader.ts';
import { fromJson, jsonReading } from './jsonValues.ts';
import { remembered } from './memo.ts';

/** Options as one text: names and values in lower case, one a line. */
const readingOf = remembered((options) => jsonReading(new Map(options.split('\n').filter((line) => line !== '').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))));

function arrayLength(json: string): number | null {
  const node = readJson(json, { ...SPARK_JSON, allowNonNumericNumbers: false });
  return node !== undefined && node !== 'empty' && node.kind === 'array' ? node.items.length : null;
}

function objectKeys(json: string): string | null {
  const node = readJson(json, { ...SPARK_JSON, allowNonNumericNumbers: false });
  return node !== undefined && node !== 'empty' && node.kind === 'object' ? JSON.stringify(node.entries.map(([name]) => name)) : null;
}

/** A field of the object, the last of its name, as text. */
function objectField(json: string, name: string): string | null {
  const node = readJson(json, SPARK_JSON);
  if (node === undefined || node === 'empty' || node.kind !== 'object') return null;
  const value = node.entries.filter(([key]) => key === name).at(-1)?.[1];
  return value === undefined || value.kind === 'null' ? null : value.kind === 'string' ? value.text : writeJson(value);
}

export const jsonFunctions: readonly JavaScriptFunction[] = [
  { name: 'js_from_json', parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR'], returns: 'VARCHAR', evaluate: (json, schema, options) => fromJson(json as string, schema as string, readingOf(options as string)) },
  { name: 'js_get_json', parameters: ['VARCHAR', 'VARCHAR'], returns: 'VARCHAR', evaluate: (json, path) => getJsonObject(json as string, path as string) },
  { name: 'js_json_array_length', parameters: ['VARCHAR'], returns: 'INTEGER', evaluate: (json) => arrayLength(json as string) },
  { name: 'js_json_object_keys', parameters: ['VARCHAR'], returns: 'VARCHAR', evaluate: (json) => objectKeys(json as string) },
  { name: 'js_json_field', parameters: ['VARCHAR', 'VARCHAR'], returns: 'VARCHAR', evaluate: (json, name) => objectField(json as string, name as string) },
];
