import { describe, expect, it } from 'vitest';
import { columnMappingMode, checkMapped } from './columnMapping.ts';
import { formatType, parseSchema, type StructType } from './schema.ts';
import { checkTypeChanges, isLossyWidened, isSupportedTypeChange } from './typeWidening.ts';
import { parseType } from './schema.ts';

const schemaOf = (fields: readonly object[]): StructType => parseSchema(JSON.stringify({ type: 'struct', fields }), 't');
const typed = (type: unknown, metadata: object = {}): object => ({ name: 'c', type, nullable: true, metadata });

describe('schemas', () => {
  it.each([
    'string', 'long', 'integer', 'short', 'byte', 'float', 'double', 'boolean', 'binary', 'date', 'timestamp', 'timestamp_ntz', 'variant', 'void', 'decimal(38,18)', 'string collate ICU.de_DE',
  ])('[SCHEMA-1] %s', (type) => {
    expect(formatType(parseType(type, 't', 'c'))).toBe(type);
  });

  it('[SCHEMA-1] nested types', () => {
    const type = {
      type: 'struct',
      fields: [typed({ type: 'map', keyType: 'string', valueType: { type: 'array', elementType: { type: 'struct', fields: [typed('decimal(10,2)')] }, containsNull: true }, valueContainsNull: true })],
    };
    expect(formatType(parseType(type, 't', ''))).toBe('struct<c:map<string,array<struct<c:decimal(10,2)>>>>');
  });

  it.each([
    { name: 'no JSON', text: '{', code: 'DELTA_SCHEMA_INVALID' },
    { name: 'no struct at the root', text: '"string"', code: 'DELTA_SCHEMA_INVALID' },
    { name: 'a field without a name', text: '{"type":"struct","fields":[{"type":"string"}]}', code: 'DELTA_SCHEMA_INVALID' },
    { name: 'an unknown type', text: '{"type":"struct","fields":[{"name":"a","type":"complex"}]}', code: 'DELTA_UNSUPPORTED_DATA_TYPES' },
    { name: 'an impossible decimal', text: '{"type":"struct","fields":[{"name":"a","type":"decimal(39,0)"}]}', code: 'DELTA_UNSUPPORTED_DATA_TYPES' },
    { name: 'names that differ in case alone', text: '{"type":"struct","fields":[{"name":"a","type":"long"},{"name":"A","type":"long"}]}', code: 'DELTA_DUPLICATE_COLUMNS_FOUND' },
    { name: 'the same deeper down', text: '{"type":"struct","fields":[{"name":"s","type":{"type":"struct","fields":[{"name":"a","type":"long"},{"name":"A","type":"long"}]}}]}', code: 'DELTA_DUPLICATE_COLUMNS_FOUND' },
  ])('[SCHEMA-2] refuses $name', ({ text, code }) => {
    expect(() => parseSchema(text, 't')).toThrowError(expect.objectContaining({ code }));
  });
});

describe('type changes', () => {
  it.each([
    ['byte', 'short', true], ['byte', 'long', true], ['short', 'integer', true], ['integer', 'long', true], ['long', 'integer', false],
    ['float', 'double', true], ['double', 'float', false], ['integer', 'double', true], ['long', 'double', false], ['byte', 'double', true],
    ['date', 'timestamp_ntz', true], ['date', 'timestamp', false], ['decimal(5,2)', 'decimal(7,3)', true], ['decimal(5,2)', 'decimal(6,3)', true], ['decimal(5,2)', 'decimal(5,3)', false],
    ['byte', 'decimal(10,0)', true], ['integer', 'decimal(11,1)', true], ['integer', 'decimal(10,1)', false], ['long', 'decimal(20,0)', true], ['long', 'decimal(19,0)', false],
    ['string', 'integer', false],
  ] as const)('[TW-1] %s to %s: %s', (from, to, isAllowed) => {
    expect(isSupportedTypeChange({ from: parseType(from, 't', 'c'), to: parseType(to, 't', 'c') })).toBe(isAllowed);
  });

  it('[TW-1] refuses a recorded change that is not allowed, nested ones too', () => {
    const schema = schemaOf([typed({ type: 'array', elementType: { type: 'struct', fields: [typed('integer', { 'delta.typeChanges': [{ fromType: 'string', toType: 'integer' }] })] }, containsNull: true })]);
    expect(() => checkTypeChanges(schema, 't')).toThrowError(expect.objectContaining({ code: 'DELTA_UNSUPPORTED_TYPE_CHANGE_IN_SCHEMA' }));
  });

  it.each([
    { changes: [{ fromType: 'byte', toType: 'long' }], lossy: false },
    { changes: [{ fromType: 'float', toType: 'double' }], lossy: true },
    { changes: [{ fromType: 'short', toType: 'integer' }, { fromType: 'integer', toType: 'double' }], lossy: true },
  ])('[TW-2] knows which columns the reader may not compare itself: $changes', ({ changes, lossy }) => {
    const [column] = schemaOf([typed('double', { 'delta.typeChanges': changes })]).fields;
    expect(column !== undefined && isLossyWidened(column)).toBe(lossy);
  });
});

describe('column mapping', () => {
  const metadata = { id: '', name: undefined, description: undefined, provider: 'parquet', schemaString: '', partitionColumns: [], createdTime: undefined, configuration: { 'delta.columnMapping.mode': 'name' } };

  it.each([
    { name: 'reader version 1', protocol: { minReaderVersion: 1, minWriterVersion: 2, readerFeatures: undefined, writerFeatures: undefined }, mode: 'none' },
    { name: 'reader version 2', protocol: { minReaderVersion: 2, minWriterVersion: 5, readerFeatures: undefined, writerFeatures: undefined }, mode: 'name' },
    { name: 'the feature', protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['columnMapping'], writerFeatures: ['columnMapping'] }, mode: 'name' },
    { name: 'other features', protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: [], writerFeatures: [] }, mode: 'none' },
  ])('[CM-1] with $name the mode is $mode', ({ protocol, mode }) => {
    expect(columnMappingMode(protocol, metadata)).toBe(mode);
  });

  it.each([
    { name: 'a physical name', mode: 'name' as const, column: {} },
    { name: 'an id', mode: 'id' as const, column: { 'delta.columnMapping.physicalName': 'p' } },
  ])('[CM-4] refuses a column without $name', ({ mode, column }) => {
    expect(() => checkMapped(schemaOf([typed('long', column)]), mode, 't')).toThrowError(expect.objectContaining({ code: 'DELTA_SCHEMA_INVALID' }));
  });
});
