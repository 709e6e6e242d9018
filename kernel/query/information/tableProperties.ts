import type { Protocol } from '../../delta/actions.ts';
import type { Snapshot } from '../../delta/snapshot.ts';

/** A table's properties with those that its protocol stands for, as Delta shows them, sorted by key. */
export function tableProperties({ metadata, protocol }: Pick<Snapshot, 'metadata' | 'protocol'>): readonly (readonly [string, string])[] {
  const properties = { ...metadata.configuration, ...protocolProperties(protocol) };
  return Object.entries(properties).sort(([left], [right]) => (left < right ? -1 : 1));
}

function protocolProperties({ minReaderVersion, minWriterVersion, readerFeatures = [], writerFeatures = [] }: Protocol): Readonly<Record<string, string>> {
  return {
    'delta.minReaderVersion': String(minReaderVersion),
    'delta.minWriterVersion': String(minWriterVersion),
    ...Object.fromEntries([...readerFeatures, ...writerFeatures].map((feature) => [`delta.feature.${feature}`, 'supported'])),
  };
}
