import { LakebookError } from '../base/errors.ts';
import type { Protocol } from './actions.ts';
import { findFeature, TABLE_FEATURES } from './tableFeature.ts';

const NEWEST_READER_VERSION = 3;
/** The reader version from which on features are listed by name. */
const FEATURE_LIST_READER_VERSION = 3;
const FEATURE_LIST_WRITER_VERSION = 7;

/** How a table's log is reached: by its folder alone, or through the catalog that orders its commits. */
export type LogAccess = 'path' | 'catalog';

/**
 * Refuses a table that this product would read wrongly (PROTOCOL.md "Table Features", "Reader Requirements").
 * @throws LakebookError DELTA_INVALID_PROTOCOL_VERSION, DELTA_PROTOCOL_INVALID, DELTA_UNSUPPORTED_FEATURES_FOR_READ,
 *   DELTA_PATH_BASED_ACCESS_TO_CATALOG_MANAGED_TABLE_BLOCKED
 */
export function checkReadable(protocol: Protocol, table: string, access: LogAccess = 'path'): void {
  const { minReaderVersion, minWriterVersion, readerFeatures } = protocol;
  if (minReaderVersion > NEWEST_READER_VERSION) {
    throw new LakebookError('DELTA_INVALID_PROTOCOL_VERSION', { table, required: `reader version ${minReaderVersion}`, supported: NEWEST_READER_VERSION });
  }
  const broken = describeBrokenRule(protocol);
  if (broken !== undefined) throw new LakebookError('DELTA_PROTOCOL_INVALID', { table, detail: broken, minReaderVersion, minWriterVersion });
  const asked = readerFeatures ?? [];
  if (access === 'path' && isCatalogManaged(protocol)) throw new LakebookError('DELTA_PATH_BASED_ACCESS_TO_CATALOG_MANAGED_TABLE_BLOCKED', { table });
  const unknown = asked.filter((name) => (findFeature(name)?.read ?? 'refused') === 'refused');
  if (unknown.length > 0) throw new LakebookError('DELTA_UNSUPPORTED_FEATURES_FOR_READ', { table, features: unknown.join(', ') });
}

/** Whether only a catalog knows the table's latest version (PROTOCOL.md "Catalog-managed Table Enablement"). */
export function isCatalogManaged(protocol: Protocol): boolean {
  return featuresOf(protocol).some((name) => findFeature(name)?.read === 'throughCatalog');
}

function describeBrokenRule({ minReaderVersion, minWriterVersion, readerFeatures }: Protocol): string | undefined {
  if (minReaderVersion < 1 || minWriterVersion < 1) return 'versions start at 1';
  if (minReaderVersion === FEATURE_LIST_READER_VERSION && readerFeatures === undefined) return 'reader version 3 needs a list of reader features';
  if (minReaderVersion === FEATURE_LIST_READER_VERSION && minWriterVersion < FEATURE_LIST_WRITER_VERSION) return 'reader version 3 needs writer version 7';
  if (minReaderVersion < FEATURE_LIST_READER_VERSION && (readerFeatures ?? []).length > 0) return 'reader features are listed below reader version 3';
  return undefined;
}

/** Every feature that the protocol asks for, by name: those listed, and those its versions imply. */
export function featuresOf({ minReaderVersion, minWriterVersion, readerFeatures, writerFeatures }: Protocol): readonly string[] {
  const implied = TABLE_FEATURES.filter(({ impliedFrom }) => impliedFrom !== undefined && minWriterVersion < FEATURE_LIST_WRITER_VERSION && minWriterVersion >= impliedFrom.writer);
  const byReader = minReaderVersion === 2 ? ['columnMapping'] : [];
  return [...new Set([...implied.map(({ name }) => name), ...byReader, ...(readerFeatures ?? []), ...(writerFeatures ?? [])])];
}
