import { LakebookError } from '../../base/errors.ts';
import { parseIntervalMs } from '../tableState.ts';

interface PropertyRule {
  readonly wanted: string;
  readonly allows: (value: string) => boolean;
}

const FLAG: PropertyRule = { wanted: 'true or false', allows: (value) => /^(?:true|false)$/i.test(value) };
const INTERVAL: PropertyRule = { wanted: 'an interval such as interval 7 days', allows: (value) => (parseIntervalMs(value) ?? -1) >= 0 };
const COUNT: PropertyRule = { wanted: 'a positive integer', allows: (value) => /^[1-9]\d*$/.test(value) };
const TEXT: PropertyRule = { wanted: 'a text', allows: () => true };
/** What Delta keeps for itself. */
const INTERNAL: PropertyRule = { wanted: '', allows: () => false };

function oneOf(...values: readonly string[]): PropertyRule {
  return { wanted: values.join(' or '), allows: (value) => values.some((each) => each.toLowerCase() === value.toLowerCase()) };
}

/** The properties that begin with `delta.`, as delta-spark and the protocol have them. */
const RULES: Readonly<Record<string, PropertyRule>> = {
  'delta.appendOnly': FLAG,
  'delta.autoOptimize': FLAG,
  'delta.autoOptimize.autoCompact': oneOf('true', 'false', 'auto', 'legacy'),
  'delta.autoOptimize.optimizeWrite': FLAG,
  'delta.castIcebergTimeType': FLAG,
  'delta.checkpoint.writeStatsAsJson': FLAG,
  'delta.checkpoint.writeStatsAsStruct': FLAG,
  'delta.checkpointInterval': COUNT,
  'delta.checkpointPolicy': oneOf('classic', 'v2'),
  'delta.checkpointRetentionDuration': INTERVAL,
  'delta.columnMapping.maxColumnId': INTERNAL,
  'delta.columnMapping.mode': oneOf('none', 'name', 'id'),
  'delta.compatibility.symlinkFormatManifest.enabled': FLAG,
  'delta.dataSkippingNumIndexedCols': { wanted: 'an integer from -1 on', allows: (value) => /^(?:-1|\d+)$/.test(value) },
  'delta.dataSkippingStatsColumns': TEXT,
  'delta.deletedFileRetentionDuration': INTERVAL,
  'delta.dropFeatureTruncateHistory.retentionDuration': INTERVAL,
  'delta.enableChangeDataFeed': FLAG,
  'delta.enableDeletionVectors': FLAG,
  'delta.enableExpiredLogCleanup': FLAG,
  'delta.enableFullRetentionRollback': FLAG,
  'delta.enableIcebergCompatV1': FLAG,
  'delta.enableIcebergCompatV2': FLAG,
  'delta.enableIcebergCompatV3': FLAG,
  'delta.enableInCommitTimestamps': FLAG,
  'delta.enableRowTracking': FLAG,
  'delta.enableTypeWidening': FLAG,
  'delta.enableVariantShredding': FLAG,
  'delta.ignoreProtocolDefaults': FLAG,
  'delta.inCommitTimestampEnablementTimestamp': INTERNAL,
  'delta.inCommitTimestampEnablementVersion': INTERNAL,
  'delta.isolationLevel': oneOf('Serializable', 'WriteSerializable'),
  'delta.logRetentionDuration': INTERVAL,
  'delta.minReaderVersion': oneOf('1', '2', '3'),
  'delta.minWriterVersion': oneOf('1', '2', '3', '4', '5', '6', '7'),
  'delta.parquet.compression.codec': oneOf('zstd', 'snappy', 'gzip', 'none', 'uncompressed', 'lz4', 'lz4_raw', 'brotli'),
  'delta.parquet.format.version': TEXT,
  'delta.randomPrefixLength': COUNT,
  'delta.randomizeFilePrefixes': FLAG,
  'delta.requireCheckpointProtectionBeforeVersion': INTERNAL,
  'delta.rowTracking.materializedRowCommitVersionColumnName': INTERNAL,
  'delta.rowTracking.materializedRowIdColumnName': INTERNAL,
  'delta.rowTrackingSuspended': FLAG,
  'delta.sampleRetentionDuration': INTERVAL,
  'delta.setTransactionRetentionDuration': INTERVAL,
  'delta.targetFileSize': TEXT,
  'delta.tuneFileSizesForRewrites': FLAG,
  'delta.universalFormat.enabledFormats': TEXT,
  'delta.writePartitionColumnsToParquet': FLAG,
};

const SPELLINGS: ReadonlyMap<string, string> = new Map(Object.keys(RULES).map((name) => [name.toLowerCase(), name]));
/** Families whose members have names of their own, checked where they are used. */
const FAMILIES = /^delta\.(?:feature|constraints)\./i;

/** The property's name in Delta's spelling; any other as it is. */
export function propertyName(name: string): string {
  if (FAMILIES.test(name)) return name.replace(FAMILIES, (family) => family.toLowerCase());
  return SPELLINGS.get(name.toLowerCase()) ?? name;
}

/**
 * Properties as somebody wants them, checked, under Delta's spelling of their names. Pure.
 * @throws LakebookError DELTA_UNKNOWN_CONFIGURATION, DELTA_CANNOT_MODIFY_TABLE_PROPERTY, DELTA_INVALID_TABLE_PROPERTY
 */
export function checkedProperties(properties: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(properties).map(([written, value]) => {
    const name = propertyName(written);
    if (!/^delta\./i.test(name) || FAMILIES.test(name)) return [name, value];
    const rule = RULES[name];
    if (rule === undefined) throw new LakebookError('DELTA_UNKNOWN_CONFIGURATION', { config: written });
    if (rule === INTERNAL) throw new LakebookError('DELTA_CANNOT_MODIFY_TABLE_PROPERTY', { prop: name });
    if (!rule.allows(value.trim())) throw new LakebookError('DELTA_INVALID_TABLE_PROPERTY', { property: name, value, wanted: rule.wanted });
    return [name, value];
  }));
}

/** Without what Delta keeps for itself: a definition may have been copied from another table. */
export function withoutInternalProperties(properties: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => RULES[propertyName(name)] !== INTERNAL));
}
