const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';
const DIGITS: ReadonlyMap<string, number> = new Map(Array.from(ALPHABET, (sign, digit) => [sign, digit]));

/**
 * The bytes of a Z85 text (ZeroMQ RFC 32): five signs make four bytes. A last block that begins with `#`, which no block
 * of four bytes can, holds as many bytes less as there are `#`: so some writers end what is no multiple of four.
 * @returns undefined where the text is not Z85
 */
export function decodeZ85(text: string): Uint8Array | undefined {
  if (text.length % 5 !== 0) return undefined;
  const padding = /^#{0,3}/.exec(text.slice(-5))?.[0].length ?? 0;
  const bytes = new Uint8Array((text.length / 5) * 4);
  const view = new DataView(bytes.buffer);
  const blocks = text.length / 5;
  for (let block = 0; block < blocks; block += 1) {
    const isShort = padding > 0 && block === blocks - 1;
    const value = blockValue(text.slice(block * 5 + (isShort ? padding : 0), block * 5 + 5));
    if (value === undefined) return undefined;
    view.setUint32(block * 4, isShort ? value * 2 ** (8 * padding) : value);
  }
  return bytes.subarray(0, bytes.length - padding);
}

/** The Z85 text of bytes that come in blocks of four. */
export function encodeZ85(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const signs: string[] = [];
  for (let block = 0; block < bytes.length; block += 4) {
    const value = view.getUint32(block);
    for (const power of [85 ** 4, 85 ** 3, 85 ** 2, 85, 1]) signs.push(ALPHABET.charAt(Math.floor(value / power) % 85));
  }
  return signs.join('');
}

function blockValue(signs: string): number | undefined {
  let value = 0;
  for (const sign of signs) {
    const digit = DIGITS.get(sign);
    if (digit === undefined) return undefined;
    value = value * 85 + digit;
  }
  return value > 0xffffffff ? undefined : value;
}

/** The UUID, in its usual form, that twenty signs of Z85 hold. */
export function decodeUuid(text: string): string | undefined {
  const bytes = text.length === 20 ? decodeZ85(text) : undefined;
  if (bytes === undefined) return undefined;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The twenty signs of Z85 that stand for a UUID. */
export function encodeUuid(uuid: string): string {
  return encodeZ85(Uint8Array.from(uuid.replaceAll('-', '').match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)));
}
