import type { Predicate } from '../../delta/predicate.ts';
import type { CatalogColumn } from '../../sql/catalog.ts';
import type { DataType } from '../../sql/types/dataType.ts';
import type { WorkspaceObjects } from './workspaceObjects.ts';

export type CellValue = string | number | bigint | boolean | null;

/** A column of a relation, and where its value comes from. */
export interface RelationColumn<Row> {
  readonly name: string;
  readonly type: DataType;
  readonly comment: string;
  readonly value: (row: Row) => CellValue;
  /** Set where only a table's log tells the value. */
  readonly fromLog?: true;
}

/** The part of a relation that a statement wants: rows may be left out only where no statement would see them. */
export interface WantedCells {
  readonly columns: ReadonlySet<string>;
  readonly predicate: Predicate | undefined;
  /** Whether a column that only logs tell is among them. */
  readonly fromLog: boolean;
}

/** One relation of the information schema. */
export interface InformationRelation {
  readonly name: string;
  readonly comment: string;
  readonly columns: readonly CatalogColumn[];
  /** The values of the columns named, each as many as there are rows. */
  read(objects: WorkspaceObjects, wanted: { readonly columns: readonly string[]; readonly predicate: Predicate | undefined }): Promise<RelationCells>;
}

export interface RelationCells {
  readonly rowCount: number;
  readonly columns: readonly { readonly name: string; readonly type: DataType; readonly values: readonly CellValue[] }[];
}

/** A relation by its columns and what makes its rows. */
export function relation<Row>(
  name: string,
  comment: string,
  columns: readonly RelationColumn<Row>[],
  rowsOf: (objects: WorkspaceObjects, wanted: WantedCells) => Promise<readonly Row[]> | readonly Row[],
): InformationRelation {
  return {
    name,
    comment,
    columns: columns.map((column) => ({ name: column.name, type: column.type, nullable: true, comment: column.comment })),
    read: async (objects, { columns: names, predicate }) => {
      const named = new Set(names);
      const read = columns.filter((column) => named.has(column.name));
      const rows = await rowsOf(objects, { columns: named, predicate, fromLog: read.some(({ fromLog }) => fromLog === true) });
      return { rowCount: rows.length, columns: read.map((column) => ({ name: column.name, type: column.type, values: rows.map(column.value) })) };
    },
  };
}
