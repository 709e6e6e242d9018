import { userInfo } from 'node:os';
import { CATALOG_NAME, DEFAULT_SCHEMA } from '../catalog/tableName.ts';
import { LakebookError } from '../base/errors.ts';
import { TemporaryObjects } from './temporaryObjects.ts';
import { SessionParameters } from './sessionParameters.ts';
import { SessionVariables } from './sessionVariables.ts';

/** Settings that statements may change, with Spark's keys. */
export interface QuerySettings {
  readonly ansi: boolean;
  /** An IANA zone or an offset. */
  readonly timeZone: string;
}

const DEFAULTS: QuerySettings = { ansi: true, timeZone: 'UTC' };
/** What writers of tables look up by name. */
const WRITER_KEYS: ReadonlySet<string> = new Set(['spark.databricks.delta.commitinfo.usermetadata', 'spark.databricks.delta.write.txnappid', 'spark.databricks.delta.write.txnversion']);
const PARTITION_OVERWRITE_KEY = 'spark.sql.sources.partitionoverwritemode';
const AUTO_MERGE_KEY = 'spark.databricks.delta.schema.automerge.enabled';
const ANSI_KEY = 'spark.sql.ansi.enabled';
const TIME_ZONE_KEY = 'spark.sql.session.timezone';

/** What lasts from statement to statement: where names are looked up, and the settings. One statement at a time. */
export class QuerySession {
  #settings: QuerySettings = DEFAULTS;
  #schema = DEFAULT_SCHEMA;
  readonly temporaries: TemporaryObjects;
  readonly variables: SessionVariables;
  readonly parameters: SessionParameters;
  /** Keys that Spark knows and that change nothing here, as they were set. */
  readonly #inert = new Map<string, string>();

  constructor(temporaries = new TemporaryObjects(), variables = new SessionVariables(), parameters = new SessionParameters()) {
    this.temporaries = temporaries;
    this.variables = variables;
    this.parameters = parameters;
  }

  get settings(): QuerySettings {
    return this.#settings;
  }
  /** Who runs statements, as `current_user()` tells. */
  readonly user = userName();

  /** `spark.sql.sources.partitionOverwriteMode`: whether INSERT OVERWRITE leaves partitions that it does not write. */
  get overwritesPartitionsOnly(): boolean {
    return this.get(PARTITION_OVERWRITE_KEY)?.toLowerCase() === 'dynamic';
  }

  /** `spark.databricks.delta.schema.autoMerge.enabled`: whether tables take columns that written rows bring along. */
  get evolvesSchemas(): boolean {
    return this.get(AUTO_MERGE_KEY) === 'true';
  }

  get catalog(): string {
    return CATALOG_NAME;
  }
  get schema(): string {
    return this.#schema;
  }

  /** A session with the same settings and other objects: what is tried out in it leaves this one as it is. */
  withTemporaries(temporaries: TemporaryObjects): QuerySession {
    const other = new QuerySession(temporaries, this.variables.copy(), this.parameters);
    other.#settings = this.#settings;
    other.#schema = this.#schema;
    for (const [key, value] of this.#inert) other.#inert.set(key, value);
    return other;
  }

  /** A session with the same objects and settings, and other values of parameters. */
  withParameters(parameters: Parameters<SessionParameters['give']>[0]): QuerySession {
    const other = new QuerySession(this.temporaries, this.variables, this.parameters.with(parameters));
    other.#settings = this.#settings;
    other.#schema = this.#schema;
    for (const [key, value] of this.#inert) other.#inert.set(key, value);
    return other;
  }

  useSchema(schema: string): void {
    this.#schema = schema;
  }

  /** @throws LakebookError INVALID_CONF_VALUE, INVALID_TIMEZONE */
  setTimeZone(zone: string): void {
    this.#settings = { ...this.#settings, timeZone: parseTimeZone(zone) };
  }

  /**
   * Sets a key; false where it has no effect on this engine.
   * @throws LakebookError INVALID_CONF_VALUE, INVALID_TIMEZONE
   */
  set(key: string, value: string): boolean {
    switch (key.toLowerCase()) {
      case ANSI_KEY:
        this.#settings = { ...this.#settings, ansi: parseBoolean(key, value) };
        return true;
      case TIME_ZONE_KEY:
        this.setTimeZone(value);
        return true;
      case PARTITION_OVERWRITE_KEY:
        if (!['static', 'dynamic'].includes(value.toLowerCase())) throw new LakebookError('INVALID_CONF_VALUE', { confName: key, confValue: value, expected: 'static or dynamic' });
        this.#inert.set(PARTITION_OVERWRITE_KEY, value);
        return true;
      case AUTO_MERGE_KEY:
        this.#inert.set(AUTO_MERGE_KEY, String(parseBoolean(key, value)));
        return true;
      default:
        this.#inert.set(key, value);
        return WRITER_KEYS.has(key.toLowerCase());
    }
  }

  get(key: string): string | undefined {
    switch (key.toLowerCase()) {
      case ANSI_KEY:
        return String(this.#settings.ansi);
      case TIME_ZONE_KEY:
        return this.#settings.timeZone;
      default:
        return this.#inert.get(key) ?? this.#inert.get(key.toLowerCase());
    }
  }

  /** One key, or all of them, back to what a new session has. */
  reset(key: string | undefined): void {
    const name = key?.toLowerCase();
    if (name === undefined || name === ANSI_KEY) this.#settings = { ...this.#settings, ansi: DEFAULTS.ansi };
    if (name === undefined || name === TIME_ZONE_KEY) this.#settings = { ...this.#settings, timeZone: DEFAULTS.timeZone };
    if (key === undefined) this.#inert.clear();
    else for (const spelling of [key, key.toLowerCase()]) this.#inert.delete(spelling);
  }

  /** Every key that has a value, sorted. */
  entries(): readonly (readonly [string, string])[] {
    const own: readonly (readonly [string, string])[] = [
      [ANSI_KEY, String(this.#settings.ansi)],
      ['spark.sql.session.timeZone', this.#settings.timeZone],
    ];
    return [...own, ...this.#inert].sort(([left], [right]) => (left < right ? -1 : 1));
  }
}

function parseBoolean(key: string, value: string): boolean {
  const text = value.trim().toLowerCase();
  if (text !== 'true' && text !== 'false') throw new LakebookError('INVALID_CONF_VALUE', { confName: key, confValue: value, expected: 'true or false' });
  return text === 'true';
}

/** Zones as Spark takes them: an IANA name, `Z`, `UTC`, or an offset such as `+01:00`, `+1:00`, `GMT+1`. */
function parseTimeZone(zone: string): string {
  const text = zone.trim();
  const offset = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::00)?$/.exec(text);
  if (offset !== null) {
    const [, sign, hours, minutes = '00'] = offset;
    if (Number(hours) <= 18 && Number(minutes) < 60) return `${sign}${hours!.padStart(2, '0')}:${minutes}`;
  }
  if (text === 'Z') return 'UTC';
  try {
    if (/^[A-Za-z][\w+/-]*$/.test(text)) return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone === 'UTC' ? 'UTC' : text;
  } catch {
    // no such zone: refused below, by name
  }
  throw new LakebookError('INVALID_TIMEZONE', { timeZone: zone });
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'user'; // a user id without an account, as in some containers
  }
}
