import { TABLE_FEATURES } from '../../delta/tableFeature.ts';
import { findFunction, FUNCTIONS } from '../../sql/functions/registry.ts';
import { GRAMMAR_FUNCTIONS } from '../../sql/functions/sparkFunctions.ts';
import { STRING } from '../../sql/types/dataType.ts';
import type { InformationRows } from './rows.ts';

/** Every table feature that is known by name, and how far reading and writing go with it. */
export function listTableFeatures(): InformationRows {
  return {
    columns: ['feature', 'kind', 'read', 'write', 'summary'].map((name) => ({ name, type: STRING })),
    rows: TABLE_FEATURES.map(({ name, kind, read, write, summary }) => [name, kind, read, write, summary]),
  };
}

/** Every SQL function and operator by each of its names, whether it answers as Spark's does, and where it differs. */
export function listFunctions(): InformationRows {
  const called = FUNCTIONS.flatMap(({ name, aliases, group, state, note }) => [name, ...aliases].map((each) => [each, group, state, note ?? (each === name ? null : `another name of ${name}`)]));
  const written = [...GRAMMAR_FUNCTIONS].filter((name) => findFunction(name) === undefined).map((name) => [name, name === 'range' || name === 'table_changes' ? 'table' : 'operator', 'exact', null]);
  const rows = [...called, ...written].filter(([name]) => !String(name).startsWith('trim_'));
  return {
    columns: ['function', 'group', 'state', 'note'].map((name) => ({ name, type: STRING })),
    rows: rows.sort(([left], [right]) => (String(left) < String(right) ? -1 : 1)),
  };
}
