import type { PlotlyBundle } from './plotlyTypes.ts';

let loading: Promise<PlotlyBundle> | undefined;

/** Plotly's bundle for line, bar, scatter and histogram; fetched with the first chart. */
export function loadPlotly(): Promise<PlotlyBundle> {
  loading ??= import('plotly.js-cartesian-dist-min').then(
    (module) => module.default,
    (error: unknown) => {
      loading = undefined; // the next chart tries again
      throw error;
    },
  );
  return loading;
}
