import type { ChangeBound, FileFormat, SessionSettings, TableReference, TableVersion } from './catalog.ts';
import { TokenCursor } from './parser/cursor.ts';
import type { CallArgument, Expression } from './tree/expressions.ts';
import type { Relation, RelationOf, TableRelation, TimeTravel } from './tree/queries.ts';
import type { Statement } from './tree/statements.ts';
import { fixedOffsetSeconds, MICROS_PER_DAY, parseTimestamp } from './types/datetimes.ts';

const FORMATS: Readonly<Record<string, FileFormat>> = { delta: 'delta', parquet: 'parquet', csv: 'csv', json: 'json', text: 'text', orc: 'orc', avro: 'avro', binaryfile: 'binaryFile' };
const EXTENSIONS: Readonly<Record<string, FileFormat>> = { csv: 'csv', tsv: 'csv', json: 'json', jsonl: 'json', ndjson: 'json', parquet: 'parquet', orc: 'orc', avro: 'avro', txt: 'text' };
const INTERVAL_MICROS: Readonly<Record<string, bigint>> = { WEEK: 7n * MICROS_PER_DAY, DAY: MICROS_PER_DAY, HOUR: 3_600_000_000n, MINUTE: 60_000_000n, SECOND: 1_000_000n };

type Clock = Pick<SessionSettings, 'nowMicros' | 'timeZone'>;

/**
 * Every place of a statement, or of an expression, where stored data is read, in the order of the text; names of common table expressions are
 * none. Whoever runs the statement loads these tables, pins their versions, and only then resolves.
 */
export function collectTableReferences(statement: Statement | Expression, clock: Clock): readonly TableReference[] {
  const found: TableReference[] = [];
  new ReferenceWalker(clock, found).walk(statement, new Set());
  return found.sort((a, b) => a.start - b.start);
}

/** The reference of a table relation; undefined where its name is not known before the statement runs. */
export function tableReferenceOf(relation: TableRelation, clock: Clock): TableReference | undefined {
  if (relation.name.length === 0) return undefined;
  const first = relation.name[0]!;
  const last = relation.name.at(-1)!;
  const located = { id: relation.start, start: first.start, end: last.end };
  const source = sourceOf(relation.name.map((part) => part.text), last.quoted);
  if (source.kind === 'path' && source.format !== 'delta') return { ...located, kind: 'files', source, options: relation.options ?? {} };
  const version = versionOf(relation.timeTravel ?? optionTravel(relation), clock);
  const pathVersion = source.kind === 'path' ? /^(.*)@v(\d+)$/i.exec(source.path) : null;
  if (pathVersion !== null && version.kind === 'latest') return { ...located, kind: 'table', source: { ...source, path: pathVersion[1]! } as typeof source, version: { kind: 'version', version: Number(pathVersion[2]) } };
  return { ...located, kind: 'table', source, version };
}

/** `WITH ('versionAsOf' = '3')` says what `VERSION AS OF 3` says. */
function optionTravel({ options = {}, start, end }: TableRelation): TimeTravel | undefined {
  const text = (value: string): Expression => ({ kind: 'string', value, start, end });
  const { versionasof: version, timestampasof: timestamp } = options;
  if (version !== undefined) return { kind: 'version', version: text(version) };
  return timestamp === undefined ? undefined : { kind: 'timestamp', timestamp: text(timestamp) };
}

/** The reference of `table_changes(…)` or `read_files(…)`; undefined for other functions or arguments that are no constants. */
export function functionReferenceOf(relation: RelationOf<'function'>, clock: Clock): TableReference | undefined {
  const name = relation.name.at(-1)!.text.toLowerCase();
  const located = { id: relation.start, start: relation.start, end: relation.end };
  if (name === 'read_files') return filesReference(relation.arguments, located);
  if (name !== 'table_changes' && name !== 'table_changes_by_path') return undefined;
  const [table, from, to] = relation.arguments.map((argument) => argument.value);
  const path = constantText(table);
  if (path === undefined) return undefined;
  const start = boundOf(from);
  if (start === undefined) return undefined;
  const source = name === 'table_changes_by_path' ? ({ kind: 'path', format: 'delta', path } as const) : namedSource(path);
  if (source === undefined) return undefined;
  void clock;
  return { ...located, kind: 'changes', source, from: start, to: boundOf(to) };
}

class ReferenceWalker {
  readonly #clock: Clock;
  readonly #found: TableReference[];

  constructor(clock: Clock, found: TableReference[]) {
    this.#clock = clock;
    this.#found = found;
  }

  walk(node: unknown, ctes: ReadonlySet<string>): void {
    if (Array.isArray(node)) {
      for (const item of node) this.walk(item, ctes);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    const tree = node as { readonly kind?: string };
    if (tree.kind === 'query') return this.#query(node as Extract<Statement, { kind: 'query' }>, ctes);
    if (tree.kind === 'table' && 'timeTravel' in node) this.#table(node as TableRelation, ctes);
    if (tree.kind === 'function' && 'lateral' in node) this.#add(functionReferenceOf(node as RelationOf<'function'>, this.#clock));
    for (const value of Object.values(node)) if (typeof value === 'object') this.walk(value, ctes);
  }

  #query(query: Extract<Statement, { kind: 'query' }>, outer: ReadonlySet<string>): void {
    const names = new Set(outer);
    for (const cte of query.ctes) {
      const own = cte.name.text.toLowerCase();
      this.walk(cte.query, query.recursive ? new Set([...names, own]) : names);
      names.add(own);
    }
    const { ctes, ...rest } = query;
    void ctes;
    for (const value of Object.values(rest)) if (typeof value === 'object') this.walk(value, names);
  }

  #table(relation: TableRelation, ctes: ReadonlySet<string>): void {
    const cte = relation.name.length === 1 && relation.timeTravel === undefined && ctes.has(relation.name[0]!.text.toLowerCase());
    if (!cte) this.#add(tableReferenceOf(relation, this.#clock));
  }

  #add(reference: TableReference | undefined): void {
    if (reference !== undefined && !this.#found.some((known) => known.id === reference.id)) this.#found.push(reference);
  }
}

/** Whether a tree reads a relation of this name alone, such as a CTE. */
export function mentions(node: unknown, name: string): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if ('kind' in node && node.kind === 'table' && 'timeTravel' in node) {
    const { name: parts } = node as TableRelation;
    if (parts.length === 1 && parts[0]!.text.toLowerCase() === name.toLowerCase()) return true;
  }
  return Object.values(node).some((each) => mentions(each, name));
}

function sourceOf(parts: readonly string[], pathQuoted: boolean): TableReference['source'] {
  const format = parts.length === 2 && (pathQuoted || parts[1]!.includes('/')) ? FORMATS[parts[0]!.toLowerCase()] : undefined;
  return format === undefined ? { kind: 'name', parts } : { kind: 'path', format, path: parts[1]! };
}

/** A name given as a text: `'main.s.t'`, `` 'delta.`/p`' ``. */
function namedSource(text: string): TableReference['source'] | undefined {
  const cursor = new TokenCursor(text);
  const parts = cursor.attempt(() => cursor.names());
  return parts === undefined || !cursor.atEnd ? undefined : sourceOf(parts.map((part) => part.text), parts.at(-1)!.quoted);
}

function filesReference(given: readonly CallArgument[], located: { readonly id: number; readonly start: number; readonly end: number }): TableReference | undefined {
  const options: Record<string, string> = {};
  let path: string | undefined;
  for (const argument of given) {
    const text = constantText(argument.value);
    if (text === undefined) return undefined;
    if (argument.name === undefined || argument.name.toLowerCase() === 'path') path ??= text;
    else options[argument.name.toLowerCase()] = text;
  }
  if (path === undefined) return undefined;
  const { format: named, ...rest } = options;
  const extension = /\.(\w+)(?:\.gz|\.zst)?$/.exec(path)?.[1]?.toLowerCase() ?? '';
  const format = named === undefined ? EXTENSIONS[extension] : FORMATS[named.toLowerCase()];
  if (format === undefined) return undefined;
  return { ...located, kind: 'files', source: { kind: 'path', format, path }, options: rest };
}

function constantText(node: Expression | undefined): string | undefined {
  switch (node?.kind) {
    case 'string':
      return node.value;
    case 'number':
      return node.text;
    case 'boolean':
      return String(node.value);
    case 'unary': {
      const operand = constantText(node.operand);
      return operand === undefined ? undefined : `${node.operator}${operand}`;
    }
    case 'name':
      return node.parts.map((part) => (part.quoted ? `\`${part.text}\`` : part.text)).join('.');
    default:
      return undefined;
  }
}

function boundOf(node: Expression | undefined): ChangeBound | undefined {
  if (node?.kind === 'number' && /^\d+$/.test(node.text)) return { kind: 'version', version: Number(node.text) };
  if (node?.kind === 'string') return { kind: 'timestamp', text: node.value };
  return node?.kind === 'typed' ? { kind: 'timestamp', text: node.text } : undefined;
}

function versionOf(travel: TimeTravel | undefined, clock: Clock): TableVersion {
  if (travel === undefined) return { kind: 'latest' };
  if (travel.kind === 'version') {
    const text = constantText(travel.version);
    return text !== undefined && /^\d+$/.test(text) ? { kind: 'version', version: Number(text) } : { kind: 'noVersion', text: text ?? '…' };
  }
  if (travel.timestamp.kind === 'string') return { kind: 'timestamp', text: travel.timestamp.value };
  const micros = constantInstant(travel.timestamp, clock);
  return micros === undefined ? { kind: 'timestamp', text: '' } : { kind: 'timestampMicros', micros };
}

/** The instant of a constant expression over the clock: `current_timestamp() - INTERVAL 1 DAY`, `date_sub(current_date(), 1)`. */
function constantInstant(node: Expression, clock: Clock): bigint | undefined {
  const offset = BigInt(fixedOffsetSeconds(clock.timeZone) ?? 0) * 1_000_000n;
  switch (node.kind) {
    case 'string':
    case 'typed': {
      const parsed = parseTimestamp(node.kind === 'string' ? node.value : node.text);
      if (parsed === undefined) return undefined;
      const zone = parsed.zone === undefined ? offset : BigInt(fixedOffsetSeconds(parsed.zone) ?? 0) * 1_000_000n;
      return parsed.localMicros - zone;
    }
    case 'name':
    case 'call':
      return clockCall(node, clock, offset);
    case 'cast':
      return constantInstant(node.operand, clock);
    case 'binary': {
      const left = constantInstant(node.left, clock);
      const right = node.right.kind === 'interval' ? intervalMicros(node.right) : undefined;
      if (left === undefined || right === undefined) return undefined;
      return node.operator === '+' ? left + right : node.operator === '-' ? left - right : undefined;
    }
    default:
      return undefined;
  }
}

function clockCall(node: Extract<Expression, { kind: 'name' | 'call' }>, clock: Clock, offset: bigint): bigint | undefined {
  const name = (node.kind === 'name' ? node.parts : node.name).at(-1)!.text.toLowerCase();
  const today = ((clock.nowMicros + offset) / MICROS_PER_DAY) * MICROS_PER_DAY - offset;
  if (name === 'current_timestamp' || name === 'now') return clock.nowMicros;
  if (name === 'current_date') return today;
  if (node.kind !== 'call' || (name !== 'date_sub' && name !== 'date_add')) return undefined;
  const [date, days] = node.arguments.map((argument) => argument.value);
  const start = date && constantInstant(date, clock);
  if (start === undefined || days?.kind !== 'number') return undefined;
  const shift = BigInt(days.text) * MICROS_PER_DAY;
  return name === 'date_add' ? start + shift : start - shift;
}

function intervalMicros(node: Extract<Expression, { kind: 'interval' }>): bigint | undefined {
  let micros = 0n;
  for (const { value, unit, to } of node.parts) {
    const each = INTERVAL_MICROS[unit];
    const text = constantText(value);
    if (each === undefined || to !== undefined || text === undefined || !/^-?\d+$/.test(text)) return undefined;
    micros += BigInt(text) * each;
  }
  return micros;
}

/** Whether a relation names stored data by a function. */
export function isFileFunction(relation: Relation): boolean {
  return relation.kind === 'function' && ['read_files', 'table_changes', 'table_changes_by_path'].includes(relation.name.at(-1)!.text.toLowerCase());
}
