/** A file as it is found from outside. */
export interface ModelStoredFile {
  readonly bytes: Uint8Array;
  /** Milliseconds since 1970. */
  readonly modifiedAtMs: number;
}

/** What a log says, read without any of the code that is tested. */
export interface ModelCommit {
  readonly version: number;
  readonly modifiedAtMs: number;
  readonly txnId: string | undefined;
  readonly inCommitTimestamp: number | undefined;
  readonly adds: readonly ModelFile[];
  readonly removes: readonly ModelFile[];
  readonly txns: readonly { readonly appId: string; readonly version: number }[];
  readonly domains: readonly string[];
  readonly metadata: Readonly<Record<string, string>> | undefined;
  /** The features of the protocol, where the commit sets one. */
  readonly features: readonly string[] | undefined;
}

export interface ModelFile {
  readonly path: string;
  readonly dataChange: boolean;
  /** What tells vectors of one file apart; empty without one. */
  readonly vector: string;
  readonly vectorJson: Json | undefined;
  readonly baseRowId: number | undefined;
  readonly numRecords: number;
}

export type Json = Readonly<Record<string, unknown>>;

/** The commits of a log, oldest first, and what breaks the rules of the format. */
export function readModelLog(files: ReadonlyMap<string, ModelStoredFile>, table: string): { readonly commits: readonly ModelCommit[]; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const found = [...files].flatMap(([path, { bytes, modifiedAtMs }]) => {
    const version = new RegExp(`^${table}/_delta_log/(\\d{20})\\.json$`).exec(path)?.[1];
    return version === undefined ? [] : [{ version: Number(version), modifiedAtMs, text: new TextDecoder().decode(bytes) }];
  });
  found.sort((left, right) => left.version - right.version);
  const commits = found.flatMap(({ version, modifiedAtMs, text }, index) => {
    if (version !== index) problems.push(`version ${index} is missing before ${version}`);
    try {
      const commit = { version, modifiedAtMs, ...parseCommit(text) };
      problems.push(...problemsOf(commit));
      return [commit];
    } catch (error) {
      problems.push(`version ${version} is no whole commit: ${String(error)}`);
      return [];
    }
  });
  return { commits, problems: [...problems, ...replayProblems(commits), ...orderProblems(commits)] };
}

/** The live files after the commits, by path, each with its vector. */
export function liveFiles(commits: readonly ModelCommit[]): ReadonlyMap<string, ModelFile> {
  const live = new Map<string, ModelFile>();
  for (const { adds, removes } of commits) {
    for (const { path } of removes) live.delete(path);
    for (const add of adds) live.set(add.path, add);
  }
  return live;
}

function parseCommit(text: string): Omit<ModelCommit, 'version' | 'modifiedAtMs'> {
  if (!text.endsWith('\n')) throw new Error('it ends early');
  const lines = text.trimEnd().split('\n').map((line) => JSON.parse(line) as Readonly<Record<string, Json>>);
  const all = (name: string): readonly Json[] => lines.flatMap((line) => (line[name] === undefined ? [] : [line[name]]));
  const info = lines[0]?.['commitInfo'] ?? {};
  return {
    // where there are in-commit timestamps, this is the first line
    txnId: typeof info['txnId'] === 'string' ? info['txnId'] : undefined,
    inCommitTimestamp: typeof info['inCommitTimestamp'] === 'number' ? info['inCommitTimestamp'] : undefined,
    adds: all('add').map(modelFile),
    removes: all('remove').map(modelFile),
    txns: all('txn').map((txn) => ({ appId: String(txn['appId']), version: Number(txn['version']) })),
    domains: all('domainMetadata').map((domain) => String(domain['domain'])),
    metadata: all('metaData')[0]?.['configuration'] as Readonly<Record<string, string>> | undefined,
    features: all('protocol').map(({ writerFeatures = [] }) => writerFeatures as readonly string[])[0],
  };
}

function modelFile(json: Json): ModelFile {
  const vectorJson = json['deletionVector'] as Json | undefined;
  const stats = typeof json['stats'] === 'string' ? (JSON.parse(json['stats']) as Json) : {};
  return {
    path: String(json['path']),
    dataChange: json['dataChange'] === true,
    vector: vectorJson === undefined ? '' : JSON.stringify([vectorJson['storageType'], vectorJson['pathOrInlineDv'], vectorJson['offset']]),
    vectorJson,
    baseRowId: typeof json['baseRowId'] === 'number' ? json['baseRowId'] : undefined,
    numRecords: Number(stats['numRecords'] ?? 0),
  };
}

/** What one commit may not hold (PROTOCOL.md "Actions"). */
function problemsOf({ version, adds, removes, txns, domains }: ModelCommit): readonly string[] {
  const twice = (what: string, names: readonly string[]): readonly string[] => names.filter((name, index) => names.indexOf(name) !== index).map((name) => `version ${version} ${what} ${name} twice`);
  return [
    ...twice('adds', adds.map(({ path }) => path)),
    ...twice('removes', removes.map(({ path }) => path)),
    ...twice('names the application', txns.map(({ appId }) => appId)),
    ...twice('changes the domain', domains),
  ];
}

/** Only what is live is removed, with the very vector that it has; only what is not live, or removed in the same commit, is added. */
function replayProblems(commits: readonly ModelCommit[]): readonly string[] {
  const problems: string[] = [];
  const live = new Map<string, string>();
  for (const { version, adds, removes } of commits) {
    for (const { path, vector } of removes) {
      if (live.get(path) !== vector) problems.push(`version ${version} removes ${path} with ${vector || 'no vector'}, which is ${live.has(path) ? `live with ${live.get(path)}` : 'not live'}`);
      live.delete(path);
    }
    for (const { path, vector } of adds) {
      if (live.has(path)) problems.push(`version ${version} adds ${path}, which is live`);
      live.set(path, vector);
    }
  }
  return problems;
}

/** What must rise from commit to commit: row ids, what an application counts, what the metadata counts, in-commit timestamps. */
function orderProblems(commits: readonly ModelCommit[]): readonly string[] {
  const problems: string[] = [];
  const applications = new Map<string, number>();
  const rowIds = new Map<string, number>();
  let [nextRowId, metadataCount, givesRowIds] = [0, -1, false];
  for (const { version, features, adds, txns, metadata } of commits) {
    givesRowIds = features?.includes('rowTracking') ?? givesRowIds;
    for (const { appId, version: count } of txns) {
      if (count !== (applications.get(appId) ?? -1) + 1) problems.push(`version ${version} is transaction ${count} of ${appId} after ${applications.get(appId) ?? 'none'}`);
      applications.set(appId, count);
    }
    for (const { path, baseRowId, numRecords } of adds) {
      if (baseRowId === undefined && givesRowIds) problems.push(`version ${version} gives ${path} no row ids`);
      if (baseRowId === undefined || rowIds.get(path) === baseRowId) continue;
      if (baseRowId < nextRowId || rowIds.has(path)) problems.push(`version ${version} gives ${path} row ids from ${baseRowId}, where ${nextRowId} is the next`);
      rowIds.set(path, baseRowId);
      nextRowId = baseRowId + numRecords;
    }
    if (metadata === undefined) continue;
    if (Number(metadata['count']) !== metadataCount + 1) problems.push(`version ${version} counts its metadata ${metadata['count']} after ${metadataCount}`);
    metadataCount = Number(metadata['count']);
  }
  return [...problems, ...timestampProblems(commits)];
}

/** Once they are on each commit has a later one; the first is later than the file before it, and the metadata says where they began. */
function timestampProblems(commits: readonly ModelCommit[]): readonly string[] {
  const problems: string[] = [];
  let [isOn, former] = [false, -1];
  for (const { version, modifiedAtMs, inCommitTimestamp = -1, metadata } of commits) {
    const begins = !isOn && metadata?.['delta.enableInCommitTimestamps'] === 'true';
    isOn ||= begins;
    const timestamp = isOn ? inCommitTimestamp : modifiedAtMs;
    if (isOn && timestamp <= former) problems.push(`version ${version} has the time ${timestamp}, and the one before ${former}`);
    const marks = [metadata?.['delta.inCommitTimestampEnablementVersion'], metadata?.['delta.inCommitTimestampEnablementTimestamp']];
    if (begins && version > 0 && marks.join() !== `${version},${timestamp}`) problems.push(`version ${version} says that its timestamps began at ${marks.join()}`);
    former = timestamp;
  }
  return problems;
}
