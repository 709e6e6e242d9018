import { LakebookError } from '../base/errors.ts';

/** The protocol action (PROTOCOL.md "Protocol Evolution"). */
export interface Protocol {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  readonly readerFeatures: readonly string[] | undefined;
  readonly writerFeatures: readonly string[] | undefined;
}

/** The metaData action (PROTOCOL.md "Change Metadata"). */
export interface Metadata {
  readonly id: string;
  readonly name: string | undefined;
  readonly description: string | undefined;
  /** Of the data files; only `parquet` exists. */
  readonly provider: string;
  readonly schemaString: string;
  readonly partitionColumns: readonly string[];
  /** Milliseconds since 1970. */
  readonly createdTime: number | undefined;
  readonly configuration: Readonly<Record<string, string>>;
}

/** The txn action (PROTOCOL.md "Transaction Identifiers"). */
export interface SetTransaction {
  readonly appId: string;
  readonly version: bigint;
  readonly lastUpdated: bigint | undefined;
}

/** The domainMetadata action (PROTOCOL.md "Domain Metadata"). */
export interface DomainMetadata {
  readonly domain: string;
  readonly configuration: string;
}

/** PROTOCOL.md "Deletion Vector Descriptor Schema". */
export interface DeletionVectorDescriptor {
  readonly storageType: string;
  readonly pathOrInlineDv: string;
  readonly offset: number | undefined;
  readonly sizeInBytes: number;
  readonly cardinality: number;
}

/** An action that says something of the table as a whole, with the version of its commit. */
export type TableAction = { readonly version: number } & (
  | { readonly kind: 'protocol'; readonly protocol: Protocol }
  | { readonly kind: 'metadata'; readonly metadata: Metadata }
  | { readonly kind: 'txn'; readonly txn: SetTransaction }
  | { readonly kind: 'domain'; readonly domain: DomainMetadata; readonly removed: boolean }
);

/** A table action as the engine gives it: one of {@link TABLE_ACTION_SHAPES}, written as JSON with its integers as text. */
export interface TableActionRow {
  readonly version: number;
  readonly kind: string;
  readonly body: string;
}

/** A table may be made before it has a schema. */
const NO_COLUMNS = '{"type":"struct","fields":[]}';

const MAP = 'MAP(VARCHAR, VARCHAR)';

/** The fields of each table action that mean something to a reader, with their DuckDB types. The first is never null. */
export const TABLE_ACTION_SHAPES = {
  protocol: { minReaderVersion: 'INTEGER', minWriterVersion: 'INTEGER', readerFeatures: 'VARCHAR[]', writerFeatures: 'VARCHAR[]' },
  metaData: { id: 'VARCHAR', name: 'VARCHAR', description: 'VARCHAR', provider: 'VARCHAR', schemaString: 'VARCHAR', partitionColumns: 'VARCHAR[]', configuration: MAP, createdTime: 'BIGINT' },
  txn: { appId: 'VARCHAR', version: 'BIGINT', lastUpdated: 'BIGINT' },
  domainMetadata: { domain: 'VARCHAR', configuration: 'VARCHAR', removed: 'BOOLEAN' },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

export type TableActionName = keyof typeof TABLE_ACTION_SHAPES;

/** @throws LakebookError DELTA_STATE_RECOVER_ERROR if the action lacks what every such action has */
export function parseTableAction({ version, kind, body }: TableActionRow, table: string): TableAction {
  const json = asRecord(JSON.parse(body));
  const text = (name: string): string => {
    const value = json[name];
    if (typeof value !== 'string') throw new LakebookError('DELTA_STATE_RECOVER_ERROR', { table, version, operation: `${kind}.${name}` });
    return value;
  };
  switch (kind) {
    case 'protocol':
      return { version, kind, protocol: parseProtocol(json) };
    case 'metaData':
      return { version, kind: 'metadata', metadata: { ...parseMetadata(json), id: text('id'), schemaString: textOf(json['schemaString']) ?? NO_COLUMNS } };
    case 'txn':
      return { version, kind, txn: { appId: text('appId'), version: BigInt(text('version')), lastUpdated: typeof json['lastUpdated'] === 'string' ? BigInt(json['lastUpdated']) : undefined } };
    case 'domainMetadata':
      return { version, kind: 'domain', domain: { domain: text('domain'), configuration: textOf(json['configuration']) ?? '' }, removed: json['removed'] === true };
    default:
      throw new LakebookError('INTERNAL_ERROR', { detail: `the action ${kind} is none of a table` });
  }
}

function parseProtocol(json: Readonly<Record<string, unknown>>): Protocol {
  return {
    minReaderVersion: numberOf(json['minReaderVersion']) ?? 1,
    minWriterVersion: numberOf(json['minWriterVersion']) ?? 1,
    readerFeatures: textsOf(json['readerFeatures']),
    writerFeatures: textsOf(json['writerFeatures']),
  };
}

function parseMetadata(json: Readonly<Record<string, unknown>>): Omit<Metadata, 'id' | 'schemaString'> {
  const configuration = Object.entries(asRecord(json['configuration'])).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value] as const] : []));
  return {
    name: textOf(json['name']),
    description: textOf(json['description']),
    provider: textOf(json['provider']) ?? 'parquet',
    partitionColumns: textsOf(json['partitionColumns']) ?? [],
    createdTime: numberOf(json['createdTime']),
    configuration: Object.fromEntries(configuration),
  };
}

/** The value as an object; anything else as an empty one. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : undefined;
}

function textsOf(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined;
}
