import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeThrift, encodeThrift, THRIFT, type ThriftField, type ThriftStruct } from './thriftCompact.ts';

const { struct } = fc.letrec<{ struct: ThriftStruct; field: ThriftField }>((tie) => ({
  struct: fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), tie('field')), { maxLength: 6 }).map((fields) => new Map(fields.toSorted(([left], [right]) => left - right))),
  field: fc.oneof(
    { maxDepth: 4 },
    fc.boolean().map((value) => ({ type: value ? THRIFT.true : THRIFT.false, value })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => ({ type: THRIFT.i64, value })),
    fc.bigInt({ min: 0n, max: 255n }).map((value) => ({ type: THRIFT.byte, value })),
    fc.uint8Array({ maxLength: 200 }).map((value) => ({ type: THRIFT.binary, value })),
    fc.uint8Array({ minLength: 8, maxLength: 8 }).map((value) => ({ type: THRIFT.double, value })),
    fc.array(fc.boolean(), { maxLength: 40 }).map((items) => ({ type: THRIFT.list, value: { elementType: THRIFT.true, items } })),
    fc.array(fc.bigInt({ min: -100n, max: 100n }), { maxLength: 40 }).map((items) => ({ type: THRIFT.list, value: { elementType: THRIFT.i32, items } })),
    fc.array(tie('struct'), { maxLength: 3 }).map((items) => ({ type: THRIFT.list, value: { elementType: THRIFT.struct, items } })),
    tie('struct').map((value) => ({ type: THRIFT.struct, value })),
  ),
}));

describe('Thrift’s compact protocol', () => {
  it('gives back whatever was written', () => {
    fc.assert(fc.property(struct, (value) => { expect(decodeThrift(encodeThrift(value))).toEqual(value); }), { numRuns: 300 });
  });

  it('keeps a field behind a gap, and one whose number is lower than the one before', () => {
    expect(encodeThrift(new Map([[1, { type: THRIFT.i32, value: -1n }], [17, { type: THRIFT.i32, value: 300n }]]))).toEqual(Uint8Array.of(0x15, 1, 5, 34, 0xd8, 4, 0));
    expect([...decodeThrift(Uint8Array.of(0x35, 2, 5, 2, 4, 0)).keys()]).toEqual([3, 1]);
  });

  it.each([
    { name: 'nothing', bytes: [] },
    { name: 'a text that ends early', bytes: [0x18, 5, 65] },
    { name: 'a map', bytes: [0x1b, 0, 0] },
  ])('refuses $name', ({ bytes }) => {
    expect(() => decodeThrift(Uint8Array.from(bytes))).toThrow(RangeError);
  });
});
