import { TABLE_FEATURES } from '../../delta/tableFeature.ts';
import { FUNCTIONS } from '../../sql/functions/registry.ts';
import { STRING } from '../../sql/types/dataType.ts';
import type { InformationRows } from './rows.ts';

/** Every table feature that is known by name, and how far reading and writing go with it. */
export function listTableFeatures(): InformationRows {
  return {
    columns: ['feature', 'kind', 'read', 'write', 'summary'].map((name) => ({ name, type: STRING })),
    rows: TABLE_FEATURES.map(({ name, kind, read, write, summary }) => [name, kind, read, write, summary]),
  };
}

/** Every SQL function, whether it answers as Spark's does, and where it differs. */
export function listFunctions(): InformationRows {
  return {
    columns: ['function', 'group', 'state', 'note'].map((name) => ({ name, type: STRING })),
    rows: [...FUNCTIONS].sort((left, right) => (left.name < right.name ? -1 : 1)).map(({ name, group, state, note }) => [name, group, state, note ?? null]),
  };
}
