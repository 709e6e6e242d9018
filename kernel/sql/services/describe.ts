import { documentFunction, type FunctionDocumentation } from '../functions/documentation.ts';
import { findFunction } from '../functions/registry.ts';
import { type DataType, simpleString } from '../types/dataType.ts';
import type { KnownTable, ScopedColumn, SqlSymbol, SymbolOf } from './symbols.ts';

/** Columns of a table or query that a description lists; the rest is counted. */
const COLUMNS_SHOWN = 24;

/** What a symbol is, in Markdown. */
export function describeSymbol(symbol: SqlSymbol): string {
  switch (symbol.kind) {
    case 'table':
      return describeTable(symbol);
    case 'cte':
      return join([code(`WITH ${symbol.name}`), 'Common table expression.', columnList(symbol.columns())]);
    case 'relation':
      return join([code(symbol.of === undefined ? symbol.name : `${symbol.of.name} AS ${symbol.name}`), symbol.of === undefined ? 'Alias of a subquery.' : `Alias of ${symbol.of.kind === 'cte' ? 'a common table expression' : 'a table'}.`, columnList(symbol.columns())]);
    case 'column':
      return join([code(`${symbol.name} ${typeText(symbol.type())}${symbol.nullable === false ? ' NOT NULL' : ''}`), columnOrigin(symbol), symbol.comment === undefined ? '' : escapeMarkdown(symbol.comment)]);
    case 'alias':
      return join([code(`${symbol.name} ${typeText(symbol.type())}`), symbol.named ? 'Named in this statement.' : 'A column without a name of its own.']);
    case 'variable':
      return join([code(`${symbol.name} ${typeText(symbol.type())}`), VARIABLES[symbol.of]]);
    case 'field':
      return join([code(`${symbol.name} ${typeText(symbol.type())}`), 'Field of a struct.']);
    case 'window':
      return join([code(`WINDOW ${symbol.name}`), 'Named window.']);
    case 'parameter':
      return join([code(`:${symbol.name}${symbol.value === undefined ? '' : ` = '${symbol.value}'`}`), symbol.value === undefined ? 'Parameter: its value is given when the statement runs.' : 'Parameter, with the value that it has now.']);
    case 'function':
      return symbol.documentation === undefined ? (describeFunction(symbol.name) ?? '') : describeRoutine(symbol.documentation);
  }
}

const VARIABLES = { lambda: 'Variable of a lambda.', session: 'Variable of the session.', script: 'Variable of a script.', row: 'Row of a FOR loop.' } as const;

function describeTable({ name, table }: SymbolOf<'table'>): string {
  if (table === undefined) return join([code(name), 'This table was not found.']);
  return join([code(quotedName(table.name)), factLine(table), table.facts?.comment === undefined ? '' : escapeMarkdown(table.facts.comment), columnList(table.columns.map((column) => ({ ...column, type: () => column.type, partition: table.facts?.partitionColumns.includes(column.name) })))]);
}

/** `version 12 · 3 files · 1,204 rows · 2.4 MB · partitioned by (day)` */
function factLine({ facts }: KnownTable): string {
  if (facts === undefined) return '';
  const parts = [
    facts.version === undefined ? undefined : `version ${facts.version}`,
    facts.rows === undefined ? undefined : `${grouped(facts.rows)} row${facts.rows === 1 ? '' : 's'}`,
    facts.files === undefined ? undefined : `${grouped(facts.files)} file${facts.files === 1 ? '' : 's'}`,
    facts.bytes === undefined ? undefined : byteText(facts.bytes),
    facts.partitionColumns.length === 0 ? undefined : `partitioned by (${facts.partitionColumns.map(escapeMarkdown).join(', ')})`,
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}

function columnOrigin({ table }: SymbolOf<'column'>): string {
  if (table === undefined) return 'Column.';
  const known = table.kind === 'table' ? table.table : undefined;
  return `Column of \`${known === undefined ? table.name : quotedName(known.name)}\`.`;
}

/** How a function is called, what it does, and how faithful it is. Undefined where no function has the name. */
export function describeFunction(name: string): string | undefined {
  const documentation = documentFunction(name);
  const definition = findFunction(name);
  if (documentation === undefined && definition === undefined) return undefined;
  const signatures = documentation?.signatures ?? [`${name.toLowerCase()}(…)`];
  const group = definition === undefined ? '' : `${GROUPS[definition.group] ?? definition.group} function`;
  return join([code(signatures.join('\n')), documentation?.summary ?? '', [group, fidelity(definition)].filter((part) => part !== '').join(' · ')]);
}

/** A SQL function of the session. */
export function describeRoutine({ signatures, summary }: FunctionDocumentation): string {
  return join([code(signatures.join('\n')), escapeMarkdown(summary)]);
}

const GROUPS: Readonly<Record<string, string>> = { aggregate: 'Aggregate', window: 'Window', generator: 'Row-generating', table: 'Table', math: 'Math', string: 'String', date: 'Date and time', array: 'Array', map: 'Map', struct: 'Struct', lambda: 'Higher-order', json: 'JSON', conditional: 'Conditional', conversion: 'Conversion', hash: 'Hash', url: 'URL', misc: 'General', bitwise: 'Bitwise', variant: 'Variant', operator: 'Operator as a' };

function fidelity(definition: ReturnType<typeof findFunction>): string {
  switch (definition?.state) {
    case undefined:
      return 'not run on this engine';
    case 'exact':
      return 'exact: answers as Spark does';
    case 'approximate':
      return `approximate${definition.note === undefined ? '' : `: ${escapeMarkdown(definition.note)}`}`;
    case 'refused':
      return `refused on this engine${definition.note === undefined ? '' : `: ${escapeMarkdown(definition.note)}`}`;
  }
}

interface ListedColumn {
  readonly name: string;
  readonly type: () => DataType | undefined;
  readonly nullable: boolean;
  readonly hidden?: boolean;
  readonly comment?: string;
  readonly partition?: boolean | undefined;
}

function columnList(columns: readonly (ScopedColumn | ListedColumn)[]): string {
  const shown = columns.filter((column) => column.hidden !== true);
  if (shown.length === 0) return '';
  const lines = shown.slice(0, COLUMNS_SHOWN).map((column) => `${column.name} ${typeText(column.type())}${column.nullable ? '' : ' NOT NULL'}${'comment' in column && column.comment !== undefined ? ` -- ${column.comment.replaceAll(/\s+/g, ' ')}` : ''}`);
  const rest = shown.length - lines.length;
  return code([...lines, ...(rest > 0 ? [`… and ${rest} more`] : [])].join('\n'));
}

function typeText(type: DataType | undefined): string {
  return type === undefined ? '(type unknown)' : simpleString(type);
}

function quotedName(parts: readonly string[]): string {
  return parts.map((part) => (/^[A-Za-z_]\w*$/.test(part) ? part : `\`${part.replaceAll('`', '``')}\``)).join('.');
}

/** Names and comments are data: they are shown as they are, never as markup. */
function code(text: string): string {
  return `\`\`\`sql\n${text.replaceAll('```', "'''")}\n\`\`\``;
}

function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+\-.!<>|~&]/g, (sign) => `\\${sign}`);
}

function join(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

function grouped(number: number): string {
  return String(number).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

function byteText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
