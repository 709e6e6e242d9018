import { useCallback, useEffect, useMemo } from 'react';
import type { Difference } from '../../../../kernel/rpc/differences.ts';
import { changeMarks } from '../../../grid/changeMarks.ts';
import { ResultGrid } from '../../../grid/ResultGrid.tsx';
import { useServices } from '../../../state/services.ts';
import { describeCounts } from '../../../state/writtenText.ts';
import { describeColumnChanges, describeMatching } from './differenceMessages.ts';
import { useLoaded } from './useLoaded.ts';
import own from './written.module.css';

export interface DifferenceViewProps {
  /** What is said where neither a row nor a column differs. */
  readonly sameText: string;
  readonly path: string;
  /** Null: the table was not there before. */
  readonly from: number | null;
  readonly to: number;
  readonly label: string;
  /** Called when it is known how many rows differ. */
  readonly onCounted?: ((rows: number) => void) | undefined;
}

const ROW_PX = 24;
const GRID_CHROME_PX = 76;
const GRID_MAX_PX = 400;

/** Two versions of a table, row by row: what came, what went, and former and new values side by side. */
export function DifferenceView({ path, from, to, label, sameText, onCounted }: DifferenceViewProps) {
  const { client } = useServices();
  const load = useCallback((signal: AbortSignal) => client.request('tables.difference', { path, from, to }, signal), [client, path, from, to]);
  const loaded = useLoaded(load);
  const resultId = loaded?.error === undefined ? loaded?.result.resultId : undefined;
  const rows = loaded?.error === undefined ? loaded?.result.rows : undefined;
  useEffect(() => {
    if (resultId === undefined) return;
    return () => void client.request('results.discard', { resultId }).catch(() => undefined); // a kernel that is gone holds nothing
  }, [client, resultId]);
  useEffect(() => {
    if (rows !== undefined) onCounted?.(rows);
  }, [rows, onCounted]);
  if (loaded === undefined) return <p className={own['message']} aria-busy="true">Comparing the versions…</p>;
  if (loaded.error !== undefined) return <p className={own['message']} role="alert">[{loaded.error.code}] {loaded.error.message}</p>;
  return <Changes difference={loaded} label={label} sameText={sameText} />;
}

function Changes({ difference, label, sameText }: { readonly difference: Difference } & Pick<DifferenceViewProps, 'label' | 'sameText'>) {
  const { client } = useServices();
  const { result, counts, columnChanges } = difference;
  const marks = useMemo(() => changeMarks(difference), [difference]);
  const columns = describeColumnChanges(columnChanges);
  if (result.rows === 0) return <p className={own['message']}>{columns === '' ? sameText : `${columns} No row has another value.`}</p>;
  return (
    <section aria-label={label}>
      <p className={own['counts']}>
        <strong>{describeCounts(counts)}</strong> <span className={own['muted']}>{describeMatching(difference)}</span> {columns}
      </p>
      <ResultGrid client={client} source={result} marks={marks} height={Math.min(GRID_MAX_PX, result.rows * ROW_PX + GRID_CHROME_PX)} ariaLabel={label} exportName="changes" />
    </section>
  );
}
