import { TemporaryParser } from './temporaryParser.ts';

/** Statements that change data or its files: read to the letter, so that mistakes in them are pointed at. */
export abstract class DmlParser extends TemporaryParser {
  /** Reads one and gives its name; undefined, nothing read, where it is another statement. */
  dml(): string | undefined {
    switch (this.token.key) {
      case 'INSERT':
        this.insert();
        return 'INSERT';
      case 'UPDATE':
        this.#update();
        return 'UPDATE';
      case 'DELETE':
        this.expect('DELETE', 'FROM');
        this.#target();
        this.#where();
        return 'DELETE';
      case 'MERGE':
        this.#merge();
        return 'MERGE';
      case 'COPY':
        this.#copy();
        return 'COPY INTO';
      case 'OPTIMIZE':
        this.#optimize();
        return 'OPTIMIZE';
      case 'VACUUM':
        this.#vacuum();
        return 'VACUUM';
      case 'RESTORE':
        this.#restore();
        return 'RESTORE';
      default:
        return undefined;
    }
  }

  insert(): void {
    this.expect('INSERT');
    const overwrite = this.acceptAny('INTO', 'OVERWRITE') ?? this.fail();
    if (overwrite === 'OVERWRITE' && (this.token.key === 'DIRECTORY' || this.token.key === 'LOCAL')) return this.#directory();
    this.accept('TABLE');
    this.#name();
    if (this.token.key === 'PARTITION') {
      this.take();
      this.parenthesisedList(() => (this.names(), this.accept('=') ? this.expression() : undefined));
      if (this.accept('IF')) this.expect('NOT', 'EXISTS');
    }
    if (this.token.key === '(' && !this.queryFollows(0)) this.parenthesisedList(() => this.names());
    else if (!this.accept('BY', 'NAME') && this.accept('REPLACE')) {
      if (this.accept('USING')) this.parenthesisedList(() => this.name());
      else {
        this.expect('WHERE');
        this.expression();
      }
    }
    this.query();
  }

  #directory(): void {
    this.accept('LOCAL');
    this.expect('DIRECTORY');
    if (this.token.kind === 'string') this.stringLiteral();
    while (!this.atEnd && !this.queryFollows(0)) this.take();
    this.query();
  }

  /** `FROM s INSERT … INSERT …`, the FROM already read. */
  protected insertsOf(): void {
    do {
      this.expect('INSERT');
      if (this.acceptAny('INTO', 'OVERWRITE') === undefined) this.fail();
      this.accept('TABLE');
      this.#name();
      this.query();
    } while (this.at('INSERT'));
  }

  #update(): void {
    this.expect('UPDATE');
    this.#target();
    this.expect('SET');
    this.list(() => this.#assignment());
    this.#where();
  }

  #assignment(): void {
    this.names();
    this.expect('=');
    this.expression();
  }

  #where(): void {
    if (this.accept('WHERE')) this.expression();
  }

  #name(): void {
    if (this.token.key === 'IDENTIFIER' && this.peek(1).key === '(') this.primary();
    else this.names();
  }

  #target(): void {
    this.#name();
    this.tableAlias();
  }

  #merge(): void {
    this.expect('MERGE');
    if (this.accept('WITH')) this.expect('SCHEMA', 'EVOLUTION');
    this.expect('INTO');
    this.#target();
    this.expect('USING');
    this.relation();
    this.expect('ON');
    this.expression();
    do this.#whenClause();
    while (this.at('WHEN'));
  }

  #whenClause(): void {
    this.expect('WHEN');
    const negated = this.accept('NOT');
    this.expect('MATCHED');
    const source = negated && this.accept('BY') ? (this.acceptAny('SOURCE', 'TARGET') ?? this.fail()) === 'SOURCE' : false;
    if (this.accept('AND')) this.expression();
    this.expect('THEN');
    if (negated && !source) return this.#mergeInsert();
    if (this.accept('DELETE')) return;
    this.expect('UPDATE', 'SET');
    if (this.token.key === '*') return this.#star();
    this.list(() => this.#assignment());
  }

  #mergeInsert(): void {
    this.expect('INSERT');
    if (this.token.key === '*') return this.#star();
    if (this.token.key === '(') this.parenthesisedList(() => this.names());
    this.expect('VALUES');
    this.parenthesisedList(() => this.expression());
  }

  #star(): void {
    const { start } = this.take();
    this.starTail([], start);
  }

  #copy(): void {
    this.expect('COPY', 'INTO');
    this.#name();
    if (this.token.key === '(') this.parenthesisedList(() => this.names());
    this.accept('BY', 'POSITION');
    this.expect('FROM');
    if (this.token.key === '(') this.#copyQuery();
    else this.stringLiteral();
    if (this.token.key === 'WITH') this.#skipTo('FILEFORMAT');
    this.expect('FILEFORMAT', '=');
    this.name();
    while (!this.atEnd && this.token.key !== ';') this.take();
  }

  /** The SELECT inside of COPY INTO reads from a path, which no other query does. */
  #copyQuery(): void {
    let depth = 0;
    do {
      const { key } = this.take();
      depth += key === '(' ? 1 : key === ')' ? -1 : 0;
    } while (depth > 0 && !this.atEnd);
    if (depth > 0) this.fail();
  }

  #skipTo(word: string): void {
    while (!this.atEnd && this.token.key !== word) this.take();
  }

  #optimize(): void {
    this.expect('OPTIMIZE');
    this.#name();
    this.accept('FULL');
    this.#where();
    if (this.accept('ZORDER')) {
      this.expect('BY');
      if (this.token.key === '(') this.parenthesisedList(() => this.names());
      else this.list(() => this.names());
    }
  }

  #vacuum(): void {
    this.expect('VACUUM');
    if (this.token.kind === 'string') this.stringLiteral();
    else this.#name();
    this.acceptAny('LITE', 'FULL');
    if (this.accept('USING')) {
      this.expect('INVENTORY');
      if (this.token.key === '(') this.parenthesised(() => this.query());
      else this.names();
    }
    if (this.accept('RETAIN')) {
      if (this.token.kind !== 'number') this.fail();
      this.take();
      this.expect('HOURS');
    }
    if (this.accept('DRY')) this.expect('RUN');
  }

  #restore(): void {
    this.expect('RESTORE');
    if (this.token.key === 'TABLE' && this.peek(1).kind !== 'end') this.take();
    this.#name();
    this.accept('TO');
    const word = this.acceptAny('VERSION', 'TIMESTAMP') ?? this.fail();
    this.expect('AS', 'OF');
    if (word === 'VERSION') this.integerLiteral();
    else this.expression();
  }
}
