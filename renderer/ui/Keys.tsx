import styles from './Keys.module.css';

/** A key combination as small key caps: `Ctrl+Shift+P`, `D D`. */
export function Keys({ text }: { readonly text: string }) {
  return <kbd className={styles['keys']}>{text}</kbd>;
}
