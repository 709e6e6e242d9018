import { parseSchemaText } from '../sql/parse.ts';
import type { ParameterValues } from '../sql/binding.ts';
import type { Expression, Located } from '../sql/tree/expressions.ts';
import { type DataType, isIntegral, STRING } from '../sql/types/dataType.ts';

/** A value from outside: a text, and the type it is meant to have (STRING by default). */
export interface ParameterText {
  readonly value: string;
  readonly type?: string | undefined;
}

/** Values of `:name`: what a run was given, else what widgets of the session say. */
export class SessionParameters {
  #given: ReadonlyMap<string, ParameterText> = new Map();
  readonly #widgets = new Map<string, ParameterText>();

  /** @throws LakebookError PARSE_SYNTAX_ERROR where a type is none */
  give(parameters: Readonly<Record<string, ParameterText>>): void {
    const entries = Object.entries(parameters);
    for (const [, { type }] of entries) if (type !== undefined) parseSchemaText(type);
    this.#given = new Map(entries.map(([name, parameter]) => [name.toLowerCase(), parameter]));
  }

  /** The same widgets, and what is given here beside what was given. */
  with(parameters: Readonly<Record<string, ParameterText>>): SessionParameters {
    const other = new SessionParameters();
    other.give({ ...Object.fromEntries(this.#given), ...parameters });
    for (const [name, parameter] of this.#widgets) other.#widgets.set(name, parameter);
    return other;
  }

  setWidget(name: string, value: string): void {
    const key = name.toLowerCase();
    if (!this.#widgets.has(key)) this.#widgets.set(key, { value });
  }

  /** False where there is none of this name. */
  removeWidget(name: string): boolean {
    const key = name.toLowerCase();
    const given = new Map(this.#given);
    const known = given.delete(key);
    this.#given = given;
    return this.#widgets.delete(key) || known;
  }

  /** Values of the parameters that a text names. */
  usedIn(text: string): Readonly<Record<string, string>> {
    const named = new Set([...text.matchAll(/:\s*`?(\w+)|\$\{\s*([\w.]+)|\{\{\s*([\w.]+)/g)].map((match) => (match[1] ?? match[2] ?? match[3] ?? '').toLowerCase()));
    return Object.fromEntries([...this.#widgets, ...this.#given].filter(([name]) => named.has(name)).map(([name, { value }]) => [name, value]));
  }

  /** Names in lower case, with the texts that they have now. */
  list(): ReadonlyMap<string, ParameterText> {
    return new Map([...this.#widgets, ...this.#given]);
  }

  values(): ParameterValues {
    const all = new Map([...this.#widgets, ...this.#given]);
    return {
      named: new Map([...all].map(([name, parameter]) => [name, (node) => parameterExpression(parameter, node)])),
      positional: [],
      texts: new Map([...all].map(([name, { value }]) => [name, value])),
    };
  }
}

const SUFFIXES: Readonly<Record<string, string>> = { tinyint: 'Y', smallint: 'S', bigint: 'L', int: '' };

function parameterExpression({ value, type }: ParameterText, node: Located): Expression {
  const { start, end } = node;
  const parsed: DataType = type === undefined ? STRING : parseSchemaText(type);
  const text: Expression = { kind: 'string', value, start, end };
  if (parsed.kind === 'string') return text;
  if (isIntegral(parsed) && /^-?\d+$/.test(value)) return { kind: 'number', text: value, suffix: SUFFIXES[parsed.kind] ?? '', start, end };
  return { kind: 'cast', operand: text, type: parsed, mode: 'cast', start, end };
}
