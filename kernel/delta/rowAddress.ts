import { FILE_ID, FIRST_POSITION, type Constants } from './fileConstants.ts';
import type { PlannedColumn } from './scanPlan.ts';

/** Names of the columns that say where a row stands: the id of its file in the snapshot, and its position in the file. */
export const ROW_FILE = '_lakebook_file';
export const ROW_POSITION = '_lakebook_row';

/** The address of each row, for statements that change rows. */
export function rowAddressColumns(constants: Constants): readonly PlannedColumn[] {
  return [
    { name: ROW_FILE, source: { kind: 'rowNumber', physicalName: undefined, constant: constants.add(FILE_ID), addPosition: false } },
    { name: ROW_POSITION, source: { kind: 'rowNumber', physicalName: undefined, constant: constants.add(FIRST_POSITION), addPosition: true } },
  ];
}
