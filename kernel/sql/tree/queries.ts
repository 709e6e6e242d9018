import type { CallArgument, Expression, Located, NamePart, SortItem, WindowSpec } from './expressions.ts';
import type { OwnSettings, Routine, ViewColumn } from './temporaries.ts';

export interface Cte extends Located {
  readonly name: NamePart;
  readonly columns: readonly NamePart[];
  /** `MAX RECURSION LEVEL n`. */
  readonly levels: number | undefined;
  readonly query: Query;
}
export interface NamedWindow extends Located {
  readonly name: NamePart;
  readonly spec: WindowSpec;
}

/** `ORDER BY ALL [DESC] [NULLS LAST]`: every output column. */
export interface SortAll {
  readonly kind: 'all';
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** A whole query: what stands before and behind its body belongs to all of it. */
export interface Query extends Located {
  readonly kind: 'query';
  readonly recursive: boolean;
  readonly ctes: readonly Cte[];
  readonly body: QueryBody;
  readonly orderBy: readonly SortItem[] | SortAll;
  /** SORT BY and CLUSTER BY order within a partition: kept, and without effect on one machine but the order. */
  readonly sortBy: readonly SortItem[];
  readonly distributeBy: readonly Expression[];
  readonly limit: Expression | 'ALL' | undefined;
  readonly offset: Expression | undefined;
  readonly pipes: readonly PipeOperator[];
}

export type QueryBody = Select | SetOperation | ValuesBody | TableBody | ParenthesisedBody;
type ParenthesisedBody = Located & { readonly kind: 'parenthesised'; readonly query: Query };
type TableBody = Located & { readonly kind: 'table'; readonly relation: Relation };
type ValuesBody = Located & { readonly kind: 'values'; readonly rows: readonly Expression[]; readonly alias: TableAlias | undefined };
interface SetOperation extends Located {
  readonly kind: 'setOperation';
  readonly operator: 'UNION' | 'EXCEPT' | 'INTERSECT';
  readonly all: boolean;
  readonly byName: boolean;
  readonly left: QueryBody;
  readonly right: QueryBody;
}

export interface SelectItem extends Located {
  readonly value: Expression;
  readonly alias: NamePart | undefined;
  /** `AS (a, b)` behind a generator. */
  readonly aliases: readonly NamePart[];
}
export interface Hint extends Located {
  readonly name: string;
  readonly arguments: readonly Expression[];
}
export interface GroupBy extends Located {
  readonly kind: 'expressions' | 'all' | 'cube' | 'rollup' | 'groupingSets';
  readonly items: readonly GroupingItem[];
}
export type GroupingItem =
  | { readonly kind: 'expression'; readonly value: Expression }
  | { readonly kind: 'cube' | 'rollup'; readonly sets: readonly (readonly Expression[])[] }
  | { readonly kind: 'groupingSets'; readonly sets: readonly (readonly Expression[])[] };
export interface LateralView extends Located {
  readonly outer: boolean;
  readonly generator: Expression;
  readonly alias: NamePart | undefined;
  readonly columns: readonly NamePart[];
}

export interface Select extends Located {
  readonly kind: 'select';
  readonly hints: readonly Hint[];
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: readonly Relation[];
  readonly lateralViews: readonly LateralView[];
  readonly where: Expression | undefined;
  readonly groupBy: GroupBy | undefined;
  readonly having: Expression | undefined;
  readonly qualify: Expression | undefined;
  readonly windows: readonly NamedWindow[];
}

export interface TableAlias extends Located {
  readonly name: NamePart | undefined;
  readonly columns: readonly NamePart[];
}
export type TimeTravel =
  | { readonly kind: 'version'; readonly version: Expression }
  | { readonly kind: 'timestamp'; readonly timestamp: Expression };
export type TableSample = Located &
  (
    | { readonly kind: 'percent'; readonly percent: Expression; readonly seed: Expression | undefined }
    | { readonly kind: 'rows'; readonly rows: Expression; readonly seed: Expression | undefined }
    /** `BUCKET x OUT OF y`; `on` is a column or call of it. */
    | { readonly kind: 'bucket'; readonly bucket: number; readonly of: number; readonly on: Expression | undefined; readonly seed: Expression | undefined }
  );

export type JoinKind = 'inner' | 'cross' | 'left' | 'right' | 'full' | 'semi' | 'anti';
export type JoinCriteria =
  | { readonly kind: 'on'; readonly condition: Expression }
  | { readonly kind: 'using'; readonly columns: readonly NamePart[] }
  | { readonly kind: 'natural' };

export interface TableRelation extends Located {
  readonly kind: 'table';
  /** The parts of a name; for `` delta.`/path` `` the format and the path. */
  readonly name: readonly NamePart[];
  /** `IDENTIFIER(e)` in place of the name. */
  readonly identifier: Expression | undefined;
  readonly timeTravel: TimeTravel | undefined;
  readonly stream: boolean;
  /** `WITH (k = v)` or `OPTIONS (k v)` behind the name; keys in lower case. */
  readonly options?: Readonly<Record<string, string>>;
  readonly alias: TableAlias | undefined;
  readonly sample: TableSample | undefined;
}
export type Relation =
  | TableRelation
  | (Located & { readonly kind: 'derived'; readonly query: Query; readonly lateral: boolean; readonly alias: TableAlias | undefined; readonly sample: TableSample | undefined })
  | (Located & { readonly kind: 'group'; readonly relation: Relation; readonly alias: TableAlias | undefined; readonly sample: TableSample | undefined })
  | (Located & { readonly kind: 'function'; readonly name: readonly NamePart[]; readonly arguments: readonly CallArgument[]; readonly lateral: boolean; readonly alias: TableAlias | undefined; readonly sample: TableSample | undefined })
  /** A view of the session in place of its name: put in before resolving, never by the parser. */
  | (Located & { readonly kind: 'view'; readonly name: readonly string[]; readonly own: OwnSettings; readonly query: Query; readonly columns: readonly ViewColumn[]; readonly alias: TableAlias | undefined; readonly sample: TableSample | undefined })
  /** A call of a table function of the session; put in like a view. */
  | (Located & { readonly kind: 'routine'; readonly routine: Routine; readonly arguments: readonly CallArgument[]; readonly lateral: boolean; readonly alias: TableAlias | undefined; readonly sample: TableSample | undefined })
  | (Located & { readonly kind: 'inlineValues'; readonly rows: readonly Expression[]; readonly alias: TableAlias | undefined })
  | (Located & { readonly kind: 'join'; readonly join: JoinKind; readonly left: Relation; readonly right: Relation; readonly criteria: JoinCriteria | undefined })
  | (Located & { readonly kind: 'pivot'; readonly input: Relation; readonly pivot: Pivot; readonly alias: TableAlias | undefined })
  | (Located & { readonly kind: 'unpivot'; readonly input: Relation; readonly unpivot: Unpivot; readonly alias: TableAlias | undefined });
export type RelationOf<Kind extends Relation['kind']> = Extract<Relation, { readonly kind: Kind }>;

export interface Pivot extends Located {
  readonly aggregates: readonly SelectItem[];
  readonly columns: readonly NamePart[];
  readonly values: readonly { readonly value: Expression; readonly alias: NamePart | undefined }[];
}
export interface Unpivot extends Located {
  readonly includeNulls: boolean;
  readonly values: readonly NamePart[];
  readonly name: NamePart;
  readonly columns: readonly { readonly columns: readonly (readonly NamePart[])[]; readonly alias: NamePart | undefined }[];
}

export type PipeOperator = Located &
  (
    | { readonly kind: 'select'; readonly distinct: boolean; readonly items: readonly SelectItem[]; readonly windows: readonly NamedWindow[] }
    | { readonly kind: 'extend'; readonly items: readonly SelectItem[] }
    | { readonly kind: 'set'; readonly assignments: readonly { readonly name: NamePart; readonly value: Expression }[] }
    | { readonly kind: 'drop'; readonly names: readonly NamePart[] }
    | { readonly kind: 'as'; readonly alias: NamePart }
    | { readonly kind: 'where'; readonly condition: Expression }
    | { readonly kind: 'aggregate'; readonly items: readonly SelectItem[]; readonly groupBy: readonly SelectItem[] }
    | { readonly kind: 'join'; readonly join: JoinKind; readonly right: Relation; readonly criteria: JoinCriteria | undefined }
    | { readonly kind: 'orderBy'; readonly items: readonly SortItem[] | SortAll }
    | { readonly kind: 'limit'; readonly limit: Expression | 'ALL' | undefined; readonly offset: Expression | undefined }
    | { readonly kind: 'setOperation'; readonly operator: 'UNION' | 'EXCEPT' | 'INTERSECT'; readonly all: boolean; readonly byName: boolean; readonly right: QueryBody }
    | { readonly kind: 'pivot'; readonly pivot: Pivot }
    | { readonly kind: 'unpivot'; readonly unpivot: Unpivot }
    | { readonly kind: 'sample'; readonly sample: TableSample }
  );
