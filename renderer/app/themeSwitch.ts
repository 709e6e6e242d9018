import type { Disposable } from '../../kernel/base/disposable.ts';
import { resolveTheme, type SettingsStore, type ThemeChoice } from '../state/settings.ts';

/** Writes the theme to `<html data-theme>`, where the style sheets and Monaco look, and follows system and settings. */
export function followTheme(page: Window, settings: SettingsStore): Disposable {
  const dark = page.matchMedia('(prefers-color-scheme: dark)');
  const contrast = page.matchMedia('(prefers-contrast: more), (forced-colors: active)');
  const apply = (): void => applyTheme(page, settings.getState().theme);
  dark.addEventListener('change', apply);
  contrast.addEventListener('change', apply);
  const stop = settings.subscribe(apply);
  apply();
  return {
    dispose: () => {
      stop();
      dark.removeEventListener('change', apply);
      contrast.removeEventListener('change', apply);
    },
  };
}

/** Also used before the settings are there, so that the first frame has the system's theme. */
export function applyTheme(page: Window, choice: ThemeChoice): void {
  const system = {
    dark: page.matchMedia('(prefers-color-scheme: dark)').matches,
    moreContrast: page.matchMedia('(prefers-contrast: more), (forced-colors: active)').matches,
  };
  page.document.documentElement.dataset['theme'] = resolveTheme(choice, system);
}
