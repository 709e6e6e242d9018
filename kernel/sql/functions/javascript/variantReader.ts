import { sortedFields, type VariantNode } from './variantNode.ts';

/** The two byte strings that a variant is made of. */
export interface VariantBytes {
  readonly value: Uint8Array;
  /** The names of the fields of its objects, each once. */
  readonly metadata: Uint8Array;
}

/** A step into a variant: a field's name, or the place of an element. */
export type VariantStep = string | number;

/**
 * Reads a variant in Parquet's encoding. Pure.
 * @throws RangeError where the bytes break the encoding
 * @see https://github.com/apache/parquet-format/blob/master/VariantEncoding.md
 */
export function readVariant(variant: VariantBytes): VariantNode {
  return new Reader(variant).node(0);
}

/** The value at the end of a path; undefined where there is none. What stands beside the path is not read. */
export function readVariantAt(variant: VariantBytes, path: readonly VariantStep[]): VariantNode | undefined {
  const reader = new Reader(variant);
  const at = path.reduce<number | undefined>((from, step) => (from === undefined ? undefined : reader.child(from, step)), 0);
  return at === undefined ? undefined : reader.node(at);
}

/** Basic types: the two low bits of a value's first byte. */
const SHORT_STRING = 1;
const OBJECT = 2;
const ARRAY = 3;

/** Where the parts of an array or object lie. */
interface Layout {
  readonly count: number;
  readonly nameOf: (index: number) => string;
  readonly valueAt: (index: number) => number;
}

class Reader {
  readonly #bytes: DataView;
  readonly #metadata: DataView;

  constructor({ value, metadata }: VariantBytes) {
    this.#bytes = viewOf(value);
    this.#metadata = viewOf(metadata);
  }

  node(at: number): VariantNode {
    const first = this.#bytes.getUint8(at);
    const header = first >> 2;
    switch (first & 3) {
      case SHORT_STRING:
        return { kind: 'string', text: text(this.#bytes, at + 1, header) };
      case OBJECT: {
        const { count, nameOf, valueAt } = this.#layout(at);
        return { kind: 'object', fields: sortedFields(Array.from({ length: count }, (_, index) => [nameOf(index), this.node(valueAt(index))] as const)) };
      }
      case ARRAY: {
        const { count, valueAt } = this.#layout(at);
        return { kind: 'array', items: Array.from({ length: count }, (_, index) => this.node(valueAt(index))) };
      }
      default:
        return primitive(header, this.#bytes, at + 1);
    }
  }

  child(at: number, step: VariantStep): number | undefined {
    const type = this.#bytes.getUint8(at) & 3;
    if (typeof step === 'number') {
      const { count, valueAt } = type === ARRAY ? this.#layout(at) : NOTHING;
      return step < count ? valueAt(step) : undefined;
    }
    const { count, nameOf, valueAt } = type === OBJECT ? this.#layout(at) : NOTHING;
    for (let index = 0; index < count; index++) if (nameOf(index) === step) return valueAt(index);
    return undefined;
  }

  #layout(at: number): Layout {
    const bytes = this.#bytes;
    const first = bytes.getUint8(at);
    const isObject = (first & 3) === OBJECT;
    const header = first >> 2;
    const offsetWidth = (header & 3) + 1;
    const idWidth = isObject ? ((header >> 2) & 3) + 1 : 0;
    const countWidth = (header & (isObject ? 16 : 4)) === 0 ? 1 : 4;
    const count = unsigned(bytes, at + 1, countWidth);
    const ids = at + 1 + countWidth;
    const offsets = ids + count * idWidth;
    const values = offsets + (count + 1) * offsetWidth;
    return {
      count,
      nameOf: (index) => this.#name(unsigned(bytes, ids + index * idWidth, idWidth)),
      valueAt: (index) => values + unsigned(bytes, offsets + index * offsetWidth, offsetWidth),
    };
  }

  #name(id: number): string {
    const bytes = this.#metadata;
    const width = (bytes.getUint8(0) >> 6) + 1;
    const count = unsigned(bytes, 1, width);
    if (id >= count) throw new RangeError('a variant names a field that its dictionary lacks');
    const offset = (index: number): number => unsigned(bytes, 1 + width * (1 + index), width);
    return text(bytes, 1 + width * (count + 2) + offset(id), offset(id + 1) - offset(id));
  }
}

const NOTHING: Layout = { count: 0, nameOf: () => '', valueAt: () => 0 };

function primitive(type: number, bytes: DataView, at: number): VariantNode {
  switch (type) {
    case 0:
      return { kind: 'null' };
    case 1:
    case 2:
      return { kind: 'boolean', value: type === 1 };
    case 3:
      return { kind: 'integer', value: BigInt(bytes.getInt8(at)) };
    case 4:
      return { kind: 'integer', value: BigInt(bytes.getInt16(at, true)) };
    case 5:
      return { kind: 'integer', value: BigInt(bytes.getInt32(at, true)) };
    case 6:
      return { kind: 'integer', value: bytes.getBigInt64(at, true) };
    case 7:
      return { kind: 'double', value: bytes.getFloat64(at, true) };
    case 8:
      return { kind: 'decimal', scale: bytes.getUint8(at), unscaled: BigInt(bytes.getInt32(at + 1, true)) };
    case 9:
      return { kind: 'decimal', scale: bytes.getUint8(at), unscaled: bytes.getBigInt64(at + 1, true) };
    case 10:
      return { kind: 'decimal', scale: bytes.getUint8(at), unscaled: (bytes.getBigInt64(at + 9, true) << 64n) | bytes.getBigUint64(at + 1, true) };
    case 11:
      return { kind: 'date', value: BigInt(bytes.getInt32(at, true)) };
    case 12:
      return { kind: 'timestamp', value: bytes.getBigInt64(at, true) };
    case 13:
      return { kind: 'timestamp_ntz', value: bytes.getBigInt64(at, true) };
    case 14:
      return { kind: 'float', value: bytes.getFloat32(at, true) };
    case 15:
      return { kind: 'binary', bytes: slice(bytes, at + 4, bytes.getUint32(at, true)) };
    case 16:
      return { kind: 'string', text: text(bytes, at + 4, bytes.getUint32(at, true)) };
    case 17:
      return { kind: 'time', value: bytes.getBigInt64(at, true) };
    case 18:
      return { kind: 'timestamp_nanos', value: bytes.getBigInt64(at, true) };
    case 19:
      return { kind: 'timestamp_ntz_nanos', value: bytes.getBigInt64(at, true) };
    case 20:
      return { kind: 'uuid', text: uuidText(slice(bytes, at, 16)) };
    default:
      throw new RangeError(`a variant has the unknown type ${type}`);
  }
}

function uuidText(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function unsigned(bytes: DataView, at: number, width: number): number {
  let value = 0;
  for (let index = width - 1; index >= 0; index--) value = value * 256 + bytes.getUint8(at + index);
  return value;
}

const UTF8 = new TextDecoder();

/** Short names, of which there are many, are put together here: a decoder costs more than they do. */
const PLAIN_BYTES_MAX = 24;

function text(bytes: DataView, at: number, length: number): string {
  let plain = '';
  for (let index = 0; index < length && length <= PLAIN_BYTES_MAX; index++) {
    const byte = bytes.getUint8(at + index);
    if (byte > 127) return UTF8.decode(slice(bytes, at, length));
    plain += String.fromCharCode(byte);
  }
  return length <= PLAIN_BYTES_MAX ? plain : UTF8.decode(slice(bytes, at, length));
}

function slice(bytes: DataView, at: number, length: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + at, length);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
