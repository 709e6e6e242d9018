import styles from './tables.module.css';

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** Names and values, one under the other. */
export function FactList({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className={styles['facts']}>
      {facts.map(({ name, value }) => (
        <div key={name} className={styles['fact']}>
          <dt>{name}</dt>
          <dd>{value === '' ? '""' : value}</dd>
        </div>
      ))}
    </dl>
  );
}
