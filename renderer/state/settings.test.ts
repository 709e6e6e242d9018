import { expect, it } from 'vitest';
import { nextRecentCommands, parseSettings, resolveTheme } from './settings.ts';

it.each([
  { text: null, theme: 'system' },
  { text: '{"theme":"dark"}', theme: 'dark' },
  { text: '{"theme":"pink"}', theme: 'system' },
  { text: 'no JSON', theme: 'system' },
])('stored $text gives the theme $theme', ({ text, theme }) => {
  expect(parseSettings(text).theme).toBe(theme);
});

it('a command used again goes to the front', () => expect(nextRecentCommands(['a', 'b', 'c'], 'b')).toEqual(['b', 'a', 'c']));

it.each([
  { choice: 'system', system: { dark: false, moreContrast: false }, theme: 'light' },
  { choice: 'system', system: { dark: true, moreContrast: false }, theme: 'dark' },
  { choice: 'system', system: { dark: true, moreContrast: true }, theme: 'hc-dark' },
  { choice: 'system', system: { dark: false, moreContrast: true }, theme: 'hc-light' },
  { choice: 'light', system: { dark: true, moreContrast: true }, theme: 'light' },
] as const)('$choice on $system is $theme', ({ choice, system, theme }) => {
  expect(resolveTheme(choice, system)).toBe(theme);
});
