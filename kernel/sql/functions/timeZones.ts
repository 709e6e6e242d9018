import type { TypedExpression } from '../plan/expression.ts';
import type { FunctionCall } from './definition.ts';

/** A zone that is a constant. */
export function zoneOf(given: FunctionCall, operand: TypedExpression): string {
  if (operand.kind !== 'literal' || typeof operand.value !== 'string') return given.resolution.refuse(operand, `A zone of ${given.name} that is no constant`, 'it is looked up before the statement runs');
  if (!isZone(operand.value)) return given.resolution.fail(operand, 'INVALID_TIMEZONE', { timeZone: operand.value });
  return operand.value;
}

/** Whether a text names a zone that Java knows: an offset, or a region of the runtime's own list. */
function isZone(text: string): boolean {
  if (/^(?:CET|EET|MET|WET)$/.test(text)) return true;
  if (/^(?:Z|UTC|GMT|UT|(?:UTC|GMT|UT)?[+-]\d{1,2}(?::?\d{2})?)$/i.test(text)) return true;
  return /^[A-Za-z]+(?:\/[A-Za-z0-9_+-]+)+$/.test(text) && isKnownRegion(text);
}

function isKnownRegion(region: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: region });
    return true;
  } catch {
    return false;
  }
}
