import { useCallback } from 'react';
import type { ProfiledOperator, QueryProfile, RowGroupsProfile, ScanProfile } from '../../../../kernel/rpc/profiles.ts';
import { useServices } from '../../../state/services.ts';
import { Icon } from '../../../ui/Icon.tsx';
import { formatBytes, formatCount } from '../model/messages.ts';
import { describeDeviation, explainPredicate, explainRowGroups, formatOperatorTime, summariseProfile, summariseRowGroups } from './profileMessages.ts';
import { useLoaded } from './useLoaded.ts';
import styles from './profile.module.css';

/** What a statement spent where: its plan as it ran, and what of its tables was left out and why. */
export function ProfileView({ resultId, running }: { readonly resultId: string; readonly running: boolean }) {
  const { client } = useServices();
  const load = useCallback((signal: AbortSignal) => client.request('results.profile', { resultId }, signal), [client, resultId]);
  const loaded = useLoaded(running ? undefined : load);
  if (running || loaded === undefined) return <p className={styles['message']} aria-busy="true">{running ? 'The profile comes with the last row.' : 'Loading the profile…'}</p>;
  if (loaded.error !== undefined) return <p className={styles['message']}>{loaded.error.message}</p>;
  if (loaded.profile === null) return <p className={styles['message']}>This run was not profiled. Run the cell again to see where its time goes.</p>;
  return <Profile resultId={resultId} profile={loaded.profile} />;
}

function Profile({ resultId, profile }: { readonly resultId: string; readonly profile: QueryProfile }) {
  return (
    <div className={styles['profile']} role="region" aria-label="Profile of the run" tabIndex={0}>
      <p className={styles['summary']}>{summariseProfile(profile)}</p>
      {profile.suggestions.length > 0 && (
        <ul className={styles['suggestions']} aria-label="Suggestions">
          {profile.suggestions.map((text) => (
            <li key={text}><Icon name="lightbulb" /> <span>{text}</span></li>
          ))}
        </ul>
      )}
      {profile.scans.map((scan, place) => <Scan key={place} resultId={resultId} place={place} scan={scan} />)}
      <Operators operators={profile.operators} />
    </div>
  );
}

function Scan({ resultId, place, scan }: { readonly resultId: string; readonly place: number; readonly scan: ScanProfile }) {
  const { name, version, filesRead, filesTotal, bytesRead, bytesTotal, predicates } = scan;
  const { client } = useServices();
  const load = useCallback((signal: AbortSignal) => client.request('results.rowGroups', { resultId, scan: place }, signal), [client, resultId, place]);
  const loaded = useLoaded(predicates.length === 0 ? undefined : load);
  const rowGroups = loaded?.error === undefined ? loaded?.rowGroups : undefined;
  return (
    <section className={styles['scan']} aria-label={`Files of ${name}`}>
      <div className={styles['scanHead']}>
        <strong>{name}</strong> <span className={styles['muted']}>v{version}</span>
        <span className={styles['meter']} aria-hidden="true"><span style={{ width: `${filesTotal === 0 ? 0 : (100 * filesRead) / filesTotal}%` }} /></span>
        <span>{formatCount(filesRead)} of {formatCount(filesTotal)} files, {formatBytes(bytesRead)} of {formatBytes(bytesTotal)}</span>
      </div>
      {rowGroups != null && rowGroups.predicates.length > 0 && <p>{summariseRowGroups(rowGroups)}</p>}
      {loaded?.error !== undefined && <p className={styles['muted']}>Row groups cannot be told: {loaded.error.message}</p>}
      {predicates.length > 0 && (
        <ul className={styles['predicates']}>
          {predicates.map((predicate) => (
            <Predicate key={predicate.text} predicate={predicate} filesTotal={filesTotal} rowGroups={rowGroups ?? undefined} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Predicate({ predicate, filesTotal, rowGroups }: { readonly predicate: ScanProfile['predicates'][number]; readonly filesTotal: number; readonly rowGroups: RowGroupsProfile | undefined }) {
  const within = rowGroups?.predicates.find(({ text }) => text === predicate.text);
  const helped = predicate.filesLeftOut > 0 || (within !== undefined && within.rowGroupsLeftOut > 0);
  return (
    <li data-idle={!helped || undefined}>
      <code>{predicate.text}</code> <span>{explainPredicate(predicate, filesTotal)}{within !== undefined && rowGroups !== undefined && <>; in the files read, {explainRowGroups(within, rowGroups.rowGroups)}</>}</span>
    </li>
  );
}

function Operators({ operators }: { readonly operators: readonly ProfiledOperator[] }) {
  const most = Math.max(...operators.map(({ seconds }) => seconds), 0);
  return (
    <table className={styles['operators']}>
      <caption className={styles['caption']}>Plan as it ran, the result first</caption>
      <thead>
        <tr><th scope="col">Operator</th><th scope="col" className={styles['number']}>Rows</th><th scope="col" className={styles['number']}>Expected</th><th scope="col" className={styles['time']}>Time</th></tr>
      </thead>
      <tbody>
        {operators.map((operator, index) => (
          <tr key={index}>
            <th scope="row" style={{ paddingLeft: 8 + operator.depth * 16 }}>
              {operator.name} <span className={styles['detail']} title={operator.detail}>{operator.detail}</span>
            </th>
            <td className={styles['number']}>{formatCount(operator.rows)}</td>
            <td className={styles['number']}><Expected operator={operator} /></td>
            <td className={styles['time']}>
              <span className={styles['meter']} aria-hidden="true"><span style={{ width: `${most === 0 ? 0 : (100 * operator.seconds) / most}%` }} /></span>
              <span>{formatOperatorTime(operator.seconds)}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Expected({ operator }: { readonly operator: ProfiledOperator }) {
  const deviation = describeDeviation(operator);
  if (operator.estimatedRows === undefined) return null;
  return (
    <>
      {deviation !== undefined && <span className={styles['deviation']}>{deviation}</span>} {formatCount(operator.estimatedRows)}
    </>
  );
}
