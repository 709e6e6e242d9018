import { describe, expect, it } from 'vitest';
import type { Protocol } from './actions.ts';
import { checkReadable, featuresOf } from './protocol.ts';
import { findFeature, TABLE_FEATURES } from './tableFeature.ts';

function protocol(minReaderVersion: number, minWriterVersion: number, readerFeatures?: readonly string[], writerFeatures?: readonly string[]): Protocol {
  return { minReaderVersion, minWriterVersion, readerFeatures, writerFeatures };
}

describe('who may read', () => {
  it.each([
    { rule: 'PROTO-1', name: 'reader version 1', asked: protocol(1, 2) },
    { rule: 'PROTO-1', name: 'reader version 2 with mapping', asked: protocol(2, 5) },
    { rule: 'PROTO-2', name: 'an empty list', asked: protocol(3, 7, [], []) },
    { rule: 'PROTO-3', name: 'known features', asked: protocol(3, 7, ['deletionVectors', 'v2Checkpoint'], ['deletionVectors', 'v2Checkpoint']) },
    { rule: 'PROTO-4', name: 'unknown features for writers', asked: protocol(1, 7, undefined, ['notYetThoughtOf']) },
    { rule: 'PROTO-4', name: 'a writer version that nobody knows', asked: protocol(1, 99) },
  ])('[$rule] allows $name', ({ asked }) => {
    expect(() => checkReadable(asked, 't')).not.toThrow();
  });

  it.each([
    { rule: 'PROTO-1', name: 'reader version 4', asked: protocol(4, 7, []), code: 'DELTA_INVALID_PROTOCOL_VERSION', says: 'reader version 4' },
    { rule: 'PROTO-2', name: 'version 3 without a list', asked: protocol(3, 7), code: 'DELTA_PROTOCOL_INVALID', says: 'list of reader features' },
    { rule: 'PROTO-2', name: 'version 3 with an old writer version', asked: protocol(3, 5, []), code: 'DELTA_PROTOCOL_INVALID', says: 'writer version 7' },
    { rule: 'PROTO-2', name: 'a list below version 3', asked: protocol(1, 7, ['deletionVectors']), code: 'DELTA_PROTOCOL_INVALID', says: 'below reader version 3' },
    { rule: 'PROTO-3', name: 'an unknown feature', asked: protocol(3, 7, ['deletionVectors', 'a', 'b']), code: 'DELTA_UNSUPPORTED_FEATURES_FOR_READ', says: 'a, b' },
    { rule: 'PROTO-3', name: 'a known feature that is not supported', asked: protocol(3, 7, ['geospatial']), code: 'DELTA_UNSUPPORTED_FEATURES_FOR_READ', says: 'geospatial' },
    { rule: 'PROTO-6', name: 'a catalog-managed table', asked: protocol(3, 7, ['catalogManaged']), code: 'DELTA_PATH_BASED_ACCESS_TO_CATALOG_MANAGED_TABLE_BLOCKED', says: 'catalog' },
  ])('[$rule] refuses $name', ({ asked, code, says }) => {
    expect(() => checkReadable(asked, 't')).toThrowError(expect.objectContaining({ code, message: expect.stringContaining(says) }));
  });

  it.each([
    { asked: protocol(1, 1), features: [] },
    { asked: protocol(1, 2), features: ['appendOnly', 'invariants'] },
    { asked: protocol(2, 5), features: ['appendOnly', 'invariants', 'checkConstraints', 'changeDataFeed', 'generatedColumns', 'columnMapping'] },
    { asked: protocol(2, 7, undefined, ['clustering']), features: ['columnMapping', 'clustering'] },
    { asked: protocol(3, 7, ['deletionVectors'], ['deletionVectors', 'rowTracking']), features: ['deletionVectors', 'rowTracking'] },
  ])('[PROTO-5] $asked.minReaderVersion, $asked.minWriterVersion imply their features', ({ asked, features }) => {
    expect(featuresOf(asked)).toEqual(features);
  });
});

describe('the table of features', () => {
  it('[FEAT-1] has each name once, and knows what each requires', () => {
    const names = TABLE_FEATURES.map(({ name }) => name);
    const unknown = TABLE_FEATURES.flatMap(({ requires = [] }) => requires).filter((name) => findFeature(name) === undefined);
    expect({ twice: names.filter((name, index) => names.indexOf(name) !== index), unknown }).toEqual({ twice: [], unknown: [] });
  });

  it('[FEAT-1] refuses no feature that readers need not know', () => {
    expect(TABLE_FEATURES.filter(({ kind, read }) => kind === 'writer' && read === 'refused')).toEqual([]);
  });
});
