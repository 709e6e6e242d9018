import { hashFunctions } from './functions/javascript/hashes.ts';
import { regexFunctions } from './functions/javascript/regexFunctions.ts';
import { stringFunctions } from './functions/javascript/stringFunctions.ts';
import { jsonFunctions } from './functions/javascript/jsonFunctions.ts';
import { csvFunctions } from './functions/javascript/csvValues.ts';
import { sketchFunctions } from './functions/javascript/sketches.ts';
import { intervalFunctions } from './functions/javascript/intervalTexts.ts';
import { xpathFunctions } from './functions/javascript/xpath.ts';
import { textFunctions } from './functions/javascript/texts.ts';
import { variantFunctions } from './functions/javascript/variants.ts';
import type { VariantBytes } from './functions/javascript/variantReader.ts';

/** DuckDB types that JavaScript functions take and give; VARIANT is a struct of two BLOBs. */
export type ScalarType = 'VARIANT' | 'VARCHAR' | 'BLOB' | 'INTEGER' | 'BIGINT' | 'DOUBLE' | 'BOOLEAN';
/** Values as they come from DuckDB's vectors: BIGINT as bigint, BLOB as bytes. */
export type ScalarValue = string | number | bigint | boolean | Uint8Array | VariantBytes | null;

/**
 * A scalar function in JavaScript, for whoever owns the DuckDB connection to register. `evaluate` is pure; a NULL argument
 * gives NULL without calling it.
 */
export interface JavaScriptFunction {
  readonly name: string;
  readonly parameters: readonly ScalarType[];
  readonly returns: ScalarType;
  readonly evaluate: (...values: readonly Exclude<ScalarValue, null>[]) => ScalarValue;
}

/** What emitted statements call beside the macros of the prelude. */
export const JAVASCRIPT_FUNCTIONS: readonly JavaScriptFunction[] = [...hashFunctions, ...regexFunctions, ...stringFunctions, ...textFunctions, ...jsonFunctions, ...variantFunctions, ...sketchFunctions, ...csvFunctions, ...xpathFunctions, ...intervalFunctions];
