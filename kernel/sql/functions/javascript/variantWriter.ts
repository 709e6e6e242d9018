import { FOREIGN_KINDS, type VariantNode } from './variantNode.ts';
import type { VariantBytes } from './variantReader.ts';

/**
 * A value in Parquet's variant encoding, byte for byte as Spark builds it: integers and decimals as short as they fit, fields
 * and their names in the order in which they are met, and told of in the order of the names. Pure.
 * @see https://github.com/apache/parquet-format/blob/master/VariantEncoding.md
 */
export function writeVariant(node: VariantNode): VariantBytes {
  const names = new Map<string, number>();
  const out = ByteBuffer.shared();
  write(out, node, names);
  return { value: out.copy(), metadata: metadataOf(names) };
}

const VERSION = 1;
const NO_NAMES = Uint8Array.of(VERSION, 0, 0);
const SHORT_STRING_BYTES_MAX = 63;
/** Beyond so many, the count of parts takes four bytes. */
const SMALL_COUNT_MAX = 255;

function write(out: ByteBuffer, node: VariantNode, names: Map<string, number>): void {
  switch (node.kind) {
    case 'null':
      return out.header(0);
    case 'boolean':
      return out.header(node.value ? 1 : 2);
    case 'integer':
      return Number.isSafeInteger(Number(node.value)) ? out.integer(Number(node.value)) : out.wide(6, node.value);
    case 'decimal':
      return writeDecimal(out, node);
    case 'double':
      out.header(7);
      return out.float64(node.value);
    case 'float':
      out.header(14);
      return out.float32(node.value);
    case 'date':
      out.header(11);
      return out.unsigned(Number(BigInt.asUintN(32, node.value)), 4);
    case 'timestamp':
    case 'timestamp_ntz':
    case 'time':
    case 'timestamp_nanos':
    case 'timestamp_ntz_nanos':
      return out.wide(MOMENTS[node.kind], node.value);
    case 'binary':
      out.header(15);
      out.unsigned(node.bytes.length, 4);
      return out.append(node.bytes);
    case 'uuid':
      out.header(20);
      return out.append(Uint8Array.from(node.text.replaceAll('-', '').match(/../g) ?? [], (digits) => Number.parseInt(digits, 16)));
    case 'string': {
      const bytes = UTF8.encode(node.text);
      return out.string(bytes.length, () => out.append(bytes));
    }
    case 'array': {
      const start = out.length;
      return writeArrayHead(out, start, node.items.map((item) => writeAt(out, start, item, names)));
    }
    case 'object': {
      const start = out.length;
      // A name is met before those within its value, as in the text that Spark reads.
      const [ids, offsets]: [number[], number[]] = [[], []];
      for (const [name, value] of node.fields) {
        ids.push(idOf(name, names));
        offsets.push(writeAt(out, start, value, names));
      }
      return writeObjectHead(out, start, { names: node.fields.map(([name]) => name), ids, offsets });
    }
  }
}

/** @returns where the value begins, behind `start` */
function writeAt(out: ByteBuffer, start: number, node: VariantNode, names: Map<string, number>): number {
  const offset = out.length - start;
  write(out, node, names);
  return offset;
}

const MOMENTS = { timestamp: 12, timestamp_ntz: 13, ...FOREIGN_KINDS } as const;

/** The number of a name in the dictionary, where it comes if it is new. */
export function idOf(name: string, names: Map<string, number>): number {
  const known = names.get(name);
  if (known !== undefined) return known;
  names.set(name, names.size);
  return names.size - 1;
}

function writeDecimal(out: ByteBuffer, { unscaled, scale }: { readonly unscaled: bigint; readonly scale: number }): void {
  const digits = Math.max(scale, String(unscaled < 0n ? -unscaled : unscaled).length);
  if (digits <= 9) return out.decimal4(Number(unscaled), scale);
  out.header(digits <= 18 ? 9 : 10);
  out.byte(scale);
  out.int64(unscaled);
  if (digits > 18) out.int64(unscaled >> 64n);
}

/** Puts an array's head before its elements, which are written from `start` on. */
export function writeArrayHead(out: ByteBuffer, start: number, offsets: readonly number[]): void {
  const size = out.length - start;
  const width = widthOf(size);
  const isLarge = offsets.length > SMALL_COUNT_MAX;
  const end = out.makeRoom(start, 1 + (isLarge ? 4 : 1) + width * (offsets.length + 1));
  out.byte((((isLarge ? 4 : 0) | (width - 1)) << 2) | 3);
  out.unsigned(offsets.length, isLarge ? 4 : 1);
  for (const offset of offsets) out.unsigned(offset, width);
  out.unsigned(size, width);
  out.length = end;
}

/** An object's fields in the order in which their values are written. */
interface Fields {
  readonly names: readonly string[];
  readonly ids: readonly number[];
  readonly offsets: readonly number[];
}

/** Puts an object's head before its values, which are written from `start` on. */
export function writeObjectHead(out: ByteBuffer, start: number, { names, ids, offsets }: Fields): void {
  const size = out.length - start;
  const [offsetWidth, idWidth] = [widthOf(size), widthOf(ids.reduce((largest, id) => Math.max(largest, id), 0))];
  const isLarge = ids.length > SMALL_COUNT_MAX;
  const order = names.map((_, index) => index).sort((left, right) => (names[left]! < names[right]! ? -1 : 1));
  const end = out.makeRoom(start, 1 + (isLarge ? 4 : 1) + idWidth * ids.length + offsetWidth * (ids.length + 1));
  out.byte((((isLarge ? 16 : 0) | ((idWidth - 1) << 2) | (offsetWidth - 1)) << 2) | 2);
  out.unsigned(ids.length, isLarge ? 4 : 1);
  for (const index of order) out.unsigned(ids[index]!, idWidth);
  for (const index of order) out.unsigned(offsets[index]!, offsetWidth);
  out.unsigned(size, offsetWidth);
  out.length = end;
}

/** The dictionary of names; rows that have the same ones one after the other share it. */
export function metadataOf(names: ReadonlyMap<string, number>): Uint8Array {
  if (names.size === 0) return NO_NAMES;
  const key = [...names.keys()].join('\0');
  if (lastMetadata.key !== key) lastMetadata = { key, bytes: dictionary([...names.keys()]) };
  return lastMetadata.bytes;
}

let lastMetadata: { readonly key: string; readonly bytes: Uint8Array } = { key: '', bytes: NO_NAMES };

function dictionary(names: readonly string[]): Uint8Array {
  const texts = names.map((name) => UTF8.encode(name));
  const width = widthOf(Math.max(names.length, texts.reduce((sum, { length }) => sum + length, 0)));
  const out = ByteBuffer.shared();
  out.byte(VERSION | ((width - 1) << 6));
  out.unsigned(names.length, width);
  let offset = 0;
  for (const { length } of [NO_TEXT, ...texts]) out.unsigned((offset += length), width);
  for (const text of texts) out.append(text);
  return out.copy();
}

const NO_TEXT = new Uint8Array();

function widthOf(value: number): number {
  return value <= 0xff ? 1 : value <= 0xffff ? 2 : value <= 0xff_ffff ? 3 : 4;
}

const UTF8 = new TextEncoder();

/** Bytes that grow, written at `length`. Numbers are little-endian. */
export class ByteBuffer {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  length = 0;

  /** One for all variants, emptied: no other is written at the same time. */
  static shared(): ByteBuffer {
    SHARED.length = 0;
    return SHARED;
  }

  copy(): Uint8Array {
    return this.#bytes.slice(0, this.length);
  }

  /** The first byte of a primitive value. */
  header(type: number): void {
    this.byte(type << 2);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.length++] = value;
  }

  unsigned(value: number, width: number): void {
    this.#reserve(width);
    for (let index = 0, rest = value; index < width; index++, rest = Math.floor(rest / 256)) this.#bytes[this.length++] = rest % 256;
  }

  /** An integer, no longer than it must be. */
  integer(value: number): void {
    if (value >= -0x80 && value < 0x80) {
      this.header(3);
      this.byte(value & 0xff);
    } else if (value >= -0x8000 && value < 0x8000) {
      this.header(4);
      this.unsigned(value & 0xffff, 2);
    } else if (value >= -0x8000_0000 && value < 0x8000_0000) {
      this.header(5);
      this.unsigned(value >>> 0, 4);
    } else this.wide(6, BigInt(value));
  }

  decimal4(unscaled: number, scale: number): void {
    this.header(8);
    this.byte(scale);
    this.unsigned(unscaled >>> 0, 4);
  }

  /** A primitive value of eight bytes. */
  wide(type: number, value: bigint): void {
    this.header(type);
    this.int64(value);
  }

  /** The low eight bytes of a number in two's complement. */
  int64(value: bigint): void {
    this.#reserve(8);
    this.#view.setBigInt64(this.length, BigInt.asIntN(64, value), true);
    this.length += 8;
  }

  float32(value: number): void {
    this.#reserve(4);
    this.#view.setFloat32(this.length, value, true);
    this.length += 4;
  }

  float64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** A text of so many bytes, which `write` appends. */
  string(byteLength: number, write: () => void): void {
    if (byteLength <= SHORT_STRING_BYTES_MAX) this.byte((byteLength << 2) | 1);
    else {
      this.header(16);
      this.unsigned(byteLength, 4);
    }
    write();
  }

  ascii(text: string): void {
    this.#reserve(text.length);
    for (let index = 0; index < text.length; index++) this.#bytes[this.length++] = text.charCodeAt(index);
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Moves what stands from `start` on by `count` bytes, and writes on at `start`. @returns the length then */
  makeRoom(start: number, count: number): number {
    this.#reserve(count);
    this.#bytes.copyWithin(start + count, start, this.length);
    const end = this.length + count;
    this.length = start;
    return end;
  }

  #reserve(count: number): void {
    if (this.length + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.length + count, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.length));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

const SHARED = new ByteBuffer();
