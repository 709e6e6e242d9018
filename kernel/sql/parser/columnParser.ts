import type { ColumnDefinition, ColumnMask, ColumnPosition, IdentityColumn, ObjectClauses, PartitionField, TableConstraint } from '../tree/definitions.ts';
import type { Expression, NamePart } from '../tree/expressions.ts';
import { WriteParser } from './writeParser.ts';

const CONSTRAINT_STARTS: ReadonlySet<string> = new Set(['CONSTRAINT', 'PRIMARY', 'FOREIGN', 'UNIQUE', 'CHECK']);
const CHARACTERISTICS = ['NOT ENFORCED', 'ENFORCED', 'NOT VALID', 'NORELY', 'RELY', 'NOT DEFERRABLE', 'DEFERRABLE', 'INITIALLY DEFERRED', 'INITIALLY IMMEDIATE', 'MATCH FULL', 'ON UPDATE NO ACTION', 'ON DELETE NO ACTION', 'ON DELETE CASCADE'];

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** Columns of a table as DDL writes them, with their constraints, masks and positions. */
export abstract class ColumnParser extends WriteParser {
  /** `(a INT, CONSTRAINT c CHECK (a > 0))`. */
  protected tableElements(): { columns: ColumnDefinition[]; constraints: TableConstraint[] } {
    const columns: ColumnDefinition[] = [];
    const constraints: TableConstraint[] = [];
    this.parenthesisedList(() => (this.#constraintFollows() ? constraints.push(this.tableConstraint()) : columns.push(this.tableColumn())));
    return { columns, constraints };
  }

  /** A column may itself be called `check`; a constraint says more. */
  #constraintFollows(): boolean {
    const next = this.peek(1);
    if (!CONSTRAINT_STARTS.has(this.token.key)) return false;
    return this.token.key === 'CONSTRAINT' ? CONSTRAINT_STARTS.has(this.peek(2).key) || this.peek(2).key === 'EXPECT' : next.key === 'KEY' || next.key === '(';
  }

  tableColumn(): ColumnDefinition {
    const { start } = this.token;
    const name = this.names();
    this.accept(':');
    const typeStart = this.token.start;
    const type = this.dataType();
    const column: Mutable<ColumnDefinition> = {
      name, type, typeText: this.textSince(typeStart), nullable: true, default: undefined, generated: undefined, identity: undefined, comment: undefined, mask: undefined, constraints: [], position: undefined, start, end: start,
    };
    while (this.#columnOption(column));
    return { ...column, ...this.since(start) };
  }

  #columnOption(column: Mutable<ColumnDefinition>): boolean {
    if (this.accept('NOT', 'NULL')) column.nullable = false;
    else if (this.accept('NULL')) column.nullable = true;
    else if (this.accept('DEFAULT')) column.default = this.expression();
    else if (this.accept('COMMENT')) column.comment = this.stringLiteral();
    else if (this.accept('COLLATE')) this.names();
    else if (this.accept('MASK')) column.mask = this.columnMask();
    else if (this.accept('GENERATED')) this.#generated(column);
    else if (this.#constraintFollows() || this.#referenceFollows()) column.constraints = [...column.constraints, this.tableConstraint()];
    else {
      const position = this.columnPosition();
      if (position === undefined) return false;
      column.position = position;
    }
    return true;
  }

  #referenceFollows(): boolean {
    return this.token.key === 'REFERENCES' || (this.token.key === 'CONSTRAINT' && this.peek(2).key === 'REFERENCES');
  }

  #generated(column: Mutable<ColumnDefinition>): void {
    const always = this.accept('ALWAYS') || (this.expect('BY', 'DEFAULT') === undefined);
    this.expect('AS');
    if (this.accept('IDENTITY')) column.identity = this.#identity(always);
    else column.generated = this.parenthesised(() => this.expression());
  }

  #identity(always: boolean): IdentityColumn {
    let identity: IdentityColumn = { always, start: undefined, increment: undefined };
    if (!this.accept('(')) return identity;
    while (!this.accept(')')) {
      if (this.accept('START')) identity = (this.accept('WITH'), { ...identity, start: this.#signedInteger() });
      else identity = (this.expect('INCREMENT'), this.accept('BY'), { ...identity, increment: this.#signedInteger() });
      this.accept(',');
    }
    return identity;
  }

  #signedInteger(): string {
    const sign = this.accept('-') ? '-' : '';
    return `${sign}${this.integerLiteral()}`;
  }

  columnPosition(): ColumnPosition | undefined {
    if (this.accept('FIRST')) return { kind: 'first' };
    return this.accept('AFTER') ? { kind: 'after', column: this.name(true) } : undefined;
  }

  /** `f USING COLUMNS (c, …)`, behind MASK. */
  columnMask(): ColumnMask {
    const name = this.names();
    return { function: name, columns: this.accept('USING', 'COLUMNS') ? this.#operands() : [] };
  }

  /** `f ON (c, …)`, behind ROW FILTER. */
  rowFilter(): ColumnMask {
    const name = this.names();
    this.expect('ON');
    return { function: name, columns: this.#operands() };
  }

  #operands(): readonly Expression[] {
    this.expect('(');
    const operands = this.token.key === ')' ? [] : this.list(() => this.expression());
    this.expect(')');
    return operands;
  }

  tableConstraint(): TableConstraint {
    const { start } = this.token;
    const name = this.accept('CONSTRAINT') ? this.name() : undefined;
    const constraint = this.#constraint();
    const characteristics: string[] = [];
    const next = (): string | undefined => CHARACTERISTICS.find((words) => this.accept(...words.split(' ')));
    for (let found = next(); found !== undefined; found = next()) characteristics.push(found);
    return { ...constraint, name, characteristics, ...this.since(start) };
  }

  #constraint() {
    if (this.accept('CHECK')) return { kind: 'check', condition: this.parenthesised(() => this.expression()) } as const;
    if (this.accept('EXPECT')) return { kind: 'expect', condition: this.parenthesised(() => this.expression()), onViolation: this.#onViolation() } as const;
    if (this.accept('REFERENCES')) return { kind: 'foreignKey', columns: [], ...this.#referenced() } as const;
    if (this.accept('FOREIGN')) {
      this.expect('KEY');
      const columns = this.namesInParentheses();
      this.expect('REFERENCES');
      return { kind: 'foreignKey', columns, ...this.#referenced() } as const;
    }
    const kind = this.accept('UNIQUE') ? 'unique' : (this.expect('PRIMARY', 'KEY'), 'primaryKey' as const);
    return { kind, columns: this.token.key === '(' ? this.parenthesisedList(() => this.#keyColumn()) : [] } as const;
  }

  #keyColumn(): NamePart {
    const name = this.name();
    this.accept('TIMESERIES');
    return name;
  }

  #referenced() {
    const table = this.names();
    return { table, references: this.token.key === '(' ? this.namesInParentheses() : [] };
  }

  #onViolation() {
    if (!this.accept('ON', 'VIOLATION')) return undefined;
    return this.accept('DROP') ? (this.expect('ROW'), 'DROP ROW' as const) : (this.expect('FAIL', 'UPDATE'), 'FAIL UPDATE' as const);
  }

  /** `(a, b INT, days(ts))`. */
  partitionFields(): readonly PartitionField[] {
    return this.parenthesisedList((): PartitionField => {
      const { start } = this.token;
      const typed = this.atName() && (this.peek(1).kind === 'word' || this.peek(1).kind === 'quoted');
      const value: Expression = typed ? { kind: 'name', parts: [this.name()], ...this.since(start) } : this.primary();
      const type = typed ? this.dataType() : undefined;
      if (typed && this.accept('COMMENT')) this.stringLiteral();
      return { value, type, ...this.since(start) };
    });
  }

  /** What may stand behind `CLUSTER BY`. */
  clustering(): NonNullable<ObjectClauses['clusterBy']> {
    return this.token.key === '(' ? this.parenthesisedList(() => this.names()) : (this.acceptAny('AUTO', 'NONE') ?? this.fail());
  }
}
