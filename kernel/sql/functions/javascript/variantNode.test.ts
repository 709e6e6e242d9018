import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeVariant } from '../../../../build/testing/delta/variantJson.ts';
import { readJson, SPARK_JSON } from './jsonReader.ts';
import { sortedFields, UTC, variantJson, type VariantNode, variantOf } from './variantNode.ts';
import { readVariant, readVariantAt } from './variantReader.ts';
import { parsePlainVariant } from './variantParser.ts';
import { variantPath } from './variants.ts';
import { variantSchema } from './variantSchemas.ts';
import { writeVariant } from './variantWriter.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
const hex = (value: Uint8Array): string => Array.from(value, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ');
const NONE = '01 00 00';

function parsed(json: string): VariantNode {
  const node = readJson(json, SPARK_JSON);
  return node === undefined || node === 'empty' ? { kind: 'null' } : (variantOf(node) ?? { kind: 'null' });
}

describe('variants as bytes', () => {
  it.each([
    { name: 'null', value: '00', json: 'null' },
    { name: 'true and false', value: '03 02 00 01 02 04 08', json: '[true,false]' },
    { name: 'integers of each width', value: '03 04 00 02 05 0A 13 0C FF 10 00 80 14 FF FF FF 7F 18 FF FF FF FF FF FF FF 7F', json: '[-1,-32768,2147483647,9223372036854775807]' },
    { name: 'a double', value: '1C 00 00 00 00 00 00 F8 3F', json: '1.5' },
    { name: 'a whole double', value: '1C 00 00 00 00 00 00 F0 3F', json: '1.0' },
    { name: 'a double that JSON lacks', value: '1C 00 00 00 00 00 00 F8 7F', json: '"NaN"' },
    { name: 'a float', value: '38 CD CC CC 3D', json: '0.1' },
    { name: 'a decimal', value: '20 02 D2 04 00 00', json: '12.34' },
    { name: 'a decimal with zeros at its end', value: '20 03 34 30 00 00', json: '12.34' },
    { name: 'a decimal of 8 bytes', value: '24 00 00 E4 0B 54 02 00 00 00', json: '10000000000' },
    { name: 'a negative decimal of 16 bytes', value: '28 0C 00 00 00 00 00 00 00 80 FF FF FF FF FF FF FF FF', json: '-9223372.036854775808' },
    { name: 'a date', value: '2C 89 4D 00 00', json: '"2024-05-06"' },
    { name: 'a timestamp', value: '30 00 00 00 00 00 00 00 00', json: '"1970-01-01 00:00:00+00:00"' },
    { name: 'a timestamp before 1970', value: '34 FF FF FF FF FF FF FF FF', json: '"1969-12-31 23:59:59.999999"' },
    { name: 'a time of day', value: '44 01 00 00 00 00 00 00 00', json: '"00:00:00.000001"' },
    { name: 'nanoseconds', value: '4C 01 00 00 00 00 00 00 00', json: '"1970-01-01 00:00:00.000000001"' },
    { name: 'binary', value: '3C 04 00 00 00 01 02 03 FF', json: '"AQID/w=="' },
    { name: 'a short string', value: '0D 22 0A 61', json: '"\\"\\na"' },
    { name: 'a UUID', value: '50 00 11 22 33 44 55 66 77 88 99 AA BB CC DD EE FF', json: '"00112233-4455-6677-8899-aabbccddeeff"' },
  ])('$name', ({ value, json }) => {
    const node = readVariant({ metadata: bytes(NONE), value: bytes(value) });
    expect(variantJson(node, UTC)).toBe(json);
    expect(hex(writeVariant(node).value)).toBe(value);
  });

  it('objects and arrays inside of each other, as another decoder reads them', () => {
    const variant = { metadata: bytes('01 02 00 01 03 61 62 63'), value: bytes('02 02 00 01 00 02 0C 0C 01 03 02 00 02 05 0C 02 09 62 63') };
    expect(variantJson(readVariant(variant), UTC)).toBe('{"a":1,"bc":[2,"bc"]}');
    expect(decodeVariant(variant.metadata, variant.value)).toEqual({ a: '1', bc: ['2', 'bc'] });
    expect(writeVariant(readVariant(variant))).toEqual(variant);
  });

  it.each([
    { name: 'an unknown type', value: 'FC 00' },
    { name: 'bytes that end early', value: '18 01' },
    { name: 'a field that has no name', value: '02 01 05 00 02 0C 01' },
  ])('refuses $name', ({ value }) => {
    expect(() => readVariant({ metadata: bytes(NONE), value: bytes(value) })).toThrow(RangeError);
  });

  it('of a kind that Spark does not know have no type', () => {
    const time = { metadata: bytes(NONE), value: bytes('44 01 00 00 00 00 00 00 00') };
    expect(() => variantSchema([readVariant(time)])).toThrow(expect.objectContaining({ code: 'UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT', message: expect.stringContaining('id 17') as string }) as Error);
  });

  it('objects of many fields, long texts and wide offsets', () => {
    const json = JSON.stringify({ ...Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`name${String(index).padStart(3, '0')}`, index])), z: 'x'.repeat(70_000) });
    const written = writeVariant(parsed(json));
    expect(variantJson(readVariant(written), UTC)).toBe(json);
    expect(decodeVariant(written.metadata, written.value)).toMatchObject({ name299: '299' });
  });

  it('come back as they were written, whatever they hold', () => {
    const small = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const { node } = fc.letrec<{ node: VariantNode }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        fc.constant<VariantNode>({ kind: 'null' }),
        fc.boolean().map((value): VariantNode => ({ kind: 'boolean', value })),
        small.map((value): VariantNode => ({ kind: 'integer', value })),
        fc.tuple(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), fc.integer({ min: 0, max: 38 })).map(([unscaled, scale]): VariantNode => ({ kind: 'decimal', unscaled, scale })),
        fc.double().map((value): VariantNode => ({ kind: 'double', value })),
        fc.float().map((value): VariantNode => ({ kind: 'float', value })),
        fc.string({ unit: 'grapheme', maxLength: 80 }).map((text): VariantNode => ({ kind: 'string', text })),
        fc.uint8Array().map((value): VariantNode => ({ kind: 'binary', bytes: value })),
        small.map((value): VariantNode => ({ kind: 'timestamp', value })),
        fc.array(tie('node'), { maxLength: 5 }).map((items): VariantNode => ({ kind: 'array', items })),
        fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 8 }), tie('node'), { maxKeys: 5 }).map((fields): VariantNode => ({ kind: 'object', fields: sortedFields(Object.entries(fields)) })),
      ),
    }));
    fc.assert(fc.property(node, (value) => { expect(readVariant(writeVariant(value))).toEqual(value); }), { numRuns: 500 });
  });
});

describe('JSON straight into a variant', () => {
  const slowly = (json: string): unknown => {
    const node = readJson(json, { ...SPARK_JSON, allowSingleQuotes: false, allowNonNumericNumbers: false });
    const value = node === undefined || node === 'empty' ? undefined : variantOf(node);
    return value && writeVariant(value);
  };

  it('is what comes of it by way of its values, or is left to that', () => {
    const plain = fc.letrec<{ json: string }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom('null', 'true', 'false', '-0', '0.0', '-0.50', '1e3', '01', '1.', '.5', '-', 'tru', '123456789012345', '-12345678901234567890', '123456.789', '1234567890.5', '0.0000000001', '"é"', '"a\\n"', "'a'", '127', '-128', '128', '32768', '-2147483649'),
        fc.integer().map(String),
        fc.string({ unit: fc.constantFrom('a', 'b', ' ', '"', '\\', ',', '{'), maxLength: 70 }).map((text) => JSON.stringify(text)),
        fc.array(tie('json'), { maxLength: 4 }).map((items) => `[${items.join(' , ')}]`),
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'key', 'z'), tie('json')), { maxLength: 4 }).map((fields) => `{${fields.map(([name, value]) => `"${name}":${value}`).join(',')}}`),
      ),
    })).json;
    let found = 0;
    fc.assert(fc.property(plain, fc.constantFrom('', ' ', ' x', ',', '\n1'), (json, behind) => {
      const quickly = parsePlainVariant(json + behind);
      if (quickly === undefined) return;
      found++;
      expect(quickly).toEqual(slowly(json + behind));
    }), { numRuns: 2000 });
    expect(found).toBeGreaterThan(300);
  });

  it('holds many fields and long texts', () => {
    const json = JSON.stringify({ list: Array.from({ length: 300 }, (_, index) => index), ...Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`n${index}`, 'x'.repeat(index)])) });
    expect(parsePlainVariant(json)).toEqual(slowly(json));
  });
});

describe('paths into variants', () => {
  it.each([
    { path: '$', found: '{"a":[1,{"b c":2,"d":null}]}' },
    { path: '$.a', found: '[1,{"b c":2,"d":null}]' },
    { path: "$.a[1]['b c']", found: '2' },
    { path: '$["a"][1].d', found: 'null' },
    { path: '$.a[2]', found: undefined },
    { path: '$.a.b', found: undefined },
    { path: '$[0]', found: undefined },
  ])('$path', ({ path, found }) => {
    const node = readVariantAt(writeVariant(parsed('{"a":[1,{"b c":2,"d":null}]}')), variantPath(path)!);
    expect(node && variantJson(node, UTC)).toBe(found);
  });

  it.each(['a', '', '$a', '$..a', '$[', '$[x]', '$.', '$.a['])('refuses %j', (path) => {
    expect(variantPath(path)).toBeUndefined();
  });
});
