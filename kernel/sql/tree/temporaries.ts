import type { DataType } from '../types/dataType.ts';
import type { Expression, Located, NamePart } from './expressions.ts';
import type { Query } from './queries.ts';

/** What a view or function keeps of the session that made it, and the stretch of the whole text that it holds for. */
export interface OwnSettings extends Located {
  readonly ansi: boolean;
  readonly timeZone: string;
}

/** A column of a view, as it was when the view was made: later changes of what it reads do not show. */
export interface ViewColumn {
  readonly name: string;
  /** The name in the view's query. */
  readonly source: string;
  readonly type: DataType;
  readonly comment?: string;
}

export interface RoutineParameter {
  readonly name: NamePart;
  readonly type: DataType;
  readonly default: Expression | undefined;
  readonly comment: string | undefined;
}

/** `RETURNS …`; a type or columns that are left out are those of the body. */
export type RoutineResult =
  | { readonly kind: 'scalar'; readonly type: DataType | undefined }
  | { readonly kind: 'table'; readonly columns: readonly { readonly name: string; readonly type: DataType }[] | undefined };

/** A SQL function of the session as a call finds it: offsets count in the text of the statement that calls it. */
export interface Routine {
  readonly name: string;
  readonly own: OwnSettings;
  readonly parameters: readonly RoutineParameter[];
  readonly body:
    | { readonly kind: 'scalar'; readonly type: DataType; readonly value: Expression }
    | { readonly kind: 'table'; readonly columns: readonly { readonly name: string; readonly type: DataType }[]; readonly query: Query };
}
