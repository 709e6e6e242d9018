import { LakebookError } from '../base/errors.ts';
import type { Database } from '../duckdb/database.ts';
import type { ScalarFunctionDefinition } from '../duckdb/scalarFunction.ts';
import { preludeStatements } from '../sql/prelude/prelude.ts';
import { CIPHER_FUNCTIONS } from './cipherFunctions.ts';
import { JAVASCRIPT_FUNCTIONS, type JavaScriptFunction, type ScalarValue } from '../sql/scalarFunctions.ts';

/** What emitted statements call, made in a database when the first statement needs it. */
export class SqlPrelude {
  readonly #database: Database;
  #installed: Promise<void> | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Answers when everything that `sql` may call is there. All names of the prelude begin with `spark_` or `js_`. */
  async provideFor(sql: string): Promise<void> {
    if (/\b(?:spark|js)_/.test(sql)) await (this.#installed ??= this.#installAnew());
  }

  /** What failed once, for want of memory say, is tried again by the next statement. */
  async #installAnew(): Promise<void> {
    try {
      await this.#install();
    } catch (error) {
      this.#installed = undefined;
      throw error;
    }
  }

  #install(): Promise<void> {
    return this.#database.install({ sql: preludeStatements(), functions: [...JAVASCRIPT_FUNCTIONS, ...CIPHER_FUNCTIONS].map(toDefinition) });
  }
}

function toDefinition({ name, parameters, returns, evaluate }: JavaScriptFunction): ScalarFunctionDefinition {
  const named = (...values: readonly Exclude<ScalarValue, null>[]): ScalarValue => {
    try {
      return evaluate(...values);
    } catch (error) {
      if (error instanceof LakebookError) error.message = `[${error.code}=] ${error.message}`; // only the text comes through DuckDB
      throw error;
    }
  };
  return { name, parameters, returns, evaluate: (...values) => named(...(values as Exclude<ScalarValue, null>[])) };
}
