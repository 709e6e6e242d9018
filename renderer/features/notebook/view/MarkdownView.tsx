import { useLayoutEffect, useMemo, useRef, useState, type MouseEvent } from 'react';
import { Icon } from '../../../ui/Icon.tsx';
import { useServices } from '../../../state/services.ts';
import { isJsonObject } from '../../../../kernel/notebook/json.ts';
import { renderMarkdown, type Attachments } from '../outputs/markdown.ts';
import { resolveLink } from '../model/links.ts';
import type { CellSummary } from '../session/notebookState.ts';
import { useNotebook, useSource } from './notebookContext.ts';
import styles from './markdown.module.css';

/** A Markdown cell as it reads. A double click edits it. */
export function MarkdownView({ cell, onEdit }: { readonly cell: CellSummary; readonly onEdit: () => void }) {
  const source = useSource(cell.id);
  if (source.trim() === '') {
    return <p className={styles['empty']} onDoubleClick={onEdit}>Empty Markdown cell. Press Enter to write.</p>;
  }
  const attachments = isJsonObject(cell.attachments) ? (cell.attachments as Attachments) : {};
  return <RenderedMarkdown source={source} attachments={attachments} onDoubleClick={onEdit} />;
}

export interface RenderedMarkdownProps {
  readonly source: string;
  readonly attachments?: Attachments;
  readonly onDoubleClick?: () => void;
}

const NO_ATTACHMENTS: Attachments = {};

export function RenderedMarkdown({ source, attachments = NO_ATTACHMENTS, onDoubleClick }: RenderedMarkdownProps) {
  const services = useServices();
  const { session } = useNotebook();
  const element = useRef<HTMLDivElement>(null);
  const [external, setExternal] = useState<string>();
  const html = useMemo(() => renderMarkdown(source, attachments), [source, attachments]);
  useLayoutEffect(() => {
    if (element.current !== null) void drawFormulas(element.current);
  }, [html]);

  /** A link opens nothing by itself: files of the workspace open here, other addresses are shown to be copied. */
  const follow = (event: MouseEvent): void => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null) return;
    event.preventDefault();
    event.stopPropagation();
    const target = resolveLink(link.getAttribute('href') ?? '', session.path);
    if (target.kind === 'file') services.openPath(target.path);
    else if (target.kind === 'external') setExternal(target.url);
  };
  return (
    <div className={styles['markdown']} onClick={follow} onDoubleClick={onDoubleClick}>
      <div ref={element} dangerouslySetInnerHTML={{ __html: html }} />
      {external !== undefined && <ExternalLink url={external} onClose={() => setExternal(undefined)} />}
    </div>
  );
}

function ExternalLink({ url, onClose }: { readonly url: string; readonly onClose: () => void }) {
  return (
    <p className={styles['external']} role="status">
      <Icon name="link-external" /> <code>{url}</code>
      <button type="button" onClick={() => { void navigator.clipboard.writeText(url).catch(() => undefined); onClose(); }}>Copy address</button>
      <button type="button" aria-label="Close" onClick={onClose}><Icon name="close" /></button>
    </p>
  );
}

/** KaTeX comes with the first formula. */
async function drawFormulas(element: HTMLElement): Promise<void> {
  const formulas = [...element.querySelectorAll<HTMLElement>('[data-tex]')];
  if (formulas.length === 0) return;
  const { drawFormula } = await import('../outputs/drawFormula.ts');
  for (const formula of formulas) if (formula.isConnected) drawFormula(formula, formula.dataset['tex'] ?? '', formula.hasAttribute('data-display'));
}
