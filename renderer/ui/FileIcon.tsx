import { Icon } from './Icon.tsx';
import styles from './FileIcon.module.css';

interface Look {
  readonly icon: string;
  readonly tone: 'folder' | 'notebook' | 'table' | 'code' | 'text';
}

const BY_EXTENSION: Readonly<Record<string, Look>> = {
  ipynb: { icon: 'notebook', tone: 'notebook' },
  sql: { icon: 'database', tone: 'code' },
  md: { icon: 'markdown', tone: 'code' },
  json: { icon: 'json', tone: 'code' },
  py: { icon: 'python', tone: 'code' },
  csv: { icon: 'list-flat', tone: 'table' },
  tsv: { icon: 'list-flat', tone: 'table' },
  parquet: { icon: 'layers', tone: 'table' },
  png: { icon: 'file-media', tone: 'text' },
  jpg: { icon: 'file-media', tone: 'text' },
  svg: { icon: 'file-media', tone: 'text' },
  pdf: { icon: 'file-pdf', tone: 'text' },
  zip: { icon: 'file-zip', tone: 'text' },
};
const CODE_EXTENSIONS = ['ts', 'tsx', 'js', 'mjs', 'scala', 'r', 'sh', 'yaml', 'yml', 'toml', 'html', 'css', 'xml', 'ini'];

export interface FileIconProps {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'table';
  /** An unfolded folder. */
  readonly open?: boolean;
}

/** The sign of a file's kind; its name says the same, so it is decoration. */
export function FileIcon({ name, kind, open = false }: FileIconProps) {
  const { icon, tone } = lookOf(name, kind, open);
  return <Icon name={icon} className={`${styles['icon']} ${styles[tone]}`} />;
}

function lookOf(name: string, kind: FileIconProps['kind'], open: boolean): Look {
  if (kind === 'table') return { icon: 'table', tone: 'table' };
  if (kind === 'folder') return { icon: open ? 'folder-opened' : 'folder', tone: 'folder' };
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return BY_EXTENSION[extension] ?? (CODE_EXTENSIONS.includes(extension) ? { icon: 'file-code', tone: 'code' } : { icon: 'file', tone: 'text' });
}
