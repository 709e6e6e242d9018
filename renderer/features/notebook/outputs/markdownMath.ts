import type { MarkdownIt } from 'markdown-it';

type InlineRule = Parameters<MarkdownIt['inline']['ruler']['before']>[2];
type BlockRule = Parameters<MarkdownIt['block']['ruler']['before']>[2];

/** `$…$` and `$$…$$` as elements with the formula in `data-tex`. A dollar before a space or behind one is a dollar. */
export function addMath(renderer: MarkdownIt): void {
  renderer.inline.ruler.before('escape', 'math', inlineMath);
  renderer.block.ruler.before('fence', 'math', blockMath, { alt: ['paragraph', 'blockquote', 'list'] });
  const { escapeHtml } = renderer.utils;
  renderer.renderer.rules['math'] = (tokens, index) => {
    const tex = escapeHtml(tokens[index]?.content ?? '');
    const display = tokens[index]?.markup === '$$';
    return display ? `<div class="math" data-tex="${tex}" data-display="">${tex}</div>` : `<span class="math" data-tex="${tex}">${tex}</span>`;
  };
}

const inlineMath: InlineRule = (state, silent) => {
  const { src, pos } = state;
  if (src.charAt(pos) !== '$') return false;
  const markup = src.startsWith('$$', pos) ? '$$' : '$';
  const start = pos + markup.length;
  const end = closingDollar(src, start, markup);
  if (end === undefined) return false;
  if (!silent) {
    const token = state.push('math', 'math', 0);
    token.content = src.slice(start, end);
    token.markup = markup;
  }
  state.pos = end + markup.length;
  return true;
};

function closingDollar(source: string, start: number, markup: string): number | undefined {
  if (markup === '$' && /^\s/.test(source.slice(start))) return undefined;
  for (let end = source.indexOf(markup, start); end !== -1; end = source.indexOf(markup, end + 1)) {
    if (source.charAt(end - 1) === '\\') continue;
    const empty = end === start;
    const price = markup === '$' && (/\s/.test(source.charAt(end - 1)) || /\d/.test(source.charAt(end + 1)));
    if (!empty && !price) return end;
    if (empty) return undefined;
  }
  return undefined;
}

const blockMath: BlockRule = (state, startLine, endLine, silent) => {
  const lineText = (line: number): string => state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]);
  if (!lineText(startLine).startsWith('$$')) return false;
  const lines: string[] = [];
  for (let line = startLine; line < endLine; line++) {
    const text = line === startLine ? lineText(line).slice(2) : lineText(line);
    const closes = text.trimEnd().endsWith('$$');
    lines.push(closes ? text.trimEnd().slice(0, -2) : text);
    if (!closes) continue;
    if (silent) return true;
    const token = state.push('math', 'math', 0);
    token.block = true;
    token.content = lines.join('\n').trim();
    token.markup = '$$';
    token.map = [startLine, line + 1];
    state.line = line + 1;
    return true;
  }
  return false;
};
