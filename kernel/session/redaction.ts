import { isSecretName, REDACTED } from '../query/secretNames.ts';

/** Shorter values stand in any text by chance. */
const FOUND_LENGTH_MIN = 4;

/** Keeps the values of parameters with secret names out of what a statement leaves behind. */
export interface Redaction {
  /** The parameters as they may be shown. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether one of the values has to be kept out of other texts. */
  readonly isNeeded: boolean;
  /** A value of JSON without them, in every text of it. */
  readonly apply: <Value>(value: Value) => Value;
}

/** @param parameters those that a statement names, with their values */
export function redactionOf(parameters: Readonly<Record<string, string>>): Redaction {
  const entries = Object.entries(parameters);
  const secrets = entries.flatMap(([name, value]) => (isSecretName(name) && value.length >= FOUND_LENGTH_MIN ? [value] : []));
  // longest first: one may hold another
  const spellings = [...new Set(secrets.flatMap((value) => [value, value.replaceAll("'", "''"), value.replaceAll("'", "\\'")]))].sort((a, b) => b.length - a.length);
  const clean = (text: string): string => spellings.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
  return {
    parameters: Object.fromEntries(entries.map(([name, value]) => [name, isSecretName(name) ? REDACTED : clean(value)])),
    isNeeded: spellings.length > 0,
    apply: (value) => (spellings.length === 0 ? value : mapTexts(value, clean)),
  };
}

function mapTexts<Value>(value: Value, change: (text: string) => string): Value {
  return JSON.parse(JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? change(part) : part))) as Value; // the same shape, since only texts change
}

// Bounded repetitions: a statement may be a megabyte of one word.
const SECRET_KEY = String.raw`(?:secret|password|token|access[.]?key)[\w.]{0,64}`;
const QUOTED = String.raw`'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"`;
/** A text that is set to something of a secret name: `password 'x'`, `'api.token' = 'x'`, `token => 'x'`. */
const SECRET_TEXT = new RegExp(String.raw`(${SECRET_KEY}['"\x60]?\s{0,16}(?:=>?\s{0,16})?)(${QUOTED})`, 'gi');
/** The rest of `SET x.token = …`. */
const SECRET_SETTING = new RegExp(String.raw`^(\s*SET\s+\x60?[\w.]{0,64}?${SECRET_KEY}\x60?\s*=\s*)(?!\s*['"])(.+)$`, 'is');

/** A statement with stars for the secrets that stand in it, each place as long as before: spans still point right. */
export function redactSource(source: string): string {
  const stars = (text: string): string => text.replace(/\S/g, '*');
  return source
    .replace(SECRET_TEXT, (_, key: string, text: string) => `${key}${text.slice(0, 1)}${stars(text.slice(1, -1))}${text.slice(-1)}`)
    .replace(SECRET_SETTING, (_, key: string, value: string) => `${key}${stars(value)}`);
}
