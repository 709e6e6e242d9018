import { useEffect, useState } from 'react';
import type { TableDetail } from '../../../kernel/rpc/tables.ts';
import type { HostClient } from '../../client/client.ts';
import { countText } from '../../grid/gridMessages.ts';
import { ResultGrid } from '../../grid/ResultGrid.tsx';
import { baseName } from '../../state/editorInput.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPane } from './ErrorPane.tsx';
import { useLoaded } from './useLoaded.ts';
import styles from './tables.module.css';

export interface PreviewTabProps {
  readonly client: HostClient;
  readonly path: string;
  readonly version: number;
  /** Of the same version, if it is known. */
  readonly detail: TableDetail | undefined;
}

const FIRST_ROWS = 1_000;
const MORE_ROWS = 100_000;

/** The first rows of a version. */
export function PreviewTab({ client, path, version, detail }: PreviewTabProps) {
  const [limit, setLimit] = useState(FIRST_ROWS);
  const { value, current, error, retry } = useLoaded(`${path} ${version} ${limit}`, (signal) => client.request('tables.preview', { path, version, limit }, signal));
  const resultId = value?.resultId;
  useEffect(() => {
    if (resultId === undefined) return;
    return () => void client.request('results.discard', { resultId }).catch(() => undefined); // the spool's budget takes what stays
  }, [client, resultId]);

  if (error !== undefined) return <ErrorPane title={`Version ${countText(version)} cannot be read`} error={error} onRetry={retry} />;
  if (value === undefined) return <EmptyState icon="loading codicon-modifier-spin" title="Reading the first rows" />;
  const cut = current && value.rows >= limit && detail?.numRecords !== value.rows;
  return (
    <div className={styles['preview']} data-stale={!current || undefined}>
      {cut && (
        <p className={styles['previewNote']}>
          {`The first ${countText(limit)} rows${detail?.numRecords === undefined ? '' : ` of ${countText(detail.numRecords)}`}.`}
          {limit < MORE_ROWS && (
            <Button variant="quiet" onPress={() => setLimit(MORE_ROWS)}>
              {`Show up to ${countText(MORE_ROWS)}`}
            </Button>
          )}
        </p>
      )}
      <ResultGrid client={client} source={value} height="fill" ariaLabel={`Rows of version ${version}`} exportName={`${baseName(path)} v${version}`} />
    </div>
  );
}
