import { useMemo } from 'react';
import type { Commit } from '../../../kernel/rpc/tables.ts';
import { countText } from '../../grid/gridMessages.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Tree } from '../../ui/Tree.tsx';
import type { TreeRow } from '../../ui/treeNavigation.ts';
import { FactList } from './FactList.tsx';
import { lineLabel, type LineCell } from './lineCell.ts';
import { LineCells } from './LineCells.tsx';
import { buildMetrics, metricsText, timeText } from './tableMessages.ts';
import { commitKind } from './timeline.ts';
import styles from './tables.module.css';

export interface HistoryTabProps {
  /** Newest first. */
  readonly commits: readonly Commit[];
  /** What the scrubber stands on. */
  readonly version: number | undefined;
  readonly onSelect: (version: number) => void;
}

type CommitRow = TreeRow & { readonly cells: readonly LineCell[] };

/** Every commit that the log still has; choosing one moves the page to its version. */
export function HistoryTab({ commits, version, onSelect }: HistoryTabProps) {
  const rows = useMemo(() => commits.map((commit, index) => buildRow(commit, index, commits.length)), [commits]);
  const selected = commits.find((commit) => commit.version === version);
  if (commits.length === 0) return <EmptyState icon="history" title="The log has no commits left" hint="Only a checkpoint describes this version." />;
  return (
    <div className={styles['split']}>
      <div className={styles['tab']}>
        <div className={styles['historyHead']} aria-hidden="true">
          <span>Version</span>
          <span>Time</span>
          <span>Operation</span>
          <span>By</span>
          <span>What changed</span>
        </div>
        <Tree
          label="Commits, newest first"
          rows={rows}
          focusedId={String(version)}
          selectedId={String(version)}
          onFocus={(id) => onSelect(Number(id))}
          onToggle={() => undefined}
          onOpen={(id) => onSelect(Number(id))}
          onContextMenu={() => undefined}
          renderRow={(row) => <LineCells className={styles['historyLine']} cells={row.cells} />}
        />
      </div>
      {selected !== undefined && <CommitDetails commit={selected} />}
    </div>
  );
}

function buildRow(commit: Commit, index: number, siblings: number): CommitRow {
  const cells = commitCells(commit);
  return { id: String(commit.version), cells, label: lineLabel(cells), level: 1, expanded: undefined, position: index + 1, siblings };
}

function commitCells(commit: Commit): readonly LineCell[] {
  return [
    { text: countText(commit.version), look: 'number', badges: commit.readable ? [] : ['gone'] },
    { text: timeText(commit.timestampMs) },
    { text: commit.operation ?? '', look: 'operation', kind: commitKind(commit.operation) },
    { text: commit.userName ?? commit.engineInfo ?? '', look: 'muted' },
    { text: metricsText(commit), look: 'muted' },
  ];
}

function CommitDetails({ commit }: { readonly commit: Commit }) {
  const parameters = Object.entries(commit.operationParameters).map(([name, value]) => ({ name, value }));
  const metrics = buildMetrics(commit.operationMetrics);
  const about = [
    { name: 'Time', value: `${timeText(commit.timestampMs)} (${new Date(commit.timestampMs).toISOString()})` },
    ...(commit.userName === undefined ? [] : [{ name: 'User', value: commit.userName }]),
    ...(commit.engineInfo === undefined ? [] : [{ name: 'Engine', value: commit.engineInfo }]),
    ...(commit.readable ? [] : [{ name: 'Readable', value: 'no longer: files of its log were cleaned up' }]),
  ];
  return (
    <aside className={styles['aside']} aria-label={`Version ${commit.version}`}>
      <h2 className={styles['asideTitle']}>{`Version ${countText(commit.version)} · ${commit.operation ?? 'unnamed commit'}`}</h2>
      <FactList facts={about} />
      {parameters.length > 0 && <h3 className={styles['asideHead']}>Parameters</h3>}
      <FactList facts={parameters} />
      {metrics.length > 0 && <h3 className={styles['asideHead']}>Metrics</h3>}
      <FactList facts={metrics} />
    </aside>
  );
}
