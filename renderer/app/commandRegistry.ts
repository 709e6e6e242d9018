import type { CommandRunner } from '../state/commandRunner.ts';
import type { Command, FeatureContribution } from '../state/contribution.ts';
import type { Services } from '../state/services.ts';
import { formatKeys, parseKeys, type Binding, type KeyPlatform } from './keymap.ts';

/** The commands of all features with their keys. */
export interface CommandRegistry extends CommandRunner {
  readonly bindings: readonly Binding[];
  /** Runs the first enabled one; false where there is none. */
  readonly runFirst: (ids: readonly string[]) => boolean;
}

/**
 * @param services late, because the services hold this registry
 */
export function createCommandRegistry(features: readonly FeatureContribution[], platform: KeyPlatform, services: () => Services): CommandRegistry {
  const all = features.flatMap((feature) => feature.commands ?? []);
  const byId = new Map(all.map((command) => [command.id, command]));

  const enabled = (command: Command): boolean => command.when?.(services().context.getState()) ?? true;
  const start = (command: Command, argument: unknown): void => {
    void (async () => command.run(services(), argument))().catch((error: unknown) => services().notifications.getState().notifyError(error));
  };
  return {
    all,
    bindings: buildBindings(all, platform),
    isEnabled: (id) => {
      const command = byId.get(id);
      return command !== undefined && enabled(command);
    },
    run: (id, argument) => {
      const command = byId.get(id);
      if (command !== undefined) start(command, argument);
    },
    runFirst: (ids) => {
      const command = ids.map((id) => byId.get(id)).find((candidate) => candidate !== undefined && enabled(candidate));
      if (command === undefined) return false;
      start(command, undefined);
      return true;
    },
    keysText: (id) => {
      const keys = byId.get(id)?.keys?.[0];
      return keys === undefined ? undefined : formatKeys(parseKeys(keys, platform), platform);
    },
  };
}

/** Commands for a special place (`when`) come before those that always work, so that they win there. */
function buildBindings(commands: readonly Command[], platform: KeyPlatform): readonly Binding[] {
  const special = commands.filter((command) => command.when !== undefined);
  const general = commands.filter((command) => command.when === undefined);
  return [...special, ...general].flatMap((command) => (command.keys ?? []).map((keys) => ({ commandId: command.id, strokes: parseKeys(keys, platform) })));
}
