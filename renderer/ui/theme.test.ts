import fs from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Text on the surfaces that it stands on, in every theme. */
const PAIRS: readonly (readonly [text: string, surfaces: readonly string[]])[] = [
  ['fg', ['bg', 'bg-code', 'bg-side', 'bg-chrome', 'bg-raised', 'bg-input', 'bg-hover', 'bg-selected', 'bg-selected-muted', 'bg-header', 'danger-bg', 'warning-bg', 'success-bg', 'info-bg']],
  ['fg-strong', ['bg', 'bg-chrome', 'bg-selected', 'bg-selected-muted']],
  ['fg-muted', ['bg', 'bg-code', 'bg-side', 'bg-chrome', 'bg-raised', 'bg-header', 'bg-hover', 'bg-selected', 'bg-selected-muted']],
  ['fg-faint', ['bg', 'bg-code', 'bg-side', 'bg-input']],
  ['accent-text', ['bg', 'bg-code', 'bg-side', 'bg-raised', 'bg-hover', 'bg-selected', 'accent-soft']],
  ['accent-fg', ['accent', 'accent-hover']],
  ['danger', ['bg', 'bg-code', 'bg-side', 'bg-raised', 'danger-bg']],
  ['danger-fg', ['danger']],
  ['warning', ['bg', 'bg-raised', 'warning-bg']],
  ['success', ['bg', 'bg-raised', 'success-bg']],
  ['info', ['bg', 'bg-raised', 'info-bg']],
];

const css = fs.readFileSync(new URL('./theme.css', import.meta.url), 'utf8');

describe.each(['light', 'dark', 'hc-light', 'hc-dark'])('the theme %s', (theme) => {
  const colors = readColors(theme);
  const contrastMin = theme.startsWith('hc') ? 7 : 4.5;
  it.each(PAIRS.flatMap(([text, surfaces]) => surfaces.map((surface) => ({ text, surface }))))(`keeps $text readable on $surface`, ({ text, surface }) => {
    expect(contrast(colors.get(text), colors.get(surface))).toBeGreaterThanOrEqual(contrastMin);
  });
  it('shows the edges of controls and the focus', () => {
    const least = Math.min(...['border-control', 'focus'].map((name) => contrast(colors.get(name), colors.get('bg'))));
    expect(least).toBeGreaterThanOrEqual(3);
  });
});

function readColors(theme: string): ReadonlyMap<string, string> {
  const start = css.indexOf(`:root[data-theme='${theme}'] {`);
  const block = css.slice(start, css.indexOf('\n  }', start));
  return new Map([...block.matchAll(/--lb-([\w-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1] ?? '', match[2] ?? '']));
}

/** WCAG 2 contrast ratio of two colours. */
function contrast(one = '#000000', other = '#000000'): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}
