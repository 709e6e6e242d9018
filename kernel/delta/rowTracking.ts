import { LakebookError } from '../base/errors.ts';
import { BASE_ROW_ID, DEFAULT_ROW_COMMIT_VERSION, type Constants } from './fileConstants.ts';
import type { PlannedColumn } from './scanPlan.ts';
import type { TableVersion } from './tableVersion.ts';

const ROW_ID = '_row_id';
const ROW_COMMIT_VERSION = '_row_commit_version';

/**
 * The two columns of row tracking (PROTOCOL.md "Row Tracking", RT-1 to RT-3).
 * @throws LakebookError DELTA_ROW_TRACKING_NOT_ENABLED
 */
export function rowTrackingColumns({ metadata, table, version }: TableVersion, constants: Constants): readonly PlannedColumn[] {
  const { configuration } = metadata;
  if (configuration['delta.enableRowTracking'] !== 'true') throw new LakebookError('DELTA_ROW_TRACKING_NOT_ENABLED', { table, version });
  return [
    {
      name: ROW_ID,
      source: { kind: 'rowNumber', physicalName: configuration['delta.rowTracking.materializedRowIdColumnName'], constant: constants.add(BASE_ROW_ID), addPosition: true },
    },
    {
      name: ROW_COMMIT_VERSION,
      source: {
        kind: 'rowNumber',
        physicalName: configuration['delta.rowTracking.materializedRowCommitVersionColumnName'],
        constant: constants.add(DEFAULT_ROW_COMMIT_VERSION),
        addPosition: false,
      },
    },
  ];
}
