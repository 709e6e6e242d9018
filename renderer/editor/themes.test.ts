import { describe, expect, it } from 'vitest';
import { CODE_PALETTES } from './themes.ts';

const TEXTS = ['text', 'comment', 'keyword', 'string', 'number', 'type', 'function', 'operator', 'lineNumber', 'error'] as const;
const CASES = Object.entries(CODE_PALETTES).flatMap(([theme, palette]) => TEXTS.map((text) => ({ theme, text, palette })));

describe('code themes', () => {
  it.each(CASES)('$text is readable on the background in $theme', ({ theme, text, palette }) => {
    expect(contrast(palette[text], palette.background)).toBeGreaterThanOrEqual(theme.startsWith('hc') ? 7 : 4.5);
  });
});

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

/** Relative luminance as WCAG 2 defines it. */
function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}
