import type { TableDetail } from '../../../kernel/rpc/tables.ts';
import { Icon } from '../../ui/Icon.tsx';
import { FactList } from './FactList.tsx';
import { timeText } from './tableMessages.ts';
import styles from './tables.module.css';

/** Protocol, table features and properties of a version, in words. */
export function PropertiesTab({ detail }: { readonly detail: TableDetail }) {
  const properties = Object.entries(detail.properties).map(([name, value]) => ({ name, value }));
  return (
    <div className={styles['sheet']} tabIndex={0} role="region" aria-label="Properties and protocol">
      <section>
        <h2 className={styles['sheetHead']}>Table</h2>
        <FactList facts={aboutTable(detail)} />
      </section>
      <section>
        <h2 className={styles['sheetHead']}>Protocol</h2>
        <p className={styles['sheetText']}>{describeProtocol(detail)}</p>
        {detail.features.length > 0 && <Features detail={detail} />}
      </section>
      <section>
        <h2 className={styles['sheetHead']}>Properties</h2>
        {properties.length === 0 ? <p className={styles['sheetText']}>None are set.</p> : <FactList facts={properties} />}
      </section>
    </div>
  );
}

function Features({ detail }: { readonly detail: TableDetail }) {
  return (
    <table className={styles['features']}>
      <thead>
        <tr>
          <th>Feature</th>
          <th>Here</th>
          <th>Binds</th>
          <th>What it means</th>
        </tr>
      </thead>
      <tbody>
        {detail.features.map(({ name, kind, supported, description }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td className={styles['supported']} data-supported={supported || undefined}>
              <Icon name={supported ? 'check' : 'circle-slash'} />
              {supported ? 'readable' : 'not supported'}
            </td>
            <td>{kind === 'writer' ? 'writers' : 'readers and writers'}</td>
            <td>{description}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function aboutTable(detail: TableDetail): readonly { readonly name: string; readonly value: string }[] {
  return [
    { name: 'Location', value: detail.path },
    { name: 'Id', value: detail.id },
    ...(detail.name === undefined ? [] : [{ name: 'Name', value: detail.name }]),
    ...(detail.description === undefined ? [] : [{ name: 'Description', value: detail.description }]),
    ...(detail.createdAtMs === undefined ? [] : [{ name: 'Created', value: timeText(detail.createdAtMs) }]),
    { name: 'Partitioned by', value: detail.partitionColumns.join(', ') || 'nothing' },
    ...(detail.clusteringColumns.length === 0 ? [] : [{ name: 'Clustered by', value: detail.clusteringColumns.join(', ') }]),
  ];
}

function describeProtocol({ protocol: { minReaderVersion, minWriterVersion }, features }: TableDetail): string {
  const versions = `Readers need version ${minReaderVersion}, writers version ${minWriterVersion} of the protocol.`;
  if (features.length === 0) return `${versions} The table uses no feature that has to be named.`;
  const missing = features.filter(({ supported }) => !supported).length;
  return `${versions} ${missing === 0 ? 'Everything it uses can be read here.' : `${missing} of its features cannot be read here.`}`;
}
