import type { Predicate } from '../delta/predicate.ts';
import type { RowGroupPruning } from '../delta/rowGroups.ts';
import type { PredicatePruning, PrunedBy } from '../delta/scan.ts';
import type { ErrorReport, LakebookError, SourceSpan } from '../base/errors.ts';
import type { ParameterValues } from '../sql/binding.ts';
import type { WidgetKind } from '../sql/tree/script.ts';
import type { Statement } from '../sql/tree/statements.ts';
import type { UndoQuestion } from './changes/undoChange.ts';
import type { LanguageService } from './language/languageService.ts';
import type { DifferenceQuestion, PreparedDifference } from './tableDifference.ts';
import type { QuerySession } from './querySession.ts';

export type Dialect = 'spark' | 'duckdb';

/** One statement of a text, by where it stands there: errors of a statement carry spans of the whole text. */
export interface StatementText {
  readonly dialect: Dialect;
  /** The statement alone, without the `;`. */
  readonly text: string;
  /** UTF-16 offsets in the text that was split. */
  readonly start: number;
  readonly end: number;
  /** The text that was split. */
  readonly source: string;
  /** Why it does not parse, where that is known already; preparing it throws this. */
  readonly error?: LakebookError;
  /** Its tree, if it is Spark SQL that parses. */
  readonly tree?: Statement;
  /** Set for a statement that a script or EXECUTE IMMEDIATE runs. */
  readonly inner?: InnerStatement;
}

/** What a statement inside of another one sees and where its errors point. */
export interface InnerStatement {
  /** Local variables of scripts are out of sight in the text of EXECUTE IMMEDIATE. */
  readonly localsHidden: boolean;
  /** Values of USING; the session's parameters by default. */
  readonly parameters?: ParameterValues;
  /** The place of EXECUTE IMMEDIATE in the text that the user wrote. */
  readonly at?: SourceSpan;
}

/** What running a statement comes to: statements to prepare and run, and reads that a script did to find its way. */
export type StatementStep =
  | { readonly kind: 'run'; readonly statement: StatementText }
  | { readonly kind: 'evaluated'; readonly statement: StatementText; readonly startedAtMs: number; readonly tables: readonly TableRead[]; readonly files: readonly string[]; readonly error?: unknown };

/** A widget that a statement made or removed: a parameter that a person sets. */
export type WidgetChange =
  | { readonly kind: 'create'; readonly name: string; readonly widget: WidgetKind; readonly initial: string; readonly choices: readonly string[] }
  | { readonly kind: 'remove'; readonly name: string };

/** A column of a result. `type` is Spark's `simpleString`. */
export interface ResultColumn {
  readonly name: string;
  readonly type: string;
}

/** A table version that a statement reads, and how much of it: the receipt's entry (`kernel/rpc/receipts.ts`). */
export interface TableRead {
  /** As the catalog names it, or `` delta.`/path` ``. */
  readonly name: string;
  readonly path: string;
  readonly version: number;
  /** True where the statement itself fixed the version, so that a newer one makes nothing stale. */
  readonly pinned: boolean;
  readonly filesTotal: number;
  readonly filesRead: number;
  readonly bytesTotal: number;
  readonly bytesRead: number;
}

/** A read of a table's version by a predicate. */
export interface PredicateRead extends Pick<TableRead, 'name' | 'path' | 'version'> {
  readonly predicate: Predicate;
}

/** A table version that a statement wrote: the receipt's entry (`kernel/rpc/receipts.ts`). */
export interface TableWrite {
  /** As the catalog names it, or `` delta.`/path` ``. */
  readonly name: string;
  readonly path: string;
  readonly version: number;
  /** As the table's history names it. */
  readonly operation: string;
  readonly metrics: Readonly<Record<string, string>>;
}

/** What a statement did before it had rows. */
export interface StatementEffect {
  readonly sql: string;
  readonly written: readonly TableWrite[];
  /** What the user should know of the tables written, beyond what was known before. */
  readonly notices?: readonly string[];
}

/** One scan of a table, for the query profile. */
export interface TableScan {
  /** Undefined for files read in place. */
  readonly read: TableRead | undefined;
  readonly prunedBy: PrunedBy | undefined;
  readonly predicates: readonly PredicatePruning[];
  /** What left files out; undefined where nothing was asked that could. */
  readonly predicate: Predicate | undefined;
}

/**
 * A statement with its tables pinned, ready to run. Whoever holds it runs `sql` on any connection of the engine's
 * database, and disposes it when the last row has been fetched.
 */
export interface PreparedStatement {
  /** What it is: `query`, `describeHistory`, `setConf`, … */
  readonly kind: string;
  /** DuckDB text whose columns are `columns`, in order; '' where the statement has no rows. */
  readonly sql: string;
  readonly columns: readonly ResultColumn[];
  readonly tables: readonly TableRead[];
  /** What each place that reads a table wants of it, and what could be left out. */
  readonly scans: readonly TableScan[];
  /** Files read in place, absolute. */
  readonly files: readonly string[];
  /** What the user should know: ignored hints, no-ops. */
  readonly notices: readonly string[];
  /**
   * Changes what is stored. Whoever runs the statement calls `performEffect` first; only then is `sql` known. Undefined for
   * statements that only read.
   */
  readonly effect?: (signal: AbortSignal) => Promise<StatementEffect>;
  /** Tables that it has written. */
  readonly written?: readonly TableWrite[];
  /** What became of a widget. */
  readonly widget?: WidgetChange;
  /**
   * Another text for the same rows, where `error` says that `sql` took a shortcut which does not hold for these data: it
   * is run instead, from the first row on. Undefined for every other error.
   */
  fallback(error: unknown): Promise<string | undefined>;
  /** An error that running `sql` raised, as a LakebookError that points into the statement. */
  mapError(error: unknown): unknown;
  dispose(): Promise<void>;
}

/** What a program asks of one table, by its path. */
export type TableQuestion = { readonly path: string; readonly version?: number; readonly timestamp?: string } & (
  | {
      readonly kind: 'rows';
      /** `*` stands for all columns; `_row_id` and `_row_commit_version` may be named. All columns by default. */
      readonly columns?: readonly string[];
      /** A condition in Spark SQL. */
      readonly where?: string;
    }
  /** Versions (digits) or timestamps, both inclusive; the latest version by default. */
  | { readonly kind: 'changes'; readonly from: string; readonly to?: string }
  | { readonly kind: 'history' }
  | { readonly kind: 'schema' | 'files' | 'detail' }
);

/**
 * The statement pipeline, the one door to data: parse, resolve, authorise, pin, prune, rewrite. Running what comes out,
 * and the receipt, are the session room's.
 */
export interface QueryEngine {
  createSession(): QuerySession;
  /** The statements of a text in their order, broken ones too: who wants all or none looks for an `error` first. */
  split(text: string, dialect: Dialect): readonly StatementText[];
  /**
   * What running `statement` comes to, step by step: itself, or what the course of a script leads to. Whoever runs a step
   * hands back what it failed with, or undefined; the answer at the end is what the statement as a whole failed with.
   */
  steps(statement: StatementText, session: QuerySession, signal: AbortSignal): AsyncGenerator<StatementStep, unknown, unknown>;
  /**
   * Everything up to running. Each table is pinned once, so that all parts of the statement see one version. A statement
   * that changes the session (`SET`, `USE`) has done so when this answers.
   * @throws LakebookError with a span where the statement is to blame
   */
  prepare(statement: StatementText, session: QuerySession, signal: AbortSignal): Promise<PreparedStatement>;
  /** A question about one table, through the same pipeline. `path` is absolute or relative to the workspace. */
  prepareTable(question: TableQuestion, session: QuerySession, signal: AbortSignal): Promise<PreparedStatement>;
  /** What lies between two versions of a table, row by row. `path` is absolute or relative to the workspace. */
  prepareDifference(question: DifferenceQuestion, session: QuerySession, signal: AbortSignal): Promise<PreparedDifference>;
  /** Takes a table back to the version before another one, unless somebody wrote to it meanwhile. */
  prepareUndo(question: UndoQuestion, session: QuerySession, signal: AbortSignal): Promise<PreparedStatement>;
  /**
   * What the footers of data files say of the predicate by which a statement read them: for the query profile, asked when
   * somebody looks at it.
   */
  judgeRowGroups(read: PredicateRead, session: QuerySession, signal: AbortSignal): Promise<RowGroupPruning>;
  /** What this product supports, as rows: table features, or SQL functions. */
  prepareFeatures(of: 'tables' | 'functions'): PreparedStatement;
  /** What editors ask. */
  readonly language: LanguageService;
  /** Syntax and name errors, without running anything. */
  check(text: string, dialect: Dialect, session: QuerySession, signal: AbortSignal): Promise<readonly ErrorReport[]>;
  /** Waits for what follows commits. @returns what the user should know of it, and was not told yet */
  settle(): Promise<readonly string[]>;
  dispose(): Promise<void>;
}
