/** The calls of Plotly that charts use; the bundle ships no types. */
declare module 'plotly.js-cartesian-dist-min' {
  import type { PlotlyBundle } from './plotlyTypes.ts';
  const Plotly: PlotlyBundle;
  // The bundle is one object; importing it by default is its only form.
  export default Plotly;
}
