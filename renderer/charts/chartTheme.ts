import { useSyncExternalStore } from 'react';

/** Colours of a chart, from the window's theme. */
export interface ChartTheme {
  readonly dark: boolean;
  readonly background: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly font: string;
  readonly series: readonly string[];
}

/** Told apart by hue and by lightness, at least 3:1 on the background. */
const LIGHT_SERIES = ['#1d62d6', '#c2540a', '#0c7a6b', '#9333c9', '#a8322a', '#6a7a08', '#b03079', '#50607a', '#0b7fa3', '#8a5a2b'];
const DARK_SERIES = ['#6ea3ff', '#f79a4b', '#45c9b0', '#c99af5', '#ff8c82', '#bccb4b', '#f58cc3', '#a9b6cc', '#56c6e8', '#d3a36b'];

/** The theme as the page has it now; draws again when it changes. */
export function useChartTheme(): ChartTheme {
  const name = useSyncExternalStore(subscribe, currentName);
  return readTheme(name);
}

const themes = new Map<string, ChartTheme>();

function readTheme(name: string): ChartTheme {
  const known = themes.get(name);
  if (known !== undefined) return known;
  const style = getComputedStyle(document.documentElement);
  const read = (property: string): string => style.getPropertyValue(property).trim();
  const dark = style.colorScheme.includes('dark');
  const theme: ChartTheme = {
    dark,
    background: read('--lb-bg'),
    text: read('--lb-fg'),
    muted: read('--lb-fg-muted'),
    grid: read('--lb-border'),
    font: read('--lb-font'),
    series: dark ? DARK_SERIES : LIGHT_SERIES,
  };
  themes.set(name, theme);
  return theme;
}

function currentName(): string {
  return document.documentElement.dataset['theme'] ?? '';
}

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
