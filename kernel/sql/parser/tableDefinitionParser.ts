import type { ColumnDefinition, ObjectClauses, Replacement, TableConstraint } from '../tree/definitions.ts';
import type { Query } from '../tree/queries.ts';
import type { Unlocated } from './targetParser.ts';
import { ColumnParser } from './columnParser.ts';

const SCHEDULE_ENDS: ReadonlySet<string> = new Set(['AS', 'COMMENT', 'TBLPROPERTIES', 'CLUSTER', 'PARTITIONED', 'LOCATION', 'USING', 'WITH']);

/** `CREATE TABLE` in all its forms, and the clauses that other objects share with it. */
export abstract class TableDefinitionParser extends ColumnParser {
  /** The words up to TABLE are taken. */
  protected createTable(replace: Replacement, external: boolean): Unlocated {
    const ifNotExists = this.ifNotExists();
    const name = this.objectName();
    const depth = this.token.key === 'SHALLOW' || this.token.key === 'DEEP' || this.token.key === 'CLONE' ? this.#cloneDepth() : undefined;
    if (depth !== undefined) return { kind: 'cloneTable', name, replace, ifNotExists, depth, source: this.targetTable(), clauses: this.objectClauses() };
    if (this.accept('LIKE')) return { kind: 'createTableLike', name, ifNotExists, source: this.targetTable(), clauses: this.objectClauses() };
    return { kind: 'createTable', name, replace, external, ifNotExists, ...this.#body() };
  }

  #cloneDepth(): 'shallow' | 'deep' {
    const depth = this.acceptAny('SHALLOW', 'DEEP') === 'SHALLOW' ? 'shallow' : 'deep';
    this.expect('CLONE');
    return depth;
  }

  /** `CREATE OR REFRESH STREAMING TABLE`, `CREATE MATERIALIZED VIEW`; the words up to there are taken. */
  protected createFlowTarget(kind: 'createStreamingTable' | 'createMaterializedView', orReplace: boolean, orRefresh: boolean): Unlocated {
    const ifNotExists = this.ifNotExists();
    return { kind, name: this.objectName(), orReplace, orRefresh, ifNotExists, ...this.#body(kind === 'createMaterializedView') };
  }

  #body(untyped = false): { columns: readonly ColumnDefinition[]; constraints: readonly TableConstraint[]; clauses: ObjectClauses; query: Query | undefined } {
    const { columns, constraints } = this.token.key === '(' && !this.queryFollows(0) ? this.tableElements() : { columns: [], constraints: [] };
    const clauses = this.objectClauses();
    const query = this.accept('AS') || this.queryFollows(0) ? this.query() : untyped ? this.fail() : undefined;
    return { columns, constraints, clauses, query };
  }

  /** Clauses behind the columns of an object, in any order, up to what is none. */
  protected objectClauses(): ObjectClauses {
    let clauses: ObjectClauses = {};
    for (let clause = this.#clause(); clause !== undefined; clause = this.#clause()) clauses = { ...clauses, ...clause };
    return clauses;
  }

  #clause(): ObjectClauses | undefined {
    if (this.accept('USING')) return { format: this.names() };
    if (this.accept('COMMENT')) return { comment: this.stringLiteral() };
    if (this.accept('LOCATION')) return { location: this.stringLiteral() };
    if (this.accept('MANAGED', 'LOCATION')) return { managedLocation: this.stringLiteral() };
    if (this.accept('TBLPROPERTIES') || this.accept('WITH', 'DBPROPERTIES') || this.accept('DBPROPERTIES')) return { properties: this.properties() };
    if (this.token.key === 'OPTIONS' && this.accept('OPTIONS')) return { options: this.properties() };
    if (this.accept('PARTITIONED')) return (this.expect('BY'), { partitionedBy: this.partitionFields() });
    if (this.accept('CLUSTER')) return (this.expect('BY'), { clusterBy: this.clustering() });
    if (this.accept('DEFAULT')) return (this.expect('COLLATION'), { collation: this.name() });
    if (this.accept('WITH', 'ROW', 'FILTER') || this.accept('ROW', 'FILTER')) return { rowFilter: this.rowFilter() };
    if (this.accept('WITH', 'SCHEMA')) return { schemaBinding: this.#schemaBinding() };
    if (this.token.key === 'SCHEDULE' || this.token.key === 'TRIGGER') return { schedule: this.#schedule() };
    return this.#hiveClause();
  }

  #schemaBinding(): NonNullable<ObjectClauses['schemaBinding']> {
    if (this.accept('TYPE')) return (this.expect('EVOLUTION'), 'TYPE EVOLUTION');
    return this.acceptAny('BINDING', 'COMPENSATION', 'EVOLUTION') ?? this.fail();
  }

  #schedule(): string {
    const { start } = this.token;
    while (!this.ended && !SCHEDULE_ENDS.has(this.token.key)) this.take();
    return this.textSince(start);
  }

  /** `STORED AS PARQUET`, `ROW FORMAT …`: what Hive's tables are described with. */
  #hiveClause(): ObjectClauses | undefined {
    if (this.accept('STORED', 'BY')) return (this.stringLiteral(), {});
    if (this.accept('STORED', 'AS')) {
      if (!this.accept('INPUTFORMAT')) return { format: [this.name()] };
      this.stringLiteral();
      this.expect('OUTPUTFORMAT');
      this.stringLiteral();
      return {};
    }
    if (this.accept('CLUSTERED', 'BY')) {
      this.namesInParentheses();
      if (this.accept('SORTED', 'BY')) this.parenthesisedList(() => this.sortItem());
      this.expect('INTO');
      this.integerLiteral();
      this.expect('BUCKETS');
      return {};
    }
    if (!this.accept('ROW', 'FORMAT')) return undefined;
    if (this.accept('SERDE')) {
      this.stringLiteral();
      if (this.accept('WITH', 'SERDEPROPERTIES')) this.properties();
      return {};
    }
    this.expect('DELIMITED');
    while (!this.ended && this.token.key !== 'STORED' && !SCHEDULE_ENDS.has(this.token.key)) this.take();
    return {};
  }
}
