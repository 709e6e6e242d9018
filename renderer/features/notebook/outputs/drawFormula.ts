import katex from 'katex';
import 'katex/dist/katex.min.css';

/** Draws TeX into an element; what KaTeX cannot read stays as text, in colour. */
export function drawFormula(element: HTMLElement, tex: string, display: boolean): void {
  katex.render(tex, element, { displayMode: display, throwOnError: false, trust: false, maxExpand: 1_000, maxSize: 20, strict: 'ignore', output: 'htmlAndMathml' });
}
