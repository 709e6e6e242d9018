import { LakebookError } from '../../base/errors.ts';
import { addColumns, dropColumns, renameColumn, type AddedColumn } from '../../delta/commands/alterColumns.ts';
import { addConstraint, dropConstraint } from '../../delta/commands/alterConstraints.ts';
import { setProperties, unsetProperties } from '../../delta/commands/alterProperties.ts';
import { changeColumns, type ColumnAlteration, type ColumnChange } from '../../delta/commands/changeColumns.ts';
import { clusterBy } from '../../delta/commands/clusterBy.ts';
import { dropFeature } from '../../delta/commands/dropFeature.ts';
import { replaceColumns } from '../../delta/commands/replaceColumns.ts';
import type { CommandResult } from '../../delta/commands/commandResult.ts';
import type { Snapshot } from '../../delta/snapshot.ts';
import { columnAt, type ColumnPosition } from '../../delta/write/schemaEdits.ts';
import { spanOf } from '../../sql/span.ts';
import type { Change, ColumnAlteration as AlterationTree, ColumnChange as ChangeTree } from '../../sql/tree/alterations.ts';
import type { Clustering, ColumnDefinition, ColumnPosition as PositionTree } from '../../sql/tree/definitions.ts';
import type { Located, NamePart } from '../../sql/tree/expressions.ts';
import type { StatementOf } from '../../sql/tree/statements.ts';
import { toSparkType } from '../deltaColumns.ts';
import { pointAt } from '../errorPlace.ts';
import type { StatementContext } from '../selectStatement.ts';
import { beginOn, openChangedTable, type ChangedTable } from './changedTable.ts';
import { declaredCharacters, definedField, deltaTypeOf } from './columnDefinitions.ts';
import { KeptExpressions } from './keptExpressions.ts';
import type { ChangePlan } from './prepareChange.ts';

type Run = (signal: AbortSignal) => Promise<CommandResult>;

/** ALTER TABLE, as far as it changes the table's metadata. */
export async function planAlterTable({ target, change }: StatementOf<'alterTable'>, context: StatementContext): Promise<ChangePlan> {
  const changed = await openChangedTable(target, context);
  await checkKept(change, changed, context);
  const { operation, run } = planOf(change, { ...changed, snapshot: await changed.open.snapshot(context.signal) }, context);
  const pointed = async (signal: AbortSignal): Promise<CommandResult> => {
    try {
      return await run(signal);
    } catch (error) {
      throw pointAt(error, spanOf(context.text, change));
    }
  };
  return { located: changed.located, operation, reads: [], files: [], notices: [], run: pointed };
}

/** What the table would keep from now on. Columns that are not there are the command's to tell of. */
async function checkKept(change: Change, { open, schema }: ChangedTable, context: StatementContext): Promise<void> {
  if (change.kind === 'addConstraint' && change.constraint.kind === 'check') await new KeptExpressions(open, context, 'ALTER TABLE ADD CONSTRAINT').checkCondition(change.constraint.name?.text ?? '', change.constraint.condition, schema);
  if (change.kind !== 'alterColumns') return;
  const kept = new KeptExpressions(open, context, 'ALTER TABLE ALTER COLUMN');
  for (const { column, changes } of change.columns) {
    const found = columnAt(schema, namesOf(column));
    const retyped = changes.find((each) => each.kind === 'type')?.type;
    for (const each of changes) if (found !== undefined && each.kind === 'default' && each.value !== undefined) await kept.checkDefault({ name: found.field.name, type: retyped ?? toSparkType(found.field.type), value: each.value });
  }
}

interface Planned {
  /** As the table's history names it. */
  readonly operation: string;
  readonly run: Run;
}

function planOf(change: Change, changed: ChangedTable & { readonly snapshot: Snapshot }, context: StatementContext): Planned {
  const { open, snapshot } = changed;
  const { text } = context;
  switch (change.kind) {
    case 'setProperties':
      return { operation: 'SET TBLPROPERTIES', run: (signal) => setProperties(open, snapshot, change.properties, signal) };
    case 'unsetProperties':
      return { operation: 'UNSET TBLPROPERTIES', run: (signal) => unsetProperties(open, snapshot, change, signal) };
    case 'addColumns': {
      const columns = change.columns.filter((column) => !change.ifNotExists || columnAt(snapshot.schema, namesOf(column.name)) === undefined).map((column) => addedColumn(column, changed, text));
      return { operation: 'ADD COLUMNS', run: () => addColumns(open, snapshot, columns) };
    }
    case 'replaceColumns': {
      const fields = change.columns.map((column) => definedField(column, text, changed.located.displayName));
      return { operation: 'REPLACE COLUMNS', run: () => replaceColumns(open, snapshot, fields) };
    }
    case 'renameColumn':
      return { operation: 'RENAME COLUMN', run: () => renameColumn(open, snapshot, { path: namesOf(change.column), name: change.to.text }) };
    case 'dropColumns':
      return { operation: 'DROP COLUMNS', run: () => dropColumns(open, snapshot, { paths: change.columns.map(namesOf), ifExists: change.ifExists }) };
    case 'alterColumns': {
      const alterations = change.columns.map((column) => alterationOf(column, changed, text));
      return { operation: alterations.length === 1 ? 'CHANGE COLUMN' : 'CHANGE COLUMNS', run: (signal) => changeColumns(open, snapshot, alterations, signal) };
    }
    case 'addConstraint': {
      const { constraint } = change;
      if (constraint.kind !== 'check' || constraint.name === undefined) throw refused('A constraint other than a named CHECK', 'a Delta table keeps no such constraint', change, text);
      const { name, condition } = constraint;
      return { operation: 'ADD CONSTRAINT', run: (signal) => addConstraint(open, snapshot, { name: name.text, expression: text.slice(condition.start, condition.end) }, signal) };
    }
    case 'dropConstraint': {
      const { name } = change;
      if (change.constraint !== 'named' || name === undefined) throw refused('DROP PRIMARY KEY and DROP FOREIGN KEY', 'a Delta table keeps no such constraint', change, text);
      return { operation: 'DROP CONSTRAINT', run: () => dropConstraint(open, snapshot, { name: name.text, ifExists: change.ifExists }) };
    }
    case 'clusterBy': {
      const columns = clusteringOf(change.clusterBy, change, text);
      return { operation: 'CLUSTER BY', run: () => clusterBy(open, snapshot, columns) };
    }
    case 'dropFeature':
      return { operation: 'DROP FEATURE', run: (signal) => dropFeature(open, snapshot, { name: change.feature, truncateHistory: change.truncateHistory, protectsHistory: protectsHistory(context), begin: () => beginOn(changed.located, context) }, signal) };
    default:
      throw refused('This ALTER TABLE', 'it is not run here', change, text);
  }
}

/** As Spark's Delta is told not to, by the same setting. */
function protectsHistory({ session }: StatementContext): boolean {
  return session.get('spark.databricks.delta.tableFeatures.fastDropFeature.enabled')?.toLowerCase() !== 'false';
}

function refused(feature: string, reason: string, at: Located, text: string): LakebookError {
  return new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature, reason }, { span: spanOf(text, at) });
}

function namesOf(parts: readonly NamePart[]): readonly string[] {
  return parts.map((part) => part.text);
}

/** @throws LakebookError UNSUPPORTED_FEATURE.LOCAL_ENGINE for AUTO: nobody chooses the columns here */
function clusteringOf(clustering: Clustering, at: Located, text: string): readonly (readonly string[])[] {
  if (clustering === 'AUTO') throw refused('CLUSTER BY AUTO', 'nobody chooses the columns here: name them', at, text);
  return clustering === 'NONE' ? [] : clustering.map(namesOf);
}

function addedColumn(column: ColumnDefinition, { located }: ChangedTable, text: string): AddedColumn {
  return { parent: namesOf(column.name).slice(0, -1), field: definedField(column, text, located.displayName), position: positionOf(column.position) };
}

function positionOf(position: PositionTree | undefined): ColumnPosition {
  if (position === undefined) return { kind: 'last' };
  return position.kind === 'first' ? { kind: 'first' } : { kind: 'after', column: position.column.text };
}

function alterationOf({ column, changes }: AlterationTree, { located }: ChangedTable, text: string): ColumnAlteration {
  const place = { name: column.at(-1)!.text, table: located.displayName, at: { start: column[0]!.start, end: column.at(-1)!.end }, text };
  return { path: namesOf(column), changes: changes.map((change) => columnChange(change, place)) };
}

function columnChange(change: ChangeTree, place: Parameters<typeof deltaTypeOf>[1]): ColumnChange {
  switch (change.kind) {
    case 'type':
      return { kind: 'type', type: deltaTypeOf(change.type, place), declared: declaredCharacters(change.typeText) };
    case 'nullable':
    case 'comment':
    case 'syncIdentity':
      return change;
    case 'default':
      return { kind: 'default', expression: change.value === undefined ? undefined : place.text.slice(change.value.start, change.value.end) };
    case 'position':
      return { kind: 'position', position: positionOf(change.position) };
    case 'mask':
    case 'setTags':
    case 'unsetTags':
      throw refused('Masks and tags of a column', 'there is no governance on this engine yet', place.at, place.text);
  }
}
