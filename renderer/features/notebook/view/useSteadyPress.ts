import { useRef, type PointerEvent, type RefObject } from 'react';

/** A pointer that went further was moved on purpose: who slides off a button takes the press back. */
const STILL_PX = 4;

/**
 * Presses in a list that may change its height at any moment. A button that is pressed and released without moving the
 * pointer counts, also where the button was moved away from under it in between: the browser alone would drop the click.
 */
export function useSteadyPress(): { readonly pressed: RefObject<boolean>; readonly onPointerDownCapture: (event: PointerEvent) => void } {
  const pressed = useRef(false);
  return {
    pressed,
    onPointerDownCapture: ({ target, button, pointerType, clientX, clientY }) => {
      pressed.current = true;
      const own = button === 0 && pointerType === 'mouse' && target instanceof Element ? target.closest('button') : null;
      const controller = new AbortController();
      const options = { capture: true, signal: controller.signal };
      const end = (): void => {
        pressed.current = false;
        controller.abort();
      };
      window.addEventListener('click', (click) => own !== null && click.target instanceof Node && own.contains(click.target) && end(), options);
      window.addEventListener('pointercancel', end, options);
      window.addEventListener('pointerdown', end, options);
      window.addEventListener('pointerup', (up) => {
        pressed.current = false;
        const still = Math.hypot(up.clientX - clientX, up.clientY - clientY) <= STILL_PX;
        // The browser's own click, where there is one, comes within the same task as the release.
        setTimeout(() => {
          if (!controller.signal.aborted && own?.isConnected === true && still) own.click();
          end();
        });
      }, options);
    },
  };
}
