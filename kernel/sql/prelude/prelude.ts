import { CAST_MACROS } from './castMacros.ts';
import { LIST_MACROS } from './listMacros.ts';
import type { PreludeMacro } from './macro.ts';
import { NUMBER_MACROS } from './numberMacros.ts';
import { TEXT_MACROS } from './textMacros.ts';

/**
 * The macros that emitted statements call, each before those that use it. Created once per DuckDB instance, in a schema
 * of their own that is first on the search path. They may not be used in what is stored (views, indexes).
 */
const PRELUDE: readonly PreludeMacro[] = [...NUMBER_MACROS, ...CAST_MACROS, ...LIST_MACROS, ...TEXT_MACROS];

/** The prelude as statements, in the order in which they have to run. */
export function preludeStatements(schema?: string): readonly string[] {
  const prefix = schema === undefined ? '' : `"${schema}".`;
  return PRELUDE.map(({ name, parameters, body }) => `CREATE OR REPLACE MACRO ${prefix}${name}(${parameters}) AS ${body}`);
}
