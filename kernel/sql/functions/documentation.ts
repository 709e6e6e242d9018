import { AGGREGATE_TEXTS } from './texts/aggregateTexts.ts';
import { COLLECTION_TEXTS } from './texts/collectionTexts.ts';
import { DATA_TEXTS } from './texts/dataTexts.ts';
import { DATE_TEXTS } from './texts/dateTexts.ts';
import { GENERAL_TEXTS } from './texts/generalTexts.ts';
import { MATH_TEXTS } from './texts/mathTexts.ts';
import { STRING_TEXTS } from './texts/stringTexts.ts';
import { findFunction } from './registry.ts';

/** How a function is called and what it is for. */
export interface FunctionDocumentation {
  readonly name: string;
  /** One per overload: `lpad(value, length[, pad])`. */
  readonly signatures: readonly string[];
  readonly summary: string;
}

const DOCUMENTATION: readonly FunctionDocumentation[] = [STRING_TEXTS, MATH_TEXTS, DATE_TEXTS, COLLECTION_TEXTS, DATA_TEXTS, AGGREGATE_TEXTS, GENERAL_TEXTS]
  .flat()
  .map(([signatures, summary]) => ({ name: signatures.slice(0, signatures.indexOf('(')), signatures: signatures.split(' | '), summary }));
const BY_NAME = new Map(DOCUMENTATION.map((documentation) => [documentation.name, documentation]));

/** The documentation of a function by its name in any case; that of its other name where an alias has none. */
export function documentFunction(name: string): FunctionDocumentation | undefined {
  const written = name.toLowerCase();
  const own = BY_NAME.get(written);
  if (own !== undefined) return own;
  const canonical = findFunction(written)?.name;
  const other = canonical === undefined ? undefined : BY_NAME.get(canonical);
  return other && { ...other, name: written, signatures: other.signatures.map((signature) => written + signature.slice(other.name.length)) };
}

/** Names that have a documentation of their own. */
export function documentedNames(): readonly string[] {
  return DOCUMENTATION.map(({ name }) => name);
}
