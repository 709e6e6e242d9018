import { useCallback, useState } from 'react';
import type { TableWrite } from '../../../../kernel/rpc/receipts.ts';
import type { Commit } from '../../../../kernel/rpc/tables.ts';
import type { HostClient } from '../../../client/client.ts';
import { useServices } from '../../../state/services.ts';
import { Button } from '../../../ui/Button.tsx';
import { countOf } from '../model/messages.ts';
import { describeCommits } from './differenceMessages.ts';
import { DifferenceView } from './DifferenceView.tsx';
import { useLoaded } from './useLoaded.ts';
import own from './written.module.css';

export interface UndoViewProps {
  readonly write: TableWrite;
  readonly onClose: () => void;
}

/** The way back to the version before a statement: what would come back, who wrote since, and the decision. */
export function UndoView({ write, onClose }: UndoViewProps) {
  const [looks, setLooks] = useState(0); // once more where the table moved on while somebody looked
  return <Look key={looks} write={write} onClose={onClose} onMoved={() => setLooks((count) => count + 1)} />;
}

interface LookProps extends UndoViewProps {
  readonly onMoved: () => void;
}

function Look(props: LookProps) {
  const { client } = useServices();
  const { path, version } = props.write;
  const load = useCallback((signal: AbortSignal) => loadCommitsSince(client, { path, version }, signal), [client, path, version]);
  const loaded = useLoaded(load);
  if (loaded === undefined) return <p className={own['message']} aria-busy="true">Looking at the table…</p>;
  if (loaded.error !== undefined) return <p className={own['message']} role="alert">[{loaded.error.code}] {loaded.error.message}</p>;
  return <Decision {...props} {...loaded} />;
}

interface CommitsSince {
  readonly latest: number;
  /** The newest last; of very many only the newest. */
  readonly between: readonly Commit[];
}

const COMMITS_MAX = 1_000;

async function loadCommitsSince(client: HostClient, { path, version }: Pick<TableWrite, 'path' | 'version'>, signal: AbortSignal): Promise<CommitsSince> {
  const { commits } = await client.request('tables.history', { path, limit: 1 }, signal);
  const latest = commits[0]?.version ?? version;
  if (latest <= version) return { latest, between: [] };
  const since = await client.request('tables.history', { path, before: latest + 1, limit: Math.min(COMMITS_MAX, latest - version) }, signal);
  return { latest, between: since.commits.reverse() };
}

function Decision({ write, latest, between, onClose, onMoved }: LookProps & CommitsSince) {
  const { client, notifications } = useServices();
  const { name, path, version } = write;
  const [running, setRunning] = useState(false);
  const [changes, setChanges] = useState<number>();
  const since = latest - version;
  const undo = async (): Promise<void> => {
    setRunning(true);
    try {
      const { receipt } = await client.request('tables.undo', { path, name, version, latest });
      const now = receipt.written?.[0]?.version;
      notifications.getState().notify({ kind: 'success', message: now === undefined ? `${name} is as it was in version ${version - 1}.` : `${name} is as it was in version ${version - 1}. This is version ${now}.` });
      onClose();
    } catch (error) {
      notifications.getState().notifyError(error);
      setRunning(false);
      onMoved();
    }
  };
  return (
    <section className={own['undo']} aria-label={`Undo version ${version} of ${name}`}>
      <p>
        A new version of <b>{name}</b> gets what version {version - 1} held. Nothing is lost: version {latest} stays in the history.
      </p>
      {since > 0 && (
        <div className={own['between']} role="alert">
          {countOf(since, 'commit')} came after version {version}, and would be undone too:
          <ul>
            {describeCommits(between, since).map((text) => <li key={text}>{text}</li>)}
          </ul>
        </div>
      )}
      <div className={own['preview']}>
        <DifferenceView path={path} from={latest} to={version - 1} label={`What comes back in ${name}`} sameText="No row would change: only the table’s definition, or the files that its rows stand in." onCounted={setChanges} />
      </div>
      <div className={own['actions']}>
        <Button onPress={onClose}>Cancel</Button>
        <Button variant={since > 0 ? 'danger' : 'primary'} isDisabled={running || changes === undefined} onPress={() => void undo()}>
          {since > 0 ? `Undo ${countOf(since + 1, 'version')}` : `Undo version ${version}`}
        </Button>
      </div>
    </section>
  );
}
