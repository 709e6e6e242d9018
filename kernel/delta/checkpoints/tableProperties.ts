import { parseIntervalMs } from '../tableState.ts';

type Configuration = Readonly<Record<string, string>>;

const DAY_MS = 86_400_000;

/** What a table's properties say of its log. A property of a wrong form counts as not set, but a retention of a wrong form keeps everything. */
export interface LogProperties {
  /** A checkpoint follows each version that this divides; undefined where the table leaves it to its writers. */
  readonly checkpointInterval: number | undefined;
  readonly wantsV2Checkpoints: boolean;
  readonly writesStatsAsJson: boolean;
  readonly writesStatsAsStruct: boolean;
  readonly tombstoneRetentionMs: number;
  readonly transactionRetentionMs: number | undefined;
  readonly logRetentionMs: number;
  /** How long history stays that is truncated to drop a feature. */
  readonly truncationRetentionMs: number;
  readonly cleansLog: boolean;
  /** Checkpoints below this version are protected. */
  readonly protectedBefore: number;
}

/** Defaults are the protocol's; those that it leaves open are Spark's. */
export function logProperties(configuration: Configuration): LogProperties {
  const retention = <Default>(name: string, byDefault: Default): number | Default => {
    const text = configuration[`delta.${name}`];
    return text === undefined ? byDefault : (parseIntervalMs(text) ?? Infinity);
  };
  const integer = <Default>(name: string, byDefault: Default): number | Default => {
    const text = configuration[`delta.${name}`]?.trim() ?? '';
    return /^-?\d+$/.test(text) ? Number(text) : byDefault;
  };
  const flag = (name: string, byDefault: boolean): boolean => {
    const text = configuration[`delta.${name}`]?.trim().toLowerCase();
    return text === 'true' ? true : text === 'false' ? false : byDefault;
  };
  const checkpointInterval = integer('checkpointInterval', undefined);
  return {
    checkpointInterval: checkpointInterval !== undefined && checkpointInterval > 0 ? checkpointInterval : undefined,
    wantsV2Checkpoints: configuration['delta.checkpointPolicy']?.trim().toLowerCase() === 'v2',
    writesStatsAsJson: flag('checkpoint.writeStatsAsJson', true),
    writesStatsAsStruct: flag('checkpoint.writeStatsAsStruct', false),
    tombstoneRetentionMs: retention('deletedFileRetentionDuration', 7 * DAY_MS),
    transactionRetentionMs: retention('setTransactionRetentionDuration', undefined),
    logRetentionMs: retention('logRetentionDuration', 30 * DAY_MS),
    truncationRetentionMs: retention('dropFeatureTruncateHistory.retentionDuration', DAY_MS),
    cleansLog: flag('enableExpiredLogCleanup', true),
    protectedBefore: integer('requireCheckpointProtectionBeforeVersion', 0),
  };
}
