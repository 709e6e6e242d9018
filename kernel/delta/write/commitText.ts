import type { DomainMetadata, Metadata, Protocol, SetTransaction } from '../actions.ts';
import { toJson } from './jsonText.ts';
import type { AddFile, ChangeFile, FileActions, LoggedFile, RemoveFile } from './fileActions.ts';

/** A domain's new configuration, or its end. */
export interface DomainChange extends DomainMetadata {
  readonly removed: boolean;
}

/** What was asked for, in Spark's names. */
export type OperationParameters = Readonly<Record<string, string | null>>;

/** PROTOCOL.md "Commit Provenance Information": any JSON; what every commit of ours says stands here. */
export interface CommitInfo {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly inCommitTimestamp?: number | undefined;
  readonly operation: string;
  readonly operationParameters: OperationParameters;
  readonly readVersion?: number | undefined;
  readonly isolationLevel: string;
  readonly isBlindAppend: boolean;
  readonly operationMetrics: Readonly<Record<string, string>>;
  readonly engineInfo: string;
  readonly userName?: string | undefined;
  readonly userMetadata?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly txnId: string;
}

/** Everything that one commit holds. */
export interface CommitContent extends FileActions {
  readonly info: CommitInfo;
  readonly protocol?: Protocol | undefined;
  readonly metadata?: Metadata | undefined;
  readonly txns: readonly SetTransaction[];
  readonly domains: readonly DomainChange[];
}

/** A commit file's text: one action a line, commitInfo first, as in-commit timestamps demand. Pure. */
export function commitText(content: CommitContent): string {
  const { info, protocol, metadata, txns, domains, removes, adds, changeFiles } = content;
  const lines = [
    toJson({ commitInfo: info }),
    ...(protocol === undefined ? [] : [toJson({ protocol })]),
    ...(metadata === undefined ? [] : [toJson({ metaData: metadataJson(metadata) })]),
    ...txns.map((txn) => toJson({ txn })),
    ...domains.map(({ domain, configuration, removed }) => toJson({ domainMetadata: { domain, configuration, removed } })),
    ...removes.map((remove) => toJson({ remove: removeJson(remove) })),
    ...adds.map((add) => toJson({ add: addJson(add) })),
    ...changeFiles.map((file) => toJson({ cdc: changeJson(file) })),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function metadataJson({ id, name, description, provider, schemaString, partitionColumns, configuration, createdTime }: Metadata): unknown {
  return { id, name, description, format: { provider, options: {} }, schemaString, partitionColumns, configuration, createdTime };
}

function addJson({ modificationTime, dataChange, stats, clusteringProvider, ...file }: AddFile): unknown {
  const { path, partitionValues, size } = file;
  return { path, partitionValues, size, modificationTime, dataChange, stats, ...featureFields(file), clusteringProvider };
}

function removeJson({ deletionTimestamp, dataChange, stats, ...file }: RemoveFile): unknown {
  const { path, partitionValues, size } = file;
  return { path, deletionTimestamp, dataChange, extendedFileMetadata: true, partitionValues, size, stats, ...featureFields(file) };
}

function changeJson({ path, partitionValues, size, tags }: ChangeFile): unknown {
  return { path, partitionValues, size, tags, dataChange: false };
}

function featureFields({ tags, deletionVector, baseRowId, defaultRowCommitVersion }: Omit<LoggedFile, 'stats'>): Partial<LoggedFile> {
  return { tags, deletionVector, baseRowId, defaultRowCommitVersion };
}
