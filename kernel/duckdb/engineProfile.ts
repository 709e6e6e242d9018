import { readFile, rm } from 'node:fs/promises';

/** One operator of a statement that ran, as DuckDB measured it. */
export interface OperatorProfile {
  /** DuckDB's own type: `TABLE_SCAN`, `HASH_JOIN`, … */
  readonly type: string;
  /** What DuckDB says of it: `Filters`, `Groups`, `Conditions`, … */
  readonly details: Readonly<Record<string, string>>;
  /** Rows that it gave. */
  readonly rows: number;
  readonly estimatedRows: number | undefined;
  /** Of all threads together. */
  readonly seconds: number;
  readonly children: readonly OperatorProfile[];
}

/** What DuckDB measured while a statement ran. */
export interface EngineProfile {
  /** Of all threads together. */
  readonly cpuSeconds: number;
  readonly peakMemoryBytes: number;
  readonly peakSpillBytes: number;
  readonly root: OperatorProfile | undefined;
}

/** What is read of a profile; more costs more. */
const METRICS = ['CPU_TIME', 'EXTRA_INFO', 'OPERATOR_CARDINALITY', 'OPERATOR_TIMING', 'OPERATOR_TYPE', 'SYSTEM_PEAK_BUFFER_MEMORY', 'SYSTEM_PEAK_TEMP_DIR_SIZE'];

/**
 * Settings that make a connection able to profile: the format and the file are fixed while they can be, before the
 * configuration is locked. `PRAGMA enable_profiling` and `disable_profiling` then work all the same.
 */
export function profilingSettings(file: string): string {
  const metrics = JSON.stringify(Object.fromEntries(METRICS.map((metric) => [metric, 'true'])));
  return `SET enable_profiling = 'json'; SET custom_profiling_settings = '${metrics}'; SET profiling_output = '${file.replaceAll("'", "''")}'; PRAGMA disable_profiling`;
}

/** Takes the profile that a statement left; undefined where it left none. */
export async function takeProfile(file: string): Promise<EngineProfile | undefined> {
  try {
    return parseProfile(JSON.parse(await readFile(file, 'utf8')) as WrittenNode);
  } catch {
    return undefined; // a statement that DuckDB does not profile
  } finally {
    await rm(file, { force: true });
  }
}

/** As DuckDB writes it; the root stands for the statement. */
interface WrittenNode {
  readonly operator_type?: string;
  readonly operator_timing?: number;
  readonly operator_cardinality?: number;
  readonly cpu_time?: number;
  readonly system_peak_buffer_memory?: number;
  readonly system_peak_temp_dir_size?: number;
  readonly extra_info?: Readonly<Record<string, string | readonly string[]>>;
  readonly children?: readonly WrittenNode[];
}

function parseProfile(root: WrittenNode): EngineProfile {
  const [top] = root.children ?? [];
  return {
    cpuSeconds: root.cpu_time ?? 0,
    peakMemoryBytes: root.system_peak_buffer_memory ?? 0,
    peakSpillBytes: root.system_peak_temp_dir_size ?? 0,
    root: top === undefined ? undefined : parseOperator(top),
  };
}

const ESTIMATE = 'Estimated Cardinality';

function parseOperator({ operator_type: type = 'UNKNOWN', operator_timing: seconds = 0, operator_cardinality: rows = 0, extra_info: info = {}, children = [] }: WrittenNode): OperatorProfile {
  const details = Object.entries(info).map(([key, value]): [string, string] => [key, typeof value === 'string' ? value : value.join(', ')]);
  const estimate = details.find(([key]) => key === ESTIMATE)?.[1];
  return {
    type, rows, seconds,
    details: Object.fromEntries(details.filter(([key]) => key !== ESTIMATE)),
    estimatedRows: estimate === undefined ? undefined : Number(estimate),
    children: children.map(parseOperator),
  };
}
