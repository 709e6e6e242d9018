import type { DataType } from '../types/dataType.ts';
import type { BoundValue } from '../variables.ts';
import type { Query, Relation } from './queries.ts';
import type { Routine } from './temporaries.ts';

/** UTF-16 offsets of a node in the text it was parsed from. */
export interface Located {
  readonly start: number;
  readonly end: number;
}

/** One part of a dotted name; `quoted` tells backticks, so that a clause keyword in them is only a name. */
export interface NamePart extends Located {
  readonly text: string;
  readonly quoted: boolean;
}

export type BinaryOperator =
  | 'OR' | 'AND'
  | '=' | '<>' | '<' | '<=' | '>' | '>=' | '<=>'
  | '|' | '^' | '&' | '<<' | '>>' | '>>>'
  | '+' | '-' | '||' | '*' | '/' | '%' | 'DIV';
type UnaryOperator = 'NOT' | '-' | '+' | '~';

export interface Interval {
  readonly value: Expression;
  /** Upper case, singular. */
  readonly unit: string;
  readonly to?: string;
}

export interface CallArgument {
  /** `name => value`. */
  readonly name?: string;
  /** `value AS alias`, as `struct` takes it. */
  readonly alias?: string;
  readonly value: Expression;
}
export type NullTreatment = 'IGNORE' | 'RESPECT';

export interface SortItem extends Located {
  readonly value: Expression;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}
export type FrameBound =
  | { readonly kind: 'unboundedPreceding' | 'unboundedFollowing' | 'currentRow' }
  | { readonly kind: 'preceding' | 'following'; readonly distance: Expression };
export interface WindowFrame {
  readonly unit: 'ROWS' | 'RANGE';
  readonly from: FrameBound;
  readonly to: FrameBound;
}
export interface WindowSpec extends Located {
  /** `OVER w`, or the base of `OVER (w …)`. */
  readonly base?: string;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly frame?: WindowFrame;
}

export type PathSegment =
  | { readonly kind: 'field'; readonly name: string; readonly caseSensitive: boolean }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'wildcard' };

/** Expressions as written. Names are not resolved, nothing has a type yet. */
export type Expression = Located &
  (
    | { readonly kind: 'null' }
    | { readonly kind: 'boolean'; readonly value: boolean }
    /** Digits as written, with the sign of a negative literal; `suffix` is `L S Y BD F D` in upper case. */
    | { readonly kind: 'number'; readonly text: string; readonly suffix: string }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'bytes'; readonly hex: string }
    /** `DATE'…'`, `TIMESTAMP'…'`, `INTERVAL '…'` and kin. */
    | { readonly kind: 'typed'; readonly type: string; readonly text: string }
    | { readonly kind: 'interval'; readonly parts: readonly Interval[] }
    | { readonly kind: 'name'; readonly parts: readonly NamePart[] }
    | { readonly kind: 'star'; readonly qualifier: readonly NamePart[]; readonly except: readonly (readonly NamePart[])[]; readonly replace: readonly { readonly value: Expression; readonly name: NamePart }[] }
    | { readonly kind: 'parameter'; readonly name: string | undefined }
    /** A value bound to a parameter; never written. */
    | { readonly kind: 'constant'; readonly value: BoundValue }
    /** `${x}` or `{{x}}`, put in by a notebook before the statement runs. */
    | { readonly kind: 'interpolation'; readonly text: string }
    | { readonly kind: 'identifierClause'; readonly value: Expression; readonly arguments?: readonly CallArgument[] }
    | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Expression }
    | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Expression; readonly right: Expression }
    | { readonly kind: 'isNull'; readonly operand: Expression; readonly negated: boolean }
    | { readonly kind: 'isBoolean'; readonly operand: Expression; readonly value: boolean | undefined; readonly negated: boolean }
    | { readonly kind: 'isDistinct'; readonly left: Expression; readonly right: Expression; readonly negated: boolean }
    | { readonly kind: 'between'; readonly operand: Expression; readonly low: Expression; readonly high: Expression; readonly negated: boolean }
    | { readonly kind: 'inList'; readonly operand: Expression; readonly values: readonly Expression[]; readonly negated: boolean }
    | { readonly kind: 'inQuery'; readonly operand: Expression; readonly query: Query; readonly negated: boolean }
    | { readonly kind: 'like'; readonly operator: 'LIKE' | 'ILIKE' | 'RLIKE'; readonly operand: Expression; readonly quantifier: 'ANY' | 'ALL' | undefined; readonly patterns: readonly Expression[]; readonly escape: string | undefined; readonly negated: boolean }
    | { readonly kind: 'case'; readonly operand: Expression | undefined; readonly branches: readonly { readonly when: Expression; readonly result: Expression }[]; readonly otherwise: Expression | undefined }
    | { readonly kind: 'cast'; readonly operand: Expression; readonly type: DataType; readonly mode: 'cast' | 'try' | 'shorthand' }
    | {
        readonly kind: 'call';
        readonly name: readonly NamePart[];
        readonly arguments: readonly CallArgument[];
        readonly distinct: boolean;
        readonly filter: Expression | undefined;
        readonly nulls: NullTreatment | undefined;
        readonly withinGroup: readonly SortItem[] | undefined;
        readonly over: WindowSpec | undefined;
      }
    /** A call of a SQL function of the session: put in before resolving, never by the parser. */
    | { readonly kind: 'routine'; readonly routine: Routine; readonly arguments: readonly CallArgument[] }
    | { readonly kind: 'index'; readonly base: Expression; readonly index: Expression }
    | { readonly kind: 'field'; readonly base: Expression; readonly name: NamePart }
    /** `raw:a.b[0]`. */
    | { readonly kind: 'path'; readonly base: Expression; readonly segments: readonly PathSegment[] }
    | { readonly kind: 'lambda'; readonly parameters: readonly NamePart[]; readonly body: Expression }
    | { readonly kind: 'subquery'; readonly query: Query }
    | { readonly kind: 'exists'; readonly query: Query }
    | { readonly kind: 'row'; readonly items: readonly { readonly value: Expression; readonly name?: string }[] }
    | { readonly kind: 'collate'; readonly operand: Expression; readonly collation: string }
    | { readonly kind: 'tableArgument'; readonly relation: Relation }
    | { readonly kind: 'default' }
  );

export type ExpressionOf<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;
