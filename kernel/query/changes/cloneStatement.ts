import { LakebookError } from '../../base/errors.ts';
import { cloneTable } from '../../delta/commands/cloneTable.ts';
import { NO_ROWS } from '../../delta/commands/commandResult.ts';
import { tableReferenceOf } from '../../sql/references.ts';
import { spanOf } from '../../sql/span.ts';
import type { StatementOf } from '../../sql/tree/statements.ts';
import { pointAt } from '../errorPlace.ts';
import type { StatementContext } from '../selectStatement.ts';
import { readsOf, tableNotFound } from '../tableStatements.ts';
import { beginOn } from './changedTable.ts';
import type { ChangePlan } from './prepareChange.ts';
import { checkLocation, checkVacant, placeOf, quoted } from './tablePlaces.ts';

/** CREATE TABLE … SHALLOW CLONE. */
export async function planClone({ name, replace, ifNotExists, depth, source, clauses, ...at }: StatementOf<'cloneTable'>, context: StatementContext): Promise<ChangePlan> {
  const { text, pinned, settings, dependencies } = context;
  const refuse = (feature: string, reason: string): LakebookError => new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature, reason }, { span: spanOf(text, at) });
  if (depth === 'deep') throw refuse('DEEP CLONE', 'the files of a table are not copied here yet: use SHALLOW CLONE, or CREATE TABLE AS SELECT');
  const [odd] = Object.keys(clauses).filter((clause) => clause !== 'properties' && clause !== 'location');
  if (odd !== undefined) throw refuse(`The clause ${odd} of a clone`, 'the other table says it');
  const reference = tableReferenceOf(source, settings);
  if (reference === undefined) throw refuse('A table named by an expression', 'its name is known only when the statement runs');
  const found = await pinned.pin(reference);
  if (found === undefined) throw await tableNotFound(text, reference, dependencies.catalog);
  if (found.kind !== 'table') throw refuse('A clone of what is no Delta table', 'use CREATE TABLE AS SELECT');
  const place = await placeOf(name, clauses.location, context);
  const { located, isNamed } = place;
  const open = await beginOn(located, context);
  const isThere = open.base !== undefined && (isNamed || located.byPath);
  const plan = { located, operation: 'CLONE', reads: readsOf(found), files: [], notices: [] };
  if (replace === 'none' && isThere && ifNotExists) return { ...plan, run: async () => ({ committed: undefined, metrics: {}, rows: NO_ROWS }) };
  try {
    if (replace === 'none' && isThere) throw new LakebookError('DELTA_TABLE_ALREADY_EXISTS', { table: quoted(located) });
    if (replace === 'replace' && !isThere) throw new LakebookError('DELTA_CANNOT_REPLACE_MISSING_TABLE', { table: quoted(located) });
    checkLocation(place, clauses.location, context);
    if (open.base !== undefined && replace === 'none') throw new LakebookError('DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION', { table: quoted(located), location: located.path });
    if (open.base === undefined) await checkVacant(place);
  } catch (error) {
    throw pointAt(error, spanOf(text, name));
  }
  const sourceName = found.table.byPath ? found.table.displayName : found.table.fullName.join('.');
  return {
    ...plan,
    run: async (signal) => {
      const result = await cloneTable(open, { source: found.snapshot, sourceName, properties: clauses.properties ?? {} }, signal);
      await place.keepName();
      return result;
    },
  };
}
