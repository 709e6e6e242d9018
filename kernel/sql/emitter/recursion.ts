import type { Recursion } from '../plan/plan.ts';
import type { DataType } from '../types/dataType.ts';
import { quoteIdentifier, toDuckDbType } from '../types/duckdbType.ts';

/** How many rows a recursive CTE comes to at most where nothing else is asked for: as on Databricks. */
const MOST_ROWS = 1_000_000;
/** A `#` is in no name of ours. */
const LEVEL = 'level#';
const ROWS_BEFORE = 'before#';

/** Columns behind those of the CTE: the level of a row, and how many rows there were before that level. */
export const COUNTERS = [LEVEL, ROWS_BEFORE].map((name) => ({ name, sql: 'CAST(0 AS BIGINT)' }));

export interface RecursiveTexts {
  /** The CTE's name, quoted. */
  readonly name: string;
  /** The first rows, with {@link COUNTERS}. */
  readonly first: string;
  readonly step: string;
  readonly types: readonly DataType[];
  /** How many rows are enough; Infinity where any number is right. */
  readonly rowsWanted: number | undefined;
}

/**
 * The body of a CTE that reads itself. In its step the CTE's name stands for the rows of the last level, so that their level and
 * number are known without the step's help. After each level it is over where there are rows enough, else an error where there
 * are too many; a level more than is allowed is an error whatever the rows.
 */
export function recursiveText({ levels, at }: Pick<Recursion, 'levels' | 'at'>, { name, first, step, types, rowsWanted }: RecursiveTexts): string {
  const fail = (code: string, limit: number): string => `error('[${code}#${at.start}-${at.end}] ${limit}')`;
  const level = `(SELECT max(${quoteIdentifier(LEVEL)}) + 1 FROM ${name})`;
  const checkedLevel = `CASE WHEN ${level} >= ${levels} THEN ${fail('RECURSION_LEVEL_LIMIT_EXCEEDED', levels)} ELSE ${level} END`;
  const rows = `SELECT max(${quoteIdentifier(ROWS_BEFORE)}) + count(*) AS n FROM ${name}`;
  const enough = rowsWanted === undefined || rowsWanted === Infinity ? '' : ` WHERE (${rows}) < ${rowsWanted}`;
  const nothing = [...types.map((type) => `CAST(NULL AS ${toDuckDbType(type)})`), 'NULL'].join(', ');
  const tooMany = rowsWanted === undefined ? ` UNION ALL SELECT ${nothing}, ${fail('RECURSION_ROW_LIMIT_EXCEEDED', MOST_ROWS)} FROM (${rows}) AS c WHERE c.n >= ${MOST_ROWS}` : '';
  return `${first} UNION ALL (SELECT s.*, ${checkedLevel}, (${rows}) FROM (${step}) AS s${enough}${tooMany})`;
}
