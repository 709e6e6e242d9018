import { useCallback, useMemo, useState } from 'react';
import type { ResultColumn } from '../../kernel/rpc/results.ts';
import type { Cell } from './cellText.ts';
import { buildColumnLayout, clampWidth, initialWidth, type ColumnLayout } from './columnLayout.ts';

export interface ColumnWidths {
  readonly layout: ColumnLayout;
  readonly resize: (column: number, widthPx: number) => void;
  /** Widths that fit the rows in view, for columns whose width the user did not choose; they only ever grow. */
  readonly fit: (widthsPx: ReadonlyMap<number, number>) => void;
}

/** Where columns stand: first as their types suggest, then as the first rows need, then as the user made them. */
export function useColumnWidths(columns: readonly ResultColumn[]): ColumnWidths {
  const [chosen, setChosen] = useState<Widths>(new Map());
  const [fitted, setFitted] = useState<Widths>(new Map());
  const layout = useMemo(
    () => buildColumnLayout(columns.length, (index) => chosen.get(widthKey(columns, index)) ?? fitted.get(widthKey(columns, index)) ?? initialWidth(columns[index]!.name, columns[index]!.type)),
    [columns, chosen, fitted],
  );
  const resize = useCallback((column: number, widthPx: number) => setChosen((before) => new Map(before).set(widthKey(columns, column), clampWidth(widthPx))), [columns]);
  const fit = useCallback(
    (widthsPx: ReadonlyMap<number, number>) =>
      setFitted((before) => {
        const grown = new Map(before);
        for (const [column, widthPx] of widthsPx) grown.set(widthKey(columns, column), Math.max(clampWidth(widthPx), before.get(widthKey(columns, column)) ?? 0));
        return grown;
      }),
    [columns],
  );
  return { layout, resize, fit };
}

type Widths = ReadonlyMap<string, number>;

/** A column keeps its width when the statement runs again: by place and name, not by result. */
function widthKey(columns: readonly ResultColumn[], column: number): string {
  return `${column}:${columns[column]?.name ?? ''}`;
}

const CELL_PADDING_PX = 20;
const HEAD_PADDING_PX = 34;
/** Of cells and of heads, as the style sheet has them. */
const FONTS = { cell: '12px', code: '11px', head: '600 12px', type: '11px' } as const;

/** Width that shows the cells and the head's name and type. */
export function fittingWidth(cells: readonly Cell[], head: ResultColumn): number {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return initialWidth(head.name, head.type);
  const style = getComputedStyle(document.body);
  const measure = (font: string, text: string): number => {
    context.font = font;
    return context.measureText(text.slice(0, 400)).width;
  };
  const cellFont = `${FONTS.cell} ${style.fontFamily}`;
  const codeFont = `${FONTS.code} ${style.getPropertyValue('--lb-font-code')}`;
  const content = Math.max(0, ...cells.map(({ kind, text }) => measure(kind === 'nested' || kind === 'binary' ? codeFont : cellFont, text)));
  const header = Math.max(measure(`${FONTS.head} ${style.fontFamily}`, head.name), measure(`${FONTS.type} ${style.fontFamily}`, head.type));
  return Math.ceil(Math.max(content + CELL_PADDING_PX, header + HEAD_PADDING_PX));
}
