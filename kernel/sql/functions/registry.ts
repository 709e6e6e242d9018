import type { FunctionDefinition } from './definition.ts';
import { CONDITIONAL_FUNCTIONS } from './conditional.ts';
import { AGGREGATE_FUNCTIONS } from './aggregates.ts';

/** Every function this engine knows, in the order it is listed to the user. */
export const FUNCTIONS: readonly FunctionDefinition[] = [...CONDITIONAL_FUNCTIONS, ...AGGREGATE_FUNCTIONS];

const BY_NAME = new Map(FUNCTIONS.flatMap((definition) => [definition.name, ...definition.aliases].map((name) => [name, definition] as const)));

/** The function of a name in any case; undefined where Spark has none, or none is known here. */
export function findFunction(name: string): FunctionDefinition | undefined {
  return BY_NAME.get(name.toLowerCase());
}

/** Names of functions, for completion and suggestions. */
export function functionNames(): readonly string[] {
  return [...BY_NAME.keys()];
}
