import { useSyncExternalStore } from 'react';
import { Emitter } from '../../kernel/base/events.ts';
import { codeTheme, watchCodeTheme } from './codeTheme.ts';
import type { Monaco } from './monaco.ts';
import { monacoThemeName } from './themes.ts';

// A module is loaded once per page: this is the memory of `import()`, readable without waiting.
let loading: Promise<Monaco> | undefined;
let loaded: Monaco | undefined;
const arrived = new Emitter<undefined>();

/** Loads Monaco on first use and keeps its theme in step with the page's. */
export function loadMonaco(): Promise<Monaco> {
  loading ??= import('./monaco.ts').then(
    ({ setUpMonaco }) => {
      const monaco = setUpMonaco();
      const applyTheme = (): void => monaco.editor.setTheme(monacoThemeName(codeTheme()));
      applyTheme();
      watchCodeTheme(applyTheme);
      loaded = monaco;
      arrived.emit(undefined);
      return monaco;
    },
    (error: unknown) => {
      loading = undefined; // a dropped connection: the next focus tries again
      throw error;
    },
  );
  return loading;
}

/** Monaco if it is there already. */
export function loadedMonaco(): Monaco | undefined {
  return loaded;
}

/** Monaco once somebody has loaded it. */
export function useLoadedMonaco(): Monaco | undefined {
  return useSyncExternalStore(subscribeToArrival, loadedMonaco);
}

function subscribeToArrival(listener: () => void): () => void {
  const subscription = arrived.subscribe(listener);
  return () => subscription.dispose();
}
