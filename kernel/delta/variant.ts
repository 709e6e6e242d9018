/**
 * The JSON text of a variant in the Parquet encoding, as Spark writes it: binary as base64, times with a space between day
 * and hour, numbers that JSON lacks as text. Pure.
 * @throws RangeError where the bytes break the encoding
 * @see https://github.com/apache/parquet-format/blob/master/VariantEncoding.md
 */
export function variantToJson(metadata: Uint8Array, value: Uint8Array): string {
  return valueJson(viewOf(value), 0, dictionary(viewOf(metadata)));
}

const PRIMITIVE = 0;
const SHORT_STRING = 1;
const OBJECT = 2;

function valueJson(bytes: DataView, at: number, names: readonly string[]): string {
  const first = bytes.getUint8(at);
  const header = first >> 2;
  switch (first & 3) {
    case PRIMITIVE:
      return primitiveJson(header, bytes, at + 1);
    case SHORT_STRING:
      return JSON.stringify(text(bytes, at + 1, header));
    case OBJECT:
      return objectJson(header, bytes, at + 1, names);
    default:
      return arrayJson(header, bytes, at + 1, names);
  }
}

function objectJson(header: number, bytes: DataView, at: number, names: readonly string[]): string {
  const [offsetWidth, idWidth, countWidth] = [(header & 3) + 1, ((header >> 2) & 3) + 1, (header & 16) === 0 ? 1 : 4];
  const count = unsigned(bytes, at, countWidth);
  const ids = at + countWidth;
  const offsets = ids + count * idWidth;
  const values = offsets + (count + 1) * offsetWidth;
  const fields = Array.from({ length: count }, (_, index) => {
    const name = names[unsigned(bytes, ids + index * idWidth, idWidth)];
    if (name === undefined) throw new RangeError('a variant names a field that its dictionary lacks');
    return `${JSON.stringify(name)}:${valueJson(bytes, values + unsigned(bytes, offsets + index * offsetWidth, offsetWidth), names)}`;
  });
  return `{${fields.join(',')}}`;
}

function arrayJson(header: number, bytes: DataView, at: number, names: readonly string[]): string {
  const [offsetWidth, countWidth] = [(header & 3) + 1, (header & 4) === 0 ? 1 : 4];
  const count = unsigned(bytes, at, countWidth);
  const offsets = at + countWidth;
  const values = offsets + (count + 1) * offsetWidth;
  return `[${Array.from({ length: count }, (_, index) => valueJson(bytes, values + unsigned(bytes, offsets + index * offsetWidth, offsetWidth), names)).join(',')}]`;
}

function primitiveJson(type: number, bytes: DataView, at: number): string {
  switch (type) {
    case 0:
      return 'null';
    case 1:
      return 'true';
    case 2:
      return 'false';
    case 3:
      return String(bytes.getInt8(at));
    case 4:
      return String(bytes.getInt16(at, true));
    case 5:
      return String(bytes.getInt32(at, true));
    case 6:
      return String(bytes.getBigInt64(at, true));
    case 7:
      return numberJson(bytes.getFloat64(at, true));
    case 8:
      return decimalText(BigInt(bytes.getInt32(at + 1, true)), bytes.getUint8(at));
    case 9:
      return decimalText(bytes.getBigInt64(at + 1, true), bytes.getUint8(at));
    case 10:
      return decimalText((bytes.getBigInt64(at + 9, true) << 64n) | bytes.getBigUint64(at + 1, true), bytes.getUint8(at));
    case 11:
      return `"${dateText(bytes.getInt32(at, true))}"`;
    case 12:
      return `"${timestampText(bytes.getBigInt64(at, true), MICROS)}+00:00"`;
    case 13:
      return `"${timestampText(bytes.getBigInt64(at, true), MICROS)}"`;
    case 14:
      return numberJson(shortestFloat(bytes.getFloat32(at, true)));
    case 15:
      return `"${base64(bytes, at + 4, bytes.getUint32(at, true))}"`;
    case 16:
      return JSON.stringify(text(bytes, at + 4, bytes.getUint32(at, true)));
    case 17:
      return `"${timeText(bytes.getBigInt64(at, true))}"`;
    case 18:
      return `"${timestampText(bytes.getBigInt64(at, true), NANOS)}+00:00"`;
    case 19:
      return `"${timestampText(bytes.getBigInt64(at, true), NANOS)}"`;
    case 20:
      return `"${uuidText(bytes, at)}"`;
    default:
      throw new RangeError(`a variant has the unknown type ${type}`);
  }
}

function numberJson(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? '"NaN"' : value > 0 ? '"Infinity"' : '"-Infinity"';
}

/** The shortest decimal that is the same 32-bit number: the double itself would show digits that nobody wrote. */
function shortestFloat(value: number): number {
  for (let digits = 1; digits <= 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const plain = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`.replace(/\.?0+$/, '');
  return unscaled < 0n ? `-${plain}` : plain;
}

interface Unit {
  readonly perSecond: bigint;
  readonly digits: number;
}
const MICROS: Unit = { perSecond: 1_000_000n, digits: 6 };
const NANOS: Unit = { perSecond: 1_000_000_000n, digits: 9 };

function timestampText(units: bigint, { perSecond, digits }: Unit): string {
  const fraction = ((units % perSecond) + perSecond) % perSecond;
  const seconds = (units - fraction) / perSecond;
  const secondOfDay = Number(((seconds % 86_400n) + 86_400n) % 86_400n);
  const day = Number((seconds - BigInt(secondOfDay)) / 86_400n);
  return `${dateText(day)} ${clockText(secondOfDay)}${fractionText(fraction, digits)}`;
}

function timeText(micros: bigint): string {
  return `${clockText(Number(micros / 1_000_000n))}${fractionText(micros % 1_000_000n, 6)}`;
}

function clockText(second: number): string {
  return [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

function fractionText(fraction: bigint, digits: number): string {
  return fraction === 0n ? '' : `.${fraction.toString().padStart(digits, '0').replace(/0+$/, '')}`;
}

function dateText(daysSinceEpoch: number): string {
  const iso = new Date(daysSinceEpoch * 86_400_000).toISOString();
  return iso.slice(0, iso.indexOf('T'));
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function base64(bytes: DataView, at: number, length: number): string {
  let encoded = '';
  for (let index = 0; index < length; index += 3) {
    const byte = (offset: number): number => (index + offset < length ? bytes.getUint8(at + index + offset) : 0);
    const block = (byte(0) << 16) | (byte(1) << 8) | byte(2);
    const signs = [18, 12, 6, 0].map((shift) => BASE64[(block >> shift) & 63] ?? '').join('');
    encoded += signs.slice(0, Math.min(3, length - index) + 1).padEnd(4, '=');
  }
  return encoded;
}

function uuidText(bytes: DataView, at: number): string {
  const hex = Array.from({ length: 16 }, (_, index) => bytes.getUint8(at + index).toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The names of fields, which stand once per variant. */
function dictionary(bytes: DataView): readonly string[] {
  const width = (bytes.getUint8(0) >> 6) + 1;
  const count = unsigned(bytes, 1, width);
  const texts = 1 + width * (count + 2);
  const offset = (index: number): number => unsigned(bytes, 1 + width * (1 + index), width);
  return Array.from({ length: count }, (_, index) => text(bytes, texts + offset(index), offset(index + 1) - offset(index)));
}

function unsigned(bytes: DataView, at: number, width: number): number {
  let value = 0;
  for (let index = width - 1; index >= 0; index -= 1) value = value * 256 + bytes.getUint8(at + index);
  return value;
}

const UTF8 = new TextDecoder();

function text(bytes: DataView, at: number, length: number): string {
  return UTF8.decode(new Uint8Array(bytes.buffer, bytes.byteOffset + at, length));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
