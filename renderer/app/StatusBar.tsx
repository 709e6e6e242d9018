import type { FeatureContribution } from '../state/contribution.ts';
import styles from './StatusBar.module.css';

/** The line at the foot of the window: what features have to say at any time. */
export function StatusBar({ features }: { readonly features: readonly FeatureContribution[] }) {
  const items = features.flatMap((feature) => feature.statusItems ?? []);
  const at = (side: 'left' | 'right') => items.filter((item) => item.side === side).sort((one, other) => one.order - other.order);
  return (
    <footer aria-label="Status bar" data-region="statusBar" className={styles['bar']}>
      <div className={styles['side']}>
        {at('left').map((item) => (
          <item.component key={item.id} />
        ))}
      </div>
      <div className={`${styles['side']} ${styles['right']}`}>
        {at('right').map((item) => (
          <item.component key={item.id} />
        ))}
      </div>
    </footer>
  );
}
