import type { SessionSettings } from '../catalog.ts';
import type { TemporaryRoutine } from '../temporaries.ts';
import type { KnownTables } from './recorder.ts';

export interface Completion {
  readonly label: string;
  readonly kind: 'keyword' | 'table' | 'schema' | 'column' | 'function' | 'snippet' | 'alias' | 'variable' | 'field' | 'parameter';
  /** A column's type, a function's group. */
  readonly detail?: string;
  readonly insertText: string;
  /** The text has tab stops of an editor: `$1`, `${2:name}`. */
  readonly snippet?: boolean;
  /** Markdown. */
  readonly documentation?: string;
}

/** What an offer needs to be ranked beside others. */
export interface Offer extends Completion {
  /** Kinds that are likelier at the place come first. */
  readonly rank: number;
}

/** What completion knows beside the statement. */
export interface CompletionSources {
  readonly tables: KnownTables;
  /** Every table and view by catalog, schema and name. */
  readonly tableNames: readonly (readonly [string, string, string])[];
  /** Names of the session's views. */
  readonly views: readonly (readonly string[])[];
  /** The session's SQL functions. */
  readonly routines: readonly TemporaryRoutine[];
  readonly settings: SessionSettings;
  /** Names of parameters and variables that the document or the session knows. */
  readonly parameters: readonly string[];
  /** Lower-case words of the document: what is used is likelier. */
  readonly used: ReadonlySet<string>;
}

export interface Completions {
  readonly items: readonly Completion[];
  /** Whether more would be offered for a longer word. */
  readonly incomplete: boolean;
}
