import type { Located } from '../tree/expressions.ts';
import { tokenize } from '../lexer.ts';
import { analyseStatement, type ReadStatement, readStatement } from './analysis.ts';
import { quoteName } from './quoting.ts';
import type { KnownTables } from './recorder.ts';
import type { Occurrence, SqlSymbol, StatementModel } from './symbols.ts';
import type { SessionSettings } from '../catalog.ts';

/** What stands at an offset, the end of a name included. */
export function occurrenceAt(model: StatementModel, offset: number): Occurrence | undefined {
  return model.occurrences.find(({ start, end }) => start <= offset && offset < end) ?? model.occurrences.find(({ end }) => offset === end);
}

/** Where the name at an offset is defined in the statement; undefined for what comes from outside. */
export function definitionAt(model: StatementModel, offset: number): Located | undefined {
  const symbol = occurrenceAt(model, offset)?.symbol;
  return symbol !== undefined && 'definition' in symbol && symbol.definition !== undefined ? { start: symbol.definition.start, end: symbol.definition.end } : undefined;
}

/** Every place that names the same as the one at an offset. */
export function referencesAt(model: StatementModel, offset: number): readonly Occurrence[] {
  const symbol = occurrenceAt(model, offset)?.symbol;
  return symbol === undefined ? [] : model.occurrences.filter((occurrence) => sameSymbol(occurrence.symbol, symbol));
}

function sameSymbol(left: SqlSymbol, right: SqlSymbol): boolean {
  if (left === right) return true;
  return (left.kind === 'parameter' || left.kind === 'function') && left.kind === right.kind && left.name.toLowerCase() === right.name.toLowerCase();
}

/** What can be renamed at an offset, or why nothing can. */
export type RenameTarget = (Located & { readonly kind: 'name'; readonly name: string; readonly places: readonly Occurrence[] }) | { readonly kind: 'refused'; readonly reason: string };

export function renameTargetAt(model: StatementModel, offset: number): RenameTarget {
  const found = occurrenceAt(model, offset);
  if (found === undefined) return { kind: 'refused', reason: 'There is no name here.' };
  const { symbol } = found;
  switch (symbol.kind) {
    case 'table':
    case 'column':
    case 'field':
      return { kind: 'refused', reason: `${symbol.name} is stored: only names that this statement gives can be renamed here.` };
    case 'function':
    case 'parameter':
      return { kind: 'refused', reason: 'Only aliases, common table expressions, windows and variables can be renamed here.' };
    case 'alias':
      if (!symbol.named) return { kind: 'refused', reason: 'This column has no name of its own; give it one with AS.' };
      if (model.tied.has(symbol)) return { kind: 'refused', reason: `${symbol.name} is matched by its name (USING, NATURAL or BY NAME), so it cannot be renamed alone.` };
      break;
    case 'variable':
      if (symbol.of !== 'lambda') return { kind: 'refused', reason: `${symbol.name} is a variable that other statements may name, so it cannot be renamed here alone.` };
      break;
    case 'cte':
    case 'relation':
    case 'window':
      break;
  }
  return { kind: 'name', name: symbol.name, start: found.start, end: found.end, places: referencesAt(model, offset) };
}

export interface TextEdit extends Located {
  readonly text: string;
}
export type Renaming = { readonly kind: 'edits'; readonly edits: readonly TextEdit[] } | { readonly kind: 'refused'; readonly reason: string };

/** The edits that rename what stands at an offset, refused where any name of the statement would then mean something else. */
export function renameAt(statement: ReadStatement, offset: number, newName: string, settings: SessionSettings, tables: KnownTables): Renaming {
  const model = analyseStatement(statement, settings, tables);
  const target = renameTargetAt(model, offset);
  if (target.kind === 'refused') return target;
  if (newName.trim() === '') return { kind: 'refused', reason: 'The new name is empty.' };
  const edits = target.places.map(({ start, end }) => ({ start, end, text: writtenName(newName) }));
  const text = applyEdits(statement.text, edits);
  const after = analyseStatement(readStatement(text), settings, tables);
  if (!sameMeaning(model, after)) return { kind: 'refused', reason: `${newName} already means something else in this statement.` };
  return { kind: 'edits', edits };
}

/** A name that the user put in backticks himself stays as it is. */
function writtenName(name: string): string {
  const [first, last] = tokenize(name);
  return first?.kind === 'quoted' && last?.kind === 'end' ? name : quoteName(name);
}

export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  return [...edits].sort((left, right) => right.start - left.start).reduce((current, edit) => current.slice(0, edit.start) + edit.text + current.slice(edit.end), text);
}

/** Whether the n-th name of one text means the same as the n-th of the other, for all of them. */
function sameMeaning(before: StatementModel, after: StatementModel): boolean {
  const pattern = ({ occurrences }: StatementModel): string => {
    const numbers = new Map<SqlSymbol | string, number>();
    const numberOf = (symbol: SqlSymbol): number => {
      const key = symbol.kind === 'function' || symbol.kind === 'parameter' || symbol.kind === 'field' ? `${symbol.kind} ${symbol.name.toLowerCase()}` : symbol.kind === 'column' && symbol.table !== undefined ? `${symbol.table.name}.${symbol.name}` : symbol;
      if (!numbers.has(key)) numbers.set(key, numbers.size);
      return numbers.get(key)!;
    };
    return occurrences.map(({ symbol, role }) => `${role}${symbol.kind}${numberOf(symbol)}`).join(' ');
  };
  return pattern(before) === pattern(after);
}
