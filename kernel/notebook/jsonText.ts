/**
 * JSON as text that is patched rather than written anew: whatever is not changed keeps its bytes. The text must already
 * have passed `JSON.parse` (apart from the bare `NaN` and `Infinity` that Python writes), so locating does not validate.
 */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}
export interface JsonMember {
  readonly key: string;
  /** From the key's quote to the value's end. */
  readonly whole: TextSpan;
  readonly value: TextSpan;
}

/** The members of the object that starts at `start`, in their order. Of a repeated key the last counts, as in `JSON.parse`. */
export function locateMembers(text: string, start: number): { readonly members: JsonMember[]; readonly end: number } {
  const members: JsonMember[] = [];
  let at = skipBlank(text, start + 1);
  while (text[at] === '"') {
    const keyEnd = skipString(text, at);
    const key = JSON.parse(text.slice(at, keyEnd)) as string;
    const valueStart = skipBlank(text, skipBlank(text, keyEnd) + 1);
    const valueEnd = skipValue(text, valueStart);
    members.push({ key, whole: { start: at, end: valueEnd }, value: { start: valueStart, end: valueEnd } });
    at = skipBlank(text, valueEnd);
    if (text[at] === ',') at = skipBlank(text, at + 1);
  }
  return { members, end: at + 1 };
}

/** The items of the array that starts at `start`. */
export function locateItems(text: string, start: number): { readonly items: TextSpan[]; readonly end: number } {
  const items: TextSpan[] = [];
  let at = skipBlank(text, start + 1);
  while (text[at] !== ']' && at < text.length) {
    const end = skipValue(text, at);
    items.push({ start: at, end });
    at = skipBlank(text, end);
    if (text[at] === ',') at = skipBlank(text, at + 1);
  }
  return { items, end: at + 1 };
}

/** The member that counts under this key. */
export function findMember(members: readonly JsonMember[], key: string): JsonMember | undefined {
  return members.filter((member) => member.key === key).at(-1);
}

export function skipBlank(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++;
  return at;
}

/** The offset behind the value that starts at `start`. */
function skipValue(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return skipString(text, start);
  if (first === '{' || first === '[') return skipContainer(text, start);
  let at = start;
  while (at < text.length && !/[\s,\]}]/.test(text.charAt(at))) at++;
  return at;
}

function skipContainer(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: at = skipString(text, at) - 1; break;
      case 0x7b: case 0x5b: depth++; break;
      case 0x7d: case 0x5d: if (--depth === 0) return at + 1; break;
    }
  }
  return text.length;
}

function skipString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return text.length;
}
