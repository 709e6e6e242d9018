import { describe, expect, it } from 'vitest';
import { decodeVariant } from '../../build/testing/delta/variantJson.ts';
import { variantToJson } from './variant.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const NONE = '01 00 00';

describe('variants as JSON', () => {
  it.each([
    { name: 'null', value: '00', json: 'null' },
    { name: 'true and false', value: '03 02 00 01 02 04 08', json: '[true,false]' },
    { name: 'integers of each width', value: '03 04 00 02 05 0A 13 0C FF 10 00 80 14 FF FF FF 7F 18 FF FF FF FF FF FF FF 7F', json: '[-1,-32768,2147483647,9223372036854775807]' },
    { name: 'a double', value: '1C 00 00 00 00 00 00 F8 3F', json: '1.5' },
    { name: 'a double that JSON lacks', value: '1C 00 00 00 00 00 00 F8 7F', json: '"NaN"' },
    { name: 'a float', value: '38 CD CC CC 3D', json: '0.1' },
    { name: 'a decimal', value: '20 02 D2 04 00 00', json: '12.34' },
    { name: 'a decimal with zeros at its end', value: '20 03 34 30 00 00', json: '12.34' },
    { name: 'a negative decimal of 16 bytes', value: '28 02 FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF', json: '-0.01' },
    { name: 'a date', value: '2C 89 4D 00 00', json: '"2024-05-06"' },
    { name: 'a timestamp', value: '30 00 00 00 00 00 00 00 00', json: '"1970-01-01 00:00:00+00:00"' },
    { name: 'a timestamp before 1970', value: '34 FF FF FF FF FF FF FF FF', json: '"1969-12-31 23:59:59.999999"' },
    { name: 'binary', value: '3C 04 00 00 00 01 02 03 FF', json: '"AQID/w=="' },
    { name: 'a short string', value: '0D 22 0A 61', json: '"\\"\\na"' },
    { name: 'a long string', value: '40 02 00 00 00 C3 A9', json: '"é"' },
    { name: 'a UUID', value: '50 00 11 22 33 44 55 66 77 88 99 AA BB CC DD EE FF', json: '"00112233-4455-6677-8899-aabbccddeeff"' },
  ])('[DATA-5] $name', ({ value, json }) => {
    expect(variantToJson(bytes(NONE), bytes(value))).toBe(json);
  });

  it('[DATA-5] objects and arrays inside of each other, as another decoder reads them', () => {
    const metadata = bytes('01 02 00 01 03 61 62 63');
    const value = bytes('02 02 00 01 00 02 0A 0C 01 03 02 00 02 05 0C 02 09 62 63');
    expect(variantToJson(metadata, value)).toBe('{"a":1,"bc":[2,"bc"]}');
    expect(decodeVariant(metadata, value)).toEqual({ a: '1', bc: ['2', 'bc'] });
  });

  it.each([
    { name: 'an unknown type', value: 'FC 00' },
    { name: 'bytes that end early', value: '18 01' },
    { name: 'a field that has no name', value: '02 01 05 00 02 0C 01' },
  ])('[DATA-5] refuses $name', ({ value }) => {
    expect(() => variantToJson(bytes(NONE), bytes(value))).toThrow(RangeError);
  });
});
