import { literal } from './sqlText.ts';

/** Names of what is no partition value begin with a colon, which no partition column's name in the log is asked for with. */
export const BASE_ROW_ID = ':baseRowId';
export const DEFAULT_ROW_COMMIT_VERSION = ':defaultRowCommitVersion';
/** The file's id in the log's relations. */
export const FILE_ID = ':fileId';
/** Where a file's rows are counted from. */
export const FIRST_POSITION = ':firstPosition';

/** Per-file texts that a plan's columns need: partition values by physical name, row tracking's numbers. */
export class Constants {
  readonly names: string[] = [];

  /** The position of a constant; one that was asked for before stands once. */
  add(name: string): number {
    const known = this.names.indexOf(name);
    return known >= 0 ? known : this.names.push(name) - 1;
  }
}

/** A constant as text, from a relation that has the columns of every file. */
export function constantSql(name: string, relation: string): string {
  switch (name) {
    case BASE_ROW_ID:
      return `${relation}.base_row_id::VARCHAR`;
    case DEFAULT_ROW_COMMIT_VERSION:
      return `${relation}.default_row_commit_version::VARCHAR`;
    case FILE_ID:
      return `${relation}.file_id::VARCHAR`;
    case FIRST_POSITION:
      return `'0'`;
    default:
      return `${relation}.partition_values[${literal(name)}]`;
  }
}
