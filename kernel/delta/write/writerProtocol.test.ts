import { expect, it } from 'vitest';
import type { Protocol } from '../actions.ts';
import { upgradeProtocol } from './writerProtocol.ts';

function protocol(reader: number, writer: number, features?: { readonly reader?: readonly string[]; readonly writer: readonly string[] }): Protocol {
  return { minReaderVersion: reader, minWriterVersion: writer, readerFeatures: features?.reader, writerFeatures: features?.writer };
}

it.each<{ name: string; from: Protocol; features: readonly string[]; to: Protocol }>([
  { name: 'nothing new', from: protocol(1, 2), features: ['appendOnly'], to: protocol(1, 2) },
  { name: 'a legacy feature that its version alone implies', from: protocol(1, 2), features: ['checkConstraints'], to: protocol(1, 3) },
  { name: 'a legacy feature whose version would imply others', from: protocol(1, 2), features: ['generatedColumns'], to: protocol(1, 7, { writer: ['appendOnly', 'invariants', 'generatedColumns'] }) },
  { name: 'a feature for readers', from: protocol(1, 2), features: ['deletionVectors'], to: protocol(3, 7, { reader: ['deletionVectors'], writer: ['appendOnly', 'invariants', 'deletionVectors'] }) },
  { name: 'a feature for writers', from: protocol(1, 2), features: ['inCommitTimestamp'], to: protocol(1, 7, { writer: ['appendOnly', 'invariants', 'inCommitTimestamp'] }) },
  { name: 'what it requires', from: protocol(1, 7, { writer: [] }), features: ['rowTracking'], to: protocol(1, 7, { writer: ['domainMetadata', 'rowTracking'] }) },
  { name: 'one more by name', from: protocol(3, 7, { reader: ['timestampNtz'], writer: ['timestampNtz'] }), features: ['columnMapping'], to: protocol(3, 7, { reader: ['timestampNtz', 'columnMapping'], writer: ['timestampNtz', 'columnMapping'] }) },
  { name: 'what an older version of readers implies, beside a feature for writers', from: protocol(1, 2), features: ['columnMapping', 'inCommitTimestamp'], to: protocol(2, 7, { writer: ['appendOnly', 'invariants', 'columnMapping', 'inCommitTimestamp'] }) },
  { name: 'the same, where it was implied', from: protocol(2, 5), features: ['inCommitTimestamp'], to: protocol(2, 7, { writer: ['appendOnly', 'invariants', 'checkConstraints', 'changeDataFeed', 'generatedColumns', 'columnMapping', 'inCommitTimestamp'] }) },
])('WRITE-11: $name', ({ from, features, to }) => {
  expect(upgradeProtocol(from, features)).toEqual(to);
});
