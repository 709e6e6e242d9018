import { useEffect, useState, type CSSProperties } from 'react';
import { cachedColors, colorize } from './colorizer.ts';
import { useLoadedMonaco } from './loadMonaco.ts';
import { CODE_FONT_FAMILY, CODE_FONT_SIZE, CODE_GUTTER, CODE_GUTTER_NUMBERED, CODE_HEIGHT_MAX, CODE_LINE_HEIGHT, CODE_PADDING_Y, countLines } from './typography.ts';
import styles from './PaintedCode.module.css';

export interface PaintedCodeProps {
  readonly text: string;
  /** Monaco's language id. */
  readonly language: string;
  readonly lineNumbers?: boolean;
  readonly wrap?: boolean;
}

/** Code as text on the page, in the place and colours the live editor would show it. Plain until Monaco is loaded. */
export function PaintedCode({ text, language, lineNumbers = false, wrap = false }: PaintedCodeProps) {
  const html = useColors(text, language);
  const style: CSSProperties = { ...CODE_STYLE, paddingLeft: lineNumbers ? CODE_GUTTER_NUMBERED : CODE_GUTTER, whiteSpace: wrap ? 'pre-wrap' : 'pre' };
  return (
    <div className={styles['code']} style={{ maxHeight: CODE_HEIGHT_MAX }}>
      {lineNumbers && <LineNumbers count={countLines(text)} />}
      {html === undefined ? <pre style={style}>{text === '' ? '\u200b' : `${text}\n`}</pre> : <pre style={style} dangerouslySetInnerHTML={{ __html: html }} />}
    </div>
  );
}

/** Monaco's own HTML for this text; it escapes what it colours. */
function useColors(text: string, language: string): string | undefined {
  const monaco = useLoadedMonaco();
  const [painted, setPainted] = useState<{ readonly text: string; readonly language: string; readonly html: string }>();
  const current = painted?.text === text && painted.language === language ? painted.html : cachedColors(text, language);
  const missing = current === undefined && text !== '';
  useEffect(() => {
    if (!missing) return;
    let wanted = true;
    colorize(text, language).then((html) => wanted && html !== undefined && setPainted({ text, language, html }), () => undefined);
    return () => {
      wanted = false;
    };
  }, [missing, text, language, monaco]);
  return text === '' ? undefined : current;
}

function LineNumbers({ count }: { readonly count: number }) {
  const numbers = Array.from({ length: count }, (_, index) => index + 1).join('\n');
  return (
    <pre className={styles['numbers']} style={{ ...CODE_STYLE, width: CODE_GUTTER_NUMBERED - CODE_GUTTER }} aria-hidden="true">
      {numbers}
    </pre>
  );
}

const CODE_STYLE: CSSProperties = {
  fontFamily: CODE_FONT_FAMILY,
  fontSize: CODE_FONT_SIZE,
  lineHeight: `${CODE_LINE_HEIGHT}px`,
  paddingTop: CODE_PADDING_Y,
  paddingBottom: CODE_PADDING_Y,
  margin: 0,
  tabSize: 2,
};
