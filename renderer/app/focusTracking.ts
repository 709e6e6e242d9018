import type { Disposable } from '../../kernel/base/disposable.ts';
import type { ContextStore } from '../state/contextKeys.ts';

const TEXT_INPUTS = 'textarea, [contenteditable="true"], [role="textbox"], [role="combobox"], .monaco-editor, input:not([type="checkbox"], [type="radio"], [type="range"], [type="button"])';

/** Keeps `focusedRegion`, `focusedView` and `textInputFocused` true to where the focus is. */
export function trackFocus(target: Document, context: ContextStore): Disposable {
  const update = (): void => {
    const element = target.activeElement;
    const focusedRegion = element?.closest<HTMLElement>('[data-region]')?.dataset['region'];
    const focusedView = element?.closest<HTMLElement>('[data-view]')?.dataset['view'];
    const textInputFocused = element !== null && element.matches(TEXT_INPUTS + ', .monaco-editor *');
    const before = context.getState();
    const same = before.focusedRegion === focusedRegion && before.focusedView === focusedView && before.textInputFocused === textInputFocused;
    if (!same) context.setState({ focusedRegion, focusedView, textInputFocused });
  };
  target.addEventListener('focusin', update);
  target.addEventListener('focusout', update);
  return {
    dispose: () => {
      target.removeEventListener('focusin', update);
      target.removeEventListener('focusout', update);
    },
  };
}
