const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** The charsets that Spark takes, in any case. */
export const CHARSETS: ReadonlySet<string> = new Set(['UTF-8', 'US-ASCII', 'ISO-8859-1', 'UTF-16', 'UTF-16BE', 'UTF-16LE', 'UTF-32']);

export function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Bytes of a text; null where the charset has no sign for a part of it. */
export function encodeText(text: string, charset: string): Uint8Array | null {
  switch (charset.toUpperCase()) {
    case 'UTF-8':
      return encoder.encode(text);
    case 'US-ASCII':
      return singleBytes(text, 0x7f);
    case 'ISO-8859-1':
      return singleBytes(text, 0xff);
    case 'UTF-16':
      return text === '' ? new Uint8Array() : utf16(`\ufeff${text}`, false);
    case 'UTF-16BE':
      return utf16(text, false);
    case 'UTF-16LE':
      return utf16(text, true);
    default:
      return utf32(text);
  }
}

/** The text of bytes; null where they are none of the charset. */
export function decodeText(bytes: Uint8Array, charset: string): string | null {
  switch (charset.toUpperCase()) {
    case 'UTF-8':
      return isUtf8(bytes) ? lenient.decode(bytes) : null;
    case 'US-ASCII':
      return bytes.every((byte) => byte < 0x80) ? String.fromCharCode(...bytes) : null;
    case 'ISO-8859-1':
      return String.fromCharCode(...bytes);
    case 'UTF-16': {
      const little = bytes[0] === 0xff && bytes[1] === 0xfe;
      const marked = little || (bytes[0] === 0xfe && bytes[1] === 0xff);
      return fromUtf16(marked ? bytes.subarray(2) : bytes, little);
    }
    case 'UTF-16BE':
      return fromUtf16(bytes, false);
    case 'UTF-16LE':
      return fromUtf16(bytes, true);
    default:
      return fromUtf32(bytes);
  }
}

function singleBytes(text: string, most: number): Uint8Array | null {
  const codes = Array.from(text, (char) => char.codePointAt(0)!);
  return codes.every((code) => code <= most) ? Uint8Array.from(codes) : null;
}

function utf16(text: string, little: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let index = 0; index < text.length; index++) view.setUint16(index * 2, text.charCodeAt(index), little);
  return new Uint8Array(view.buffer);
}

function fromUtf16(bytes: Uint8Array, little: boolean): string | null {
  if (bytes.length % 2 === 1) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = Array.from({ length: bytes.length / 2 }, (_, index) => String.fromCharCode(view.getUint16(index * 2, little))).join('');
  return /\p{Cs}/u.test(text) ? null : text; // a half of a pair alone
}

function utf32(text: string): Uint8Array {
  const codes = Array.from(text, (char) => char.codePointAt(0)!);
  const view = new DataView(new ArrayBuffer(codes.length * 4));
  for (const [index, code] of codes.entries()) view.setUint32(index * 4, code);
  return new Uint8Array(view.buffer);
}

function fromUtf32(bytes: Uint8Array): string | null {
  if (bytes.length % 4 !== 0) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const codes = Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(index * 4));
  return codes.every((code) => code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)) ? String.fromCodePoint(...codes) : null;
}
