import type { Predicate } from '../../delta/predicate.ts';

/** Whether a row with these values may be wanted: false only where the predicate says no, whatever the other columns hold. */
export function mayMatch(predicate: Predicate | undefined, values: Readonly<Record<string, string>>): boolean {
  return predicate === undefined || decide(predicate, values) !== false;
}

/** Three-valued: undefined is both NULL and what cannot be told. */
function decide(predicate: Predicate, values: Readonly<Record<string, string>>): boolean | undefined {
  switch (predicate.kind) {
    case 'and':
    case 'or': {
      const decided = predicate.operands.map((operand) => decide(operand, values));
      const absorbing = predicate.kind === 'or';
      if (decided.includes(absorbing)) return absorbing;
      return decided.includes(undefined) ? undefined : !absorbing;
    }
    case 'not': {
      const decided = decide(predicate.operand, values);
      return decided === undefined ? undefined : !decided;
    }
    case 'unknown':
      return undefined;
    default: {
      const value = values[predicate.column.join('.').toLowerCase()];
      return value === undefined ? undefined : decideValue(predicate, value);
    }
  }
}

function decideValue(predicate: Exclude<Predicate, { readonly kind: 'and' | 'or' | 'not' | 'unknown' }>, value: string): boolean | undefined {
  switch (predicate.kind) {
    case 'comparison': {
      if (predicate.literal.value === null) return undefined;
      const equal = value === predicate.literal.value;
      if (predicate.operator === '=' || predicate.operator === '<=>') return equal;
      return predicate.operator === '<>' ? !equal : undefined;
    }
    case 'in':
      if (predicate.literals.some((literal) => literal.value === value)) return true;
      return predicate.literals.some((literal) => literal.value === null) ? undefined : false;
    case 'startsWith':
      return value.startsWith(predicate.prefix);
    case 'isNull':
      return false;
    case 'isNotNull':
      return true;
  }
}
