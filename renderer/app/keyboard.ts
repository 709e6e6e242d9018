import type { Disposable } from '../../kernel/base/disposable.ts';
import type { ContextStore } from '../state/contextKeys.ts';
import type { CommandRegistry } from './commandRegistry.ts';
import { isTyping, nextKeyOutcome, strokeOf, type Stroke } from './keymap.ts';

const SEQUENCE_MS = 1_000;

/** Turns keys into commands for the whole window. Listens before everybody else; what is no command goes on its way. */
export function listenToKeys(target: Window, registry: CommandRegistry, context: ContextStore): Disposable {
  let pending: readonly Stroke[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const onKeyDown = (event: KeyboardEvent): void => {
    const stroke = strokeOf(event);
    const { overlayOpen, textInputFocused } = context.getState();
    if (stroke === undefined || event.isComposing || overlayOpen || (textInputFocused && isTyping(stroke))) return;
    clearTimeout(timer);
    const outcome = nextKeyOutcome(registry.bindings, pending, stroke);
    pending = outcome.kind === 'pending' && outcome.strokes.length > 0 ? outcome.strokes : [];
    if (outcome.kind === 'pending') timer = setTimeout(() => (pending = []), SEQUENCE_MS);
    if (outcome.kind !== 'run' || !registry.runFirst(outcome.commandIds)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  target.addEventListener('keydown', onKeyDown, { capture: true });
  return { dispose: () => target.removeEventListener('keydown', onKeyDown, { capture: true }) };
}
