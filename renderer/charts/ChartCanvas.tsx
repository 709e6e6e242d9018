import { useEffect, useImperativeHandle, useRef, useState, type RefObject } from 'react';
import type { ChartFigure } from './chartFigure.ts';
import { loadPlotly } from './loadPlotly.ts';
import type { PlotlyBundle, PlotlyObject } from './plotlyTypes.ts';
import styles from './chart.module.css';

/** What the chart's owner may ask of its drawing. */
export interface ChartCanvasHandle {
  /** The drawing as an image file, in the size on screen; undefined before it is drawn. */
  toBlob(format: 'png' | 'svg'): Promise<Blob | undefined>;
  /** Undoes zooming. */
  resetView(): void;
}

export interface ChartCanvasProps {
  readonly figure: ChartFigure;
  /** What the chart shows, in words. */
  readonly description: string;
  readonly handle: RefObject<ChartCanvasHandle | null>;
  readonly onError: (error: unknown) => void;
}

/** No logo, no toolbar, no links: the product's own buttons do what is needed. */
const CONFIG: PlotlyObject = { displayModeBar: false, displaylogo: false, showTips: false, responsive: false, doubleClick: 'reset', scrollZoom: false };
const PNG_SCALE = 2;

/** Draws a figure and keeps it as large as its place. */
export function ChartCanvas({ figure, description, handle, onError }: ChartCanvasProps) {
  const element = useRef<HTMLDivElement>(null);
  const [plotly, setPlotly] = useState<PlotlyBundle>();

  useEffect(() => {
    let wanted = true;
    loadPlotly().then((bundle) => wanted && setPlotly(bundle), onError);
    return () => {
      wanted = false;
    };
  }, [onError]);
  useEffect(() => {
    const place = element.current;
    if (place !== null && plotly !== undefined) plotly.react(place, figure.traces, figure.layout, CONFIG).catch(onError);
  }, [plotly, figure, onError]);
  useEffect(() => {
    const place = element.current;
    if (place === null || plotly === undefined) return;
    const observer = new ResizeObserver(() => {
      if (place.clientWidth > 0 && place.clientHeight > 0) plotly.Plots.resize(place).catch(onError);
    });
    observer.observe(place);
    return () => {
      observer.disconnect();
      plotly.purge(place);
    };
  }, [plotly, onError]);

  useImperativeHandle(
    handle,
    () => ({
      toBlob: async (format) => {
        const place = element.current;
        if (place === null || plotly === undefined) return undefined;
        const url = await plotly.toImage(place, { format, width: place.clientWidth, height: place.clientHeight, ...(format === 'png' ? { scale: PNG_SCALE } : {}) });
        return decodeDataUrl(url);
      },
      resetView: () => {
        const place = element.current;
        if (place !== null && plotly !== undefined) plotly.relayout(place, { 'xaxis.autorange': true, 'yaxis.autorange': true }).catch(onError);
      },
    }),
    [plotly, onError],
  );
  return <div ref={element} role="img" aria-label={description} className={styles['canvas']} />;
}

/** The bytes of a `data:` URL; fetching it is what the page's policy forbids. */
export function decodeDataUrl(url: string): Blob {
  const comma = url.indexOf(',');
  const head = url.slice(5, comma);
  const body = url.slice(comma + 1);
  const type = head.split(';')[0] ?? '';
  if (!head.endsWith(';base64')) return new Blob([decodeURIComponent(body)], { type });
  return new Blob([Uint8Array.from(atob(body), (char) => char.charCodeAt(0))], { type });
}
