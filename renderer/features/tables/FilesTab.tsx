import { useMemo, useState } from 'react';
import type { TableFile } from '../../../kernel/rpc/tables.ts';
import type { HostClient } from '../../client/client.ts';
import { bytesText, countText } from '../../grid/gridMessages.ts';
import { baseName } from '../../state/editorInput.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Tree } from '../../ui/Tree.tsx';
import type { TreeRow } from '../../ui/treeNavigation.ts';
import { ErrorPane } from './ErrorPane.tsx';
import { FactList } from './FactList.tsx';
import { buildStatistics } from './fileStatistics.ts';
import { lineLabel, type LineCell } from './lineCell.ts';
import { LineCells } from './LineCells.tsx';
import { timeText } from './tableMessages.ts';
import { useLoaded } from './useLoaded.ts';
import styles from './tables.module.css';

export interface FilesTabProps {
  readonly client: HostClient;
  readonly path: string;
  readonly version: number;
}

type FileRow = TreeRow & { readonly file: TableFile; readonly cells: readonly LineCell[] };

const PAGE_FILES = 500;

/** The live files of a version as its log lists them. */
export function FilesTab({ client, path, version }: FilesTabProps) {
  const [page, setPage] = useState({ version, number: 0 });
  const [focusedId, setFocusedId] = useState<string>();
  const number = page.version === version ? page.number : 0; // another version begins at its first file
  const offset = number * PAGE_FILES;
  const { value, current, error, retry } = useLoaded(`${path} ${version} ${offset}`, (signal) => client.request('tables.files', { path, version, offset, limit: PAGE_FILES }, signal));
  const rows = useMemo(() => (value?.files ?? []).map((file, index, files) => buildRow(file, index, files.length)), [value]);

  if (error !== undefined) return <ErrorPane title="The files cannot be listed" error={error} onRetry={retry} />;
  if (value === undefined) return <EmptyState icon="loading codicon-modifier-spin" title="Listing the files" />;
  if (value.total === 0) return <EmptyState icon="files" title="This version has no files" hint="The table is empty." />;
  const go = (to: number): void => setPage({ version, number: to });
  const lastPage = Math.max(0, Math.ceil(value.total / PAGE_FILES) - 1);
  const focused = rows.find(({ id }) => id === focusedId)?.file;
  return (
    <div className={styles['split']}>
      <div className={styles['tab']} data-stale={!current || undefined}>
        <div className={styles['tabBar']}>
          <span className={styles['tabNote']} role="status">
            {`${countText(offset + 1)} to ${countText(offset + rows.length)} of ${countText(value.total)} files`}
          </span>
          {lastPage > 0 && (
            <>
              <IconButton icon="chevron-left" label="Previous files" isDisabled={number === 0} onPress={() => go(number - 1)} />
              <IconButton icon="chevron-right" label="Next files" isDisabled={number >= lastPage} onPress={() => go(number + 1)} />
            </>
          )}
        </div>
        <div className={styles['filesHead']} aria-hidden="true">
          <span>File</span>
          <span>Partition</span>
          <span className={styles['right']}>Rows</span>
          <span className={styles['right']}>Deleted</span>
          <span className={styles['right']}>Size</span>
          <span>Written</span>
        </div>
        <Tree
          label="Files"
          rows={rows}
          focusedId={focusedId}
          selectedId={focusedId}
          onFocus={setFocusedId}
          onToggle={() => undefined}
          onOpen={setFocusedId}
          onContextMenu={() => undefined}
          renderRow={(row) => <LineCells className={styles['filesLine']} cells={row.cells} />}
        />
      </div>
      {focused !== undefined && <FileDetails file={focused} />}
    </div>
  );
}

function buildRow(file: TableFile, index: number, siblings: number): FileRow {
  const cells = fileCells(file);
  return { id: `${index}:${file.path}:${file.deletionVectorId ?? ''}`, file, cells, label: lineLabel(cells), level: 1, expanded: undefined, position: index + 1, siblings };
}

function fileCells(file: TableFile): readonly LineCell[] {
  const { path, sizeBytes, numRecords, deletedRecords, modifiedAtMs } = file;
  return [
    { text: baseName(path), look: 'code', title: path },
    { text: partitionText(file), look: 'muted' },
    { text: numRecords === undefined ? '' : countText(numRecords), look: 'right' },
    { text: deletedRecords === undefined ? '' : countText(deletedRecords), look: 'deleted' },
    { text: bytesText(sizeBytes), look: 'right' },
    { text: modifiedAtMs === undefined ? '' : timeText(modifiedAtMs), look: 'muted' },
  ];
}

function partitionText({ partitionValues }: TableFile): string {
  return Object.entries(partitionValues)
    .map(([name, value]) => `${name} = ${value ?? 'NULL'}`)
    .join(', ');
}

function FileDetails({ file }: { readonly file: TableFile }) {
  const about = [
    { name: 'Path', value: file.path },
    { name: 'Size', value: `${bytesText(file.sizeBytes)} (${countText(file.sizeBytes)} bytes)` },
    ...(file.modifiedAtMs === undefined ? [] : [{ name: 'Written', value: timeText(file.modifiedAtMs) }]),
    ...Object.entries(file.partitionValues).map(([name, value]) => ({ name, value: value ?? 'NULL' })),
    ...(file.numRecords === undefined ? [] : [{ name: 'Rows', value: countText(file.numRecords) }]),
    ...(file.deletionVectorId === undefined ? [] : [{ name: 'Deletion vector', value: file.deletionVectorId }]),
    ...(file.deletedRecords === undefined ? [] : [{ name: 'Rows deleted', value: countText(file.deletedRecords) }]),
  ];
  const statistics = buildStatistics(file.stats);
  return (
    <aside className={styles['aside']} aria-label="File">
      <h2 className={styles['asideTitle']}>{baseName(file.path)}</h2>
      <FactList facts={about} />
      <h3 className={styles['asideHead']}>Statistics</h3>
      {statistics.length === 0 ? (
        <p className={styles['muted']}>{file.stats === undefined ? 'The log has none for this file: nothing is skipped because of it.' : 'Not readable.'}</p>
      ) : (
        <table className={styles['statistics']}>
          <thead>
            <tr>
              <th>Column</th>
              <th>Least</th>
              <th>Greatest</th>
              <th>NULLs</th>
            </tr>
          </thead>
          <tbody>
            {statistics.map(({ column, min, max, nulls }) => (
              <tr key={column}>
                <th scope="row">{column}</th>
                <td title={min}>{min}</td>
                <td title={max}>{max}</td>
                <td>{nulls}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </aside>
  );
}
