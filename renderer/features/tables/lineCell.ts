/** A text in a column of a list's line. */
export interface LineCell {
  readonly text: string;
  readonly look?: 'muted' | 'right' | 'deleted' | 'name' | 'type' | 'code' | 'operation' | 'number';
  /** All of a text that is shortened. */
  readonly title?: string;
  readonly badges?: readonly string[];
  /** What an operation does, for its colour. */
  readonly kind?: string;
}

/** The line as it is spoken and typed for: its texts in order. */
export function lineLabel(cells: readonly LineCell[]): string {
  return cells.flatMap(({ text, badges = [] }) => [text, ...badges]).filter((text) => text !== '').join(', ');
}
