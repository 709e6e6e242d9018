import type { AlterationStatement } from './alterations.ts';
import type { DefinitionStatement } from './definitions.ts';
import type { Expression, Located, NamePart } from './expressions.ts';
import type { GovernanceStatement } from './governance.ts';
import type { MaintenanceStatement } from './maintenance.ts';
import type { Query, TableRelation } from './queries.ts';
import type { RoutineParameter, RoutineResult } from './temporaries.ts';
import type { VariableStatement, WidgetStatement } from './script.ts';
import type { WriteStatement } from './writes.ts';

/** A statement as written. Which of them this engine does not run is told by `refusals.ts`. */
export type Statement = Located &
  (
    | Query
    | VariableStatement
    | WidgetStatement
    | WriteStatement
    | DefinitionStatement
    | AlterationStatement
    | MaintenanceStatement
    | GovernanceStatement
    | { readonly kind: 'explain'; readonly mode: 'SIMPLE' | 'FORMATTED' | 'EXTENDED' | 'COST' | 'CODEGEN' | 'LOGICAL'; readonly statement: Statement }
    | { readonly kind: 'describeQuery'; readonly query: Query }
    | { readonly kind: 'describeTable'; readonly table: TableRelation; readonly extended: boolean; readonly column: readonly NamePart[] | undefined; readonly asJson: boolean }
    | { readonly kind: 'describeHistory'; readonly table: TableRelation; readonly limit: number | undefined }
    | { readonly kind: 'describeDetail'; readonly table: TableRelation }
    | { readonly kind: 'showTables'; readonly schema: readonly NamePart[] | undefined; readonly pattern: string | undefined }
    | { readonly kind: 'showSchemas'; readonly catalog: readonly NamePart[] | undefined; readonly pattern: string | undefined }
    | { readonly kind: 'showCatalogs'; readonly pattern: string | undefined }
    | { readonly kind: 'showColumns'; readonly table: TableRelation }
    | { readonly kind: 'showTableProperties'; readonly table: TableRelation; readonly key: string | undefined }
    /** `CREATE [GLOBAL] TEMPORARY VIEW`; one `USING` a file format is a query over its files. */
    | { readonly kind: 'createTemporaryView'; readonly name: readonly NamePart[]; readonly global: boolean; readonly orReplace: boolean; readonly columns: readonly { readonly name: NamePart; readonly comment: string | undefined }[]; readonly comment: string | undefined; readonly query: Query }
    | { readonly kind: 'createTemporaryFunction'; readonly name: readonly NamePart[]; readonly orReplace: boolean; readonly ifNotExists: boolean; readonly parameters: readonly RoutineParameter[]; readonly result: RoutineResult; readonly comment: string | undefined; readonly body: Expression | Query }
    | { readonly kind: 'dropView'; readonly name: readonly NamePart[]; readonly ifExists: boolean }
    | { readonly kind: 'dropTemporaryFunction'; readonly name: readonly NamePart[]; readonly ifExists: boolean }
    | { readonly kind: 'showViews'; readonly schema: readonly NamePart[] | undefined; readonly pattern: string | undefined }
    | { readonly kind: 'showFunctions'; readonly from: 'all' | 'user' | 'system'; readonly schema: readonly NamePart[] | undefined; readonly pattern: string | undefined }
    | { readonly kind: 'describeFunction'; readonly name: readonly NamePart[]; readonly extended: boolean }
    | { readonly kind: 'use'; readonly target: 'catalog' | 'schema'; readonly name: readonly NamePart[]; /** `IDENTIFIER(e)` in place of the name. */ readonly identifier?: Expression | undefined }
    | { readonly kind: 'setConf'; readonly key: string; readonly value: string | undefined }
    | { readonly kind: 'resetConf'; readonly key: string | undefined }
    /** `SET TIME ZONE z`; `LOCAL` is kept as written. */
    | { readonly kind: 'setTimeZone'; readonly zone: string }
    /** Accepted without effect on this engine: REFRESH TABLE, CACHE TABLE and kin. */
    | { readonly kind: 'accepted'; readonly feature: string }
    /** A rare form of a statement that is run otherwise: well-formed, and not run here. */
    | { readonly kind: 'refused'; readonly feature: string; readonly reason: string }
  );
export type StatementOf<Kind extends Statement['kind']> = Extract<Statement, { readonly kind: Kind }>;
