import type { Services } from '../state/services.ts';
import type { MenuEntry } from '../ui/menuEntry.ts';

/** A command as a line of a menu, with its own title and key. */
export function commandEntry(services: Services, id: string, argument?: unknown): Extract<MenuEntry, { kind: 'item' }> {
  const command = services.commands.all.find((candidate) => candidate.id === id);
  return {
    kind: 'item',
    id,
    label: command?.title ?? id,
    keys: services.commands.keysText(id),
    disabled: !services.commands.isEnabled(id),
    run: () => services.commands.run(id, argument),
  };
}
