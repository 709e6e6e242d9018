/**
 * Cell order as strings that sort: between any two positions there is room for another, so that a move writes one field
 * and somebody else's typing in the cell survives it. A position is a whole part of {@link WHOLE_WIDTH} base-62 digits
 * (appending and prepending count there, so that positions stay short) and a fraction without trailing zeros.
 */
export type CellPosition = string;

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const WHOLE_WIDTH = 5;
const MIDDLE = Math.floor(DIGITS.length ** WHOLE_WIDTH / 2);

/**
 * A position between two others; an absent one stands for the end of the list on that side.
 * @param after must sort below `before`
 */
export function positionBetween(after: CellPosition | undefined, before: CellPosition | undefined): CellPosition {
  if (after === undefined) return formatWhole(before === undefined ? MIDDLE : parseWhole(before) - 1);
  const low = parseWhole(after);
  if (before === undefined) return formatWhole(low + 1);
  const high = parseWhole(before);
  if (high - low > 1) return formatWhole(Math.floor((low + high) / 2));
  if (high === low) return formatWhole(low) + fractionBetween(fractionOf(after), fractionOf(before));
  return fractionOf(before) === '' ? formatWhole(low) + fractionBetween(fractionOf(after), undefined) : formatWhole(high);
}

/** `count` ascending positions for a list that is filled at once. */
export function initialPositions(count: number): CellPosition[] {
  return Array.from({ length: count }, (_, index) => formatWhole(MIDDLE + index));
}

function parseWhole(position: CellPosition): number {
  let value = 0;
  for (const digit of position.slice(0, WHOLE_WIDTH)) value = value * DIGITS.length + Math.max(0, DIGITS.indexOf(digit));
  return value;
}

function formatWhole(value: number): string {
  let text = '';
  for (let rest = value; text.length < WHOLE_WIDTH; rest = Math.floor(rest / DIGITS.length)) text = digitAt(rest % DIGITS.length) + text;
  return text;
}

function fractionOf(position: CellPosition): string {
  return position.slice(WHOLE_WIDTH);
}

/** The shortest fraction above `low` and below `high` (absent: below one). Neither ends in a zero. */
function fractionBetween(low: string, high: string | undefined): string {
  if (high !== undefined) {
    let shared = 0;
    while (shared < high.length && (low[shared] ?? '0') === high[shared]) shared++;
    if (shared > 0) return high.slice(0, shared) + fractionBetween(low.slice(shared), high.slice(shared));
  }
  const lowDigit = low === '' ? 0 : DIGITS.indexOf(low.charAt(0));
  const highDigit = high === undefined ? DIGITS.length : DIGITS.indexOf(high.charAt(0));
  if (highDigit - lowDigit > 1) return digitAt(Math.floor((lowDigit + highDigit) / 2));
  if (high !== undefined && high.length > 1) return high.charAt(0);
  return digitAt(lowDigit) + fractionBetween(low.slice(1), undefined);
}

function digitAt(value: number): string {
  return DIGITS.charAt(value);
}
