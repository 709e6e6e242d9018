import { expect, it } from 'vitest';
import { createContextStore } from '../state/contextKeys.ts';
import type { Command } from '../state/contribution.ts';
import { createNotificationsStore } from '../state/notifications.ts';
import type { Services } from '../state/services.ts';
import { createCommandRegistry } from './commandRegistry.ts';
import { nextKeyOutcome, strokeOf } from './keymap.ts';

function createRegistry(commands: readonly Command[]) {
  const services = { context: createContextStore(), notifications: createNotificationsStore() } as unknown as Services;
  return { services, registry: createCommandRegistry([{ id: 'test', commands }], 'other', () => services) };
}
const command = (id: string, more: Partial<Command> = {}): Command => ({ id, title: id, category: 'Test', run: () => undefined, ...more });

it('on one key, the command for this place goes before the general one', () => {
  const ran: string[] = [];
  const { registry, services } = createRegistry([
    command('general', { keys: ['Mod+S'], run: () => void ran.push('general') }),
    command('notebook', { keys: ['Mod+S'], when: (context) => context.notebookFocused, run: () => void ran.push('notebook') }),
  ]);
  const stroke = strokeOf({ key: 's', code: 'KeyS', ctrlKey: true, altKey: false, shiftKey: false, metaKey: false });
  const press = (): void => {
    const outcome = stroke === undefined ? undefined : nextKeyOutcome(registry.bindings, [], stroke);
    if (outcome?.kind === 'run') registry.runFirst(outcome.commandIds);
  };
  press();
  services.context.setState({ notebookFocused: true });
  press();
  expect(ran).toEqual(['general', 'notebook']);
});

it('an error of a command is shown', async () => {
  const { registry, services } = createRegistry([command('fails', { run: () => Promise.reject(new TypeError('no luck')) })]);
  registry.run('fails');
  await expect.poll(() => services.notifications.getState().notifications.map(({ message }) => message)).toEqual(['no luck']);
});

it('tells the first key combination of a command', () => {
  const { registry } = createRegistry([command('a', { keys: ['Mod+Shift+P', 'F1'] }), command('b')]);
  expect([registry.keysText('a'), registry.keysText('b'), registry.keysText('unknown')]).toEqual(['Ctrl+Shift+P', undefined, undefined]);
});
