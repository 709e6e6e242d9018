/** A trace, a layout or a setting, as Plotly's schema has it. */
export type PlotlyValue = string | number | boolean | null | undefined | readonly PlotlyValue[] | { readonly [key: string]: PlotlyValue };
export type PlotlyObject = { readonly [key: string]: PlotlyValue };

/** The part of Plotly's API that charts use. `element` is one that {@link PlotlyBundle.react} drew into. */
export interface PlotlyBundle {
  react(element: HTMLElement, traces: readonly PlotlyObject[], layout: PlotlyObject, config: PlotlyObject): Promise<unknown>;
  relayout(element: HTMLElement, change: PlotlyObject): Promise<unknown>;
  purge(element: HTMLElement): void;
  /** A `data:` URL. */
  toImage(element: HTMLElement, options: { readonly format: 'png' | 'svg'; readonly width: number; readonly height: number; readonly scale?: number }): Promise<string>;
  readonly Plots: { resize(element: HTMLElement): Promise<unknown> };
}
