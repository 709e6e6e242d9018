import { useStore } from 'zustand';
import { useServices } from '../state/services.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import styles from './AboutDialog.module.css';

/** What this is, in which version, and whose work it stands on. */
export function AboutDialog({ onClose }: { readonly onClose: () => void }) {
  const hello = useStore(useServices().session, (state) => state.hello);
  return (
    <Dialog
      title="Lakebook"
      onClose={onClose}
      footer={
        <Button variant="primary" autoFocus onPress={onClose}>
          Close
        </Button>
      }
    >
      <p>A notebook for versioned tables: local, offline and open. Every table it reads is Delta Lake, every notebook opens in Jupyter.</p>
      <dl className={styles['facts']}>
        <dt>Version</dt>
        <dd>{hello?.version ?? 'unknown'}</dd>
        <dt>Workspace</dt>
        <dd>{hello?.workspace.path ?? 'unknown'}</dd>
        <dt>Browser</dt>
        <dd>{/(?:Electron|Chrome|Firefox|Version)\/[\d.]+/.exec(navigator.userAgent)?.[0] ?? navigator.userAgent}</dd>
      </dl>
      <p className={styles['credits']}>
        Apache License 2.0. Icons: Codicons by Microsoft, CC BY 4.0. Built on DuckDB, Apache Arrow, React, Monaco, Plotly, Yjs, FlexLayout and React Aria under their own licences.
      </p>
    </Dialog>
  );
}
