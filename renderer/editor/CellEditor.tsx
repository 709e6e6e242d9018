import { useLayoutEffect, useRef, type MouseEvent } from 'react';
import type * as Y from 'yjs';
import type { CellEditorHost } from './cellEditorHost.ts';
import { monacoLanguage } from './languages.ts';
import { PaintedCode } from './PaintedCode.tsx';

export interface CellEditorProps {
  readonly cellId: string;
  readonly text: Y.Text;
  /** The text at this moment, for painting. */
  readonly source: string;
  /** `sql`, `duckdb`, `python`… */
  readonly language: string;
  readonly ariaLabel: string;
  readonly readOnly: boolean;
  readonly wrap: boolean;
  readonly lineNumbers: boolean;
  /** The live editor if it belongs in this cell. */
  readonly host: CellEditorHost | undefined;
  /** A press of the mouse on painted code asks for the editor; the default action of the press is already prevented. */
  readonly onPress: (event: { readonly clientX: number; readonly clientY: number; readonly shiftKey: boolean }) => void;
}

/** A cell's code: the live editor where `host` is given, painted text elsewhere. */
export function CellEditor({ cellId, text, source, language, ariaLabel, readOnly, wrap, lineNumbers, host, onPress }: CellEditorProps) {
  const container = useRef<HTMLDivElement>(null);
  const languageId = monacoLanguage(language);
  useLayoutEffect(() => {
    if (host === undefined || container.current === null) return;
    host.show({ cellId, text, language: languageId, ariaLabel, readOnly, wrap }, container.current);
    return () => host.hide(cellId);
  }, [host, cellId, text, languageId, ariaLabel, readOnly, wrap]);

  if (host !== undefined) return <div ref={container} data-live-editor="" />;
  const press = (event: MouseEvent): void => {
    if (event.button !== 0) return;
    event.preventDefault(); // the browser would take the focus away again after we gave it to the editor
    onPress(event);
  };
  return (
    <div role="group" aria-label={ariaLabel} onMouseDown={press}>
      <PaintedCode text={source} language={languageId} lineNumbers={lineNumbers} wrap={wrap} />
    </div>
  );
}
