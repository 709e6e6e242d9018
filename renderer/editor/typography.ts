/** Shared by live and painted code, so that text does not move when a cell gets or loses the live editor. Pixels. */
export const CODE_FONT_FAMILY = 'ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';
export const CODE_FONT_SIZE = 13;
export const CODE_LINE_HEIGHT = 20;
export const CODE_PADDING_Y = 8;
/** Left of the first character when no line numbers are shown. */
export const CODE_GUTTER = 12;
/** Left of the first character when line numbers are shown. */
export const CODE_GUTTER_NUMBERED = 52;

/** Height of code of so many lines, without a horizontal scroll bar. */
function codeHeight(lines: number): number {
  return lines * CODE_LINE_HEIGHT + 2 * CODE_PADDING_Y;
}

export function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

/** Longer code scrolls inside its cell: past some hundred lines, painting every line of a cell costs each key. */
export const CODE_HEIGHT_MAX = codeHeight(400);
