import type { Disposable } from '../../kernel/base/disposable.ts';
import type { ThemeName } from './themes.ts';

/** The code theme that goes with the page's theme, which the shell writes to `<html data-theme>`. */
export function codeTheme(): ThemeName {
  const theme = document.documentElement.dataset['theme'];
  const contrast = document.documentElement.dataset['contrast'] === 'more' || (theme?.startsWith('hc') ?? false);
  const dark = theme === undefined ? window.matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark' || theme === 'hc' || theme === 'hc-dark';
  if (contrast) return dark ? 'hc-dark' : 'hc-light';
  return dark ? 'dark' : 'light';
}

export function watchCodeTheme(listener: () => void): Disposable {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'data-contrast'] });
  return { dispose: () => observer.disconnect() };
}
