import { LakebookError } from '../base/errors.ts';
import type { Engine } from './engine.ts';
import type { Scan, ScanColumn } from './scan.ts';
import type { PlannedColumn, ScanPlan } from './scanPlan.ts';
import type { DeltaType } from './schema.ts';
import { duckdbType } from './sqlText.ts';

type ScanFigures = Omit<Scan, 'relationSql' | 'columns' | 'explainError' | 'dispose'>;

/** A plan as a scan that can be run. */
export async function bindPlan(engine: Engine, at: { readonly table: string; readonly version: number }, plan: ScanPlan, figures: ScanFigures, signal?: AbortSignal): Promise<Scan> {
  const explainError = (error: unknown): unknown => explainScanError(engine, at, error);
  try {
    const bound = await engine.bindScan(plan, signal);
    return { ...figures, relationSql: bound.relationSql, columns: plan.columns.map(scanColumn), explainError, dispose: () => bound.dispose() };
  } catch (error) {
    throw explainError(error);
  }
}

/** An error of reading a version's data files, as one of ours where a file is to blame. */
export function explainScanError(engine: Engine, { table, version }: { readonly table: string; readonly version: number }, error: unknown): unknown {
  if (error instanceof LakebookError) return error;
  const failure = engine.describe(error);
  const file = ('file' in failure ? failure.file : undefined) ?? 'of the table';
  switch (failure.kind) {
    case 'fileMissing':
      return new LakebookError('DELTA_FILE_NOT_FOUND_DETAILED', { table, version, file }, { cause: error });
    case 'fileCorrupt':
      return new LakebookError('DELTA_DATA_FILE_CORRUPT', { table, version, file, detail: failure.detail }, { cause: error });
    case 'fileUnsupported':
      return new LakebookError('DELTA_DATA_FILE_UNSUPPORTED', { table, file, detail: failure.detail }, { cause: error });
    case 'other':
      return error;
  }
}

function scanColumn({ name, source }: PlannedColumn): ScanColumn {
  const deltaType: DeltaType = source.kind === 'rowNumber' ? { kind: 'long' } : source.type;
  return { name, deltaType, duckdbType: duckdbType(deltaType) };
}
