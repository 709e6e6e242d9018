import { useMemo, useRef, useState } from 'react';
import { estimateFrameHeight } from './frameHeight.ts';
import { sanitizeHtml } from './sanitize.ts';
import styles from './outputs.module.css';

export interface SandboxFrameProps {
  /** Foreign HTML or SVG; nothing in it is trusted. */
  readonly html: string;
  readonly title: string;
  /** Forms of the output that were passed over, in words. */
  readonly alsoBlocked?: readonly string[];
}

/**
 * Foreign markup behind two walls: taken apart by DOMPurify, then framed with an empty sandbox: an origin of its own, no
 * script, no forms, no navigation, no request. What was taken out is said in place.
 */
export function SandboxFrame({ html, title, alsoBlocked = [] }: SandboxFrameProps) {
  const sanitized = useMemo(() => sanitizeHtml(html), [html]);
  const box = useRef<HTMLDivElement>(null);
  const [width] = useState(760);
  const blocked = [...new Set([...sanitized.blocked, ...alsoBlocked])];
  return (
    <div>
      {sanitized.html.trim() !== '' && (
        <div ref={box} className={styles['frameBox']} style={{ height: estimateFrameHeight(sanitized.html, width) }}>
          <iframe className={styles['frame']} sandbox="" srcDoc={frameDocument(sanitized.html)} title={title} tabIndex={-1} />
        </div>
      )}
      {blocked.length > 0 && (
        <p className={styles['blocked']}>
          <span className="codicon codicon-shield" aria-hidden="true" /> Not shown, because outputs run nothing here: {blocked.join(', ')}.
        </p>
      )}
    </div>
  );
}

/** The page that frames the content; its own policy says again what the app's says. */
function frameDocument(html: string): string {
  return `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'"><style>${FRAME_CSS}</style></head><body>${html}</body></html>`;
}

// Foreign output is written for white paper: it keeps it in every theme.
const FRAME_CSS = `
html { color-scheme: light; background: #fff; }
body { margin: 10px 12px; font: 13px/1.5 system-ui, sans-serif; color: #1f2430; overflow-wrap: anywhere; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 10px; border-bottom: 1px solid #e3e7ed; text-align: right; }
th { color: #4a5261; font-weight: 600; }
svg, img { max-width: 100%; height: auto; }
pre { white-space: pre-wrap; }
`;
