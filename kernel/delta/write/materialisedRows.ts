import type { Metadata } from '../actions.ts';

/** A column of row tracking that files of copied rows hold (PROTOCOL.md "Row Tracking", "Materialized Row Id"). */
export interface MaterialisedColumn {
  /** As a scan with row tracking names it. */
  readonly name: string;
  readonly physicalName: string;
  /** An updated row keeps its id; the version of its last change is the commit's. */
  readonly keptByUpdates: boolean;
}

/** The columns to write beside the table's own, where it tracks rows; none elsewhere. */
export function materialisedRowColumns({ configuration }: Metadata): readonly MaterialisedColumn[] {
  if (configuration['delta.enableRowTracking']?.toLowerCase() !== 'true') return [];
  const [rowId, rowVersion] = [configuration['delta.rowTracking.materializedRowIdColumnName'], configuration['delta.rowTracking.materializedRowCommitVersionColumnName']];
  if (rowId === undefined || rowVersion === undefined) return [];
  return [
    { name: '_row_id', physicalName: rowId, keptByUpdates: true },
    { name: '_row_commit_version', physicalName: rowVersion, keptByUpdates: false },
  ];
}
