import { useMemo, useState } from 'react';
import { VList } from 'virtua';
import { countOf } from '../model/messages.ts';
import { applyCarriageReturns, parseAnsi } from './ansi.ts';
import styles from './outputs.module.css';

/** Longer text starts collapsed to its head and tail. */
const LINES_OPEN = 60;
const HEAD_LINES = 15;
const TAIL_LINES = 15;
/** Longer text is never all in the page: its lines come and go as they are scrolled to. */
const LINES_WHOLE = 400;
const LINE_CHARS_MAX = 10_000;

export interface TextBlockProps {
  readonly text: string;
  readonly tone?: 'plain' | 'error';
  readonly label: string;
}

/** Text of a program as a terminal would show it. Long text is collapsed, never cut. */
export function TextBlock({ text, tone = 'plain', label }: TextBlockProps) {
  const lines = useMemo(() => applyCarriageReturns(text).replace(/\n$/, '').split('\n'), [text]);
  const [open, setOpen] = useState(false);
  const className = `${styles['text']} ${tone === 'error' ? styles['textError'] : ''}`;
  const collapsed = lines.length > LINES_OPEN && !open;
  return (
    <div>
      {collapsed ? (
        <>
          <pre className={className} aria-label={label}><Styled text={lines.slice(0, HEAD_LINES).join('\n')} /></pre>
          <button type="button" className={styles['expand']} onClick={() => setOpen(true)}>
            Show {countOf(lines.length - HEAD_LINES - TAIL_LINES, 'more line')}
          </button>
          <pre className={className}><Styled text={lines.slice(-TAIL_LINES).join('\n')} /></pre>
        </>
      ) : lines.length > LINES_WHOLE ? (
        <VirtualLines lines={lines} className={className} label={label} />
      ) : (
        <pre className={className} aria-label={label}><Styled text={lines.join('\n')} /></pre>
      )}
      {open && <button type="button" className={styles['expand']} onClick={() => setOpen(false)}>Show less</button>}
    </div>
  );
}

function VirtualLines({ lines, className, label }: { readonly lines: readonly string[]; readonly className: string; readonly label: string }) {
  return (
    <div role="log" aria-label={label} aria-live="off" tabIndex={0} className={className}>
      <VList data={lines} itemSize={18} style={{ height: 480 }}>
        {(line) => <div className={styles['line']}><Styled text={line} /></div>}
      </VList>
    </div>
  );
}

function Styled({ text }: { readonly text: string }) {
  const spans = useMemo(() => parseAnsi(text.length > LINE_CHARS_MAX * LINES_OPEN ? text.slice(0, LINE_CHARS_MAX * LINES_OPEN) : text), [text]);
  return spans.map((span, index) => {
    if (span.color === undefined && span.bold === undefined) return span.text;
    return <span key={index} data-ansi={span.color} style={span.bold === undefined ? undefined : { fontWeight: 600 }}>{span.text}</span>;
  });
}
