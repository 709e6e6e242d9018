import { MARKDOWN_CELL, SQL_CELL } from '../../../../kernel/notebook/notebookDocument.ts';
import { Icon } from '../../../ui/Icon.tsx';
import { useNotebook } from './notebookContext.ts';
import styles from './notebook.module.css';

/** Between two cells: nothing, until the pointer comes near. */
export function InsertBar({ afterId, index }: { readonly afterId: string | undefined; readonly index: number }) {
  return (
    <div className={styles['insertBar']} data-first={index === 0 || undefined}>
      <div className={styles['insertLine']} />
      <InsertButtons afterId={afterId} />
      <div className={styles['insertLine']} />
    </div>
  );
}

/** Behind the last cell, always there. */
export function EndBar({ afterId, empty }: { readonly afterId: string | undefined; readonly empty: boolean }) {
  return (
    <div className={styles['endBar']}>
      {empty && <p className={styles['emptyHint']}>This notebook is empty. Begin with a question in SQL, or a few words in Markdown.</p>}
      <InsertButtons afterId={afterId} />
    </div>
  );
}

function InsertButtons({ afterId }: { readonly afterId: string | undefined }) {
  const notebook = useNotebook();
  return (
    <div className={styles['insertButtons']}>
      <button type="button" tabIndex={-1} onClick={() => notebook.insertAt(afterId, SQL_CELL)}>
        <Icon name="add" /> SQL
      </button>
      <button type="button" tabIndex={-1} onClick={() => notebook.insertAt(afterId, MARKDOWN_CELL)}>
        <Icon name="add" /> Markdown
      </button>
    </div>
  );
}
