/** The drag data type of cells; its text is the JSON list of their ids. */
export const DRAG_TYPE = 'application/x-lakebook-cells';

/** Where cells go that are dropped on the cell at `index`: before the cell of that index in the present order. */
export function dropIndex(index: number, side: 'above' | 'below' | undefined): number {
  return side === 'below' ? index + 1 : index;
}
