/** A run of text in one style. `color` is one of the 16 terminal colours. */
export interface AnsiSpan {
  readonly text: string;
  readonly color?: number;
  readonly bold?: true;
}

// CSI sequences (colours among them), OSC sequences (links, titles), and lone escapes.
// eslint-disable-next-line no-control-regex -- escape characters are what this reads
const ESCAPES = /\u001b\[([0-9;?]*)([@-~])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-_]/g;

/** Text of a terminal as styled runs; what is not a colour is left out. A carriage return starts its line anew. */
export function parseAnsi(text: string): AnsiSpan[] {
  const spans: AnsiSpan[] = [];
  let style: Omit<AnsiSpan, 'text'> = {};
  let from = 0;
  const take = (to: number): void => {
    if (to > from) spans.push({ text: text.slice(from, to), ...style });
  };
  for (const match of text.matchAll(ESCAPES)) {
    take(match.index);
    from = match.index + match[0].length;
    if (match[2] === 'm') style = nextStyle(style, (match[1] ?? '').split(';').map(Number));
  }
  take(text.length);
  return spans;
}

/** What a terminal shows of lines that were overwritten (`\r`), as progress bars do. */
export function applyCarriageReturns(text: string): string {
  if (!text.includes('\r')) return text;
  return text
    .replace(/\r\n/g, '\n')
    .split('\n')
    .map((line) => line.replace(/\r+$/, '').split('\r').at(-1) ?? '')
    .join('\n');
}

function nextStyle(style: Omit<AnsiSpan, 'text'>, codes: readonly number[]): Omit<AnsiSpan, 'text'> {
  let next = style;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) at += codes[at + 1] === 5 ? 2 : 4; // 256 colours: the run keeps its colour
    else next = applyCode(next, code);
  }
  return next;
}

function applyCode(style: Omit<AnsiSpan, 'text'>, code: number): Omit<AnsiSpan, 'text'> {
  if (code === 0) return {};
  if (code === 1) return { ...style, bold: true };
  if (code === 22) return style.color === undefined ? {} : { color: style.color };
  if (code === 39) return style.bold === undefined ? {} : { bold: true };
  if (code >= 30 && code <= 37) return { ...style, color: code - 30 };
  return code >= 90 && code <= 97 ? { ...style, color: code - 82 } : style;
}
