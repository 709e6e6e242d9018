const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';
const DIGITS: ReadonlyMap<string, number> = new Map([...ALPHABET].map((sign, digit) => [sign, digit]));

/** The bytes of a Z85 text (ZeroMQ RFC 32): five signs make four bytes. @returns undefined where the text is not Z85 */
export function decodeZ85(text: string): Uint8Array | undefined {
  if (text.length % 5 !== 0) return undefined;
  const bytes = new Uint8Array((text.length / 5) * 4);
  const view = new DataView(bytes.buffer);
  for (let block = 0; block < text.length / 5; block += 1) {
    let value = 0;
    for (const sign of text.slice(block * 5, block * 5 + 5)) {
      const digit = DIGITS.get(sign);
      if (digit === undefined) return undefined;
      value = value * 85 + digit;
    }
    if (value > 0xffffffff) return undefined;
    view.setUint32(block * 4, value);
  }
  return bytes;
}

/** The UUID, in its usual form, that twenty signs of Z85 hold. */
export function decodeUuid(text: string): string | undefined {
  const bytes = text.length === 20 ? decodeZ85(text) : undefined;
  if (bytes === undefined) return undefined;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
