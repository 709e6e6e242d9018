/**
 * Thrift's compact protocol as values, so that a Parquet footer can be changed in one place and stay as it is elsewhere:
 * fields that nobody here knows are kept. Pure.
 * @see https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export type ThriftValue = boolean | bigint | Uint8Array | ThriftList | ThriftStruct;
/** Its fields by id. */
export type ThriftStruct = ReadonlyMap<number, ThriftField>;
export interface ThriftField {
  readonly type: number;
  readonly value: ThriftValue;
}
export interface ThriftList {
  readonly elementType: number;
  readonly items: readonly ThriftValue[];
}

/** Types on the wire. In a struct a boolean's type is its value. */
export const THRIFT = { true: 1, false: 2, byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, struct: 12 } as const;

/** @throws RangeError where the bytes are no struct of the protocol, or hold sets or maps, which Parquet has not */
export function decodeThrift(bytes: Uint8Array): ThriftStruct {
  return new Reader(bytes).struct();
}

export function encodeThrift(value: ThriftStruct): Uint8Array {
  const writer = new Writer();
  writer.struct(value);
  return writer.bytes();
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  struct(): ThriftStruct {
    const fields = new Map<number, ThriftField>();
    let id = 0;
    for (let header = this.#byte(); header !== 0; header = this.#byte()) {
      const type = header & 15;
      id = header >> 4 === 0 ? Number(this.#zigzag()) : id + (header >> 4);
      fields.set(id, { type, value: type === THRIFT.true ? true : type === THRIFT.false ? false : this.#value(type) });
    }
    return fields;
  }

  #value(type: number): ThriftValue {
    switch (type) {
      case THRIFT.true: // in a list both types stand for a boolean
      case THRIFT.false:
        return this.#byte() === THRIFT.true;
      case THRIFT.byte:
        return BigInt(this.#byte());
      case THRIFT.i16:
      case THRIFT.i32:
      case THRIFT.i64:
        return this.#zigzag();
      case THRIFT.double:
        return this.#slice(8);
      case THRIFT.binary:
        return this.#slice(Number(this.#varint()));
      case THRIFT.list: {
        const header = this.#byte();
        const count = header >> 4 === 15 ? Number(this.#varint()) : header >> 4;
        return { elementType: header & 15, items: Array.from({ length: count }, () => this.#value(header & 15)) };
      }
      case THRIFT.struct:
        return this.struct();
      default:
        throw new RangeError(`a Thrift value has the type ${type}`);
    }
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new RangeError('a Thrift value ends early');
    return byte;
  }

  #slice(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw new RangeError('a Thrift value ends early');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  }

  #zigzag(): bigint {
    const value = this.#varint();
    return (value >> 1n) ^ -(value & 1n);
  }
}

class Writer {
  readonly #parts: Uint8Array[] = [];
  #small: number[] = [];

  bytes(): Uint8Array {
    this.#flush();
    const whole = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  struct(fields: ThriftStruct): void {
    let last = 0;
    for (const [id, { type, value }] of [...fields].sort(([left], [right]) => left - right)) {
      const wire = typeof value === 'boolean' ? (value ? THRIFT.true : THRIFT.false) : type;
      const isNear = id > last && id - last <= 15;
      this.#small.push(isNear ? ((id - last) << 4) | wire : wire);
      if (!isNear) this.#zigzag(BigInt(id));
      if (typeof value !== 'boolean') this.#value(type, value);
      last = id;
    }
    this.#small.push(0);
  }

  #value(type: number, value: ThriftValue): void {
    if (typeof value === 'boolean') this.#small.push(value ? THRIFT.true : THRIFT.false);
    else if (typeof value === 'bigint') {
      if (type === THRIFT.byte) this.#small.push(Number(value));
      else this.#zigzag(value);
    } else if (value instanceof Uint8Array) {
      if (type === THRIFT.binary) this.#varint(BigInt(value.length));
      this.#flush();
      this.#parts.push(value);
    } else if ('items' in value) {
      const { elementType, items } = value;
      this.#small.push((Math.min(items.length, 15) << 4) | elementType);
      if (items.length >= 15) this.#varint(BigInt(items.length));
      for (const item of items) this.#value(elementType, item);
    } else this.struct(value);
  }

  #flush(): void {
    if (this.#small.length > 0) this.#parts.push(Uint8Array.from(this.#small));
    this.#small = [];
  }

  #varint(value: bigint): void {
    let rest = value;
    for (; rest > 127n; rest >>= 7n) this.#small.push(Number(rest & 127n) | 128);
    this.#small.push(Number(rest));
  }

  #zigzag(value: bigint): void {
    this.#varint(value < 0n ? -value * 2n - 1n : value * 2n);
  }
}
