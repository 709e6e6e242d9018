/** One commit, as its `commitInfo` tells it; fields that the writer left out are null. */
export interface CommitEntry {
  readonly version: number;
  readonly timestampMs: number;
  readonly operation: string | null;
  readonly operationParameters: Readonly<Record<string, unknown>>;
  readonly operationMetrics: Readonly<Record<string, string>>;
  readonly userId: string | null;
  readonly userName: string | null;
  readonly engineInfo: string | null;
  readonly clientVersion: string | null;
  readonly isolationLevel: string | null;
  readonly isBlindAppend: boolean | null;
  readonly readVersion: number | null;
  readonly txnId: string | null;
  readonly userMetadata: string | null;
}
