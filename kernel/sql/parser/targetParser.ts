import type { ObjectName } from '../tree/definitions.ts';
import type { Expression, Located, NamePart } from '../tree/expressions.ts';
import type { TableRelation } from '../tree/queries.ts';
import type { Statement } from '../tree/statements.ts';
import type { Assignment, PartitionValue, Properties } from '../tree/writes.ts';
import { TemporaryParser } from './temporaryParser.ts';

type WithoutPlace<Node> = Node extends unknown ? Omit<Node, 'start' | 'end'> : never;
export type Unlocated = WithoutPlace<Statement>;

/** What statements that are no queries share: their target, partitions, assignments, properties. */
export abstract class TargetParser extends TemporaryParser {
  objectName(): ObjectName {
    const { start } = this.token;
    if (this.#identifierFollows()) {
      this.take();
      return { parts: [], identifier: this.parenthesised(() => this.expression()), ...this.since(start) };
    }
    return { parts: this.names(), identifier: undefined, ...this.since(start) };
  }

  #identifierFollows(): boolean {
    return this.token.key === 'IDENTIFIER' && this.peek(1).key === '(';
  }

  /** A table that the statement reads or changes, with its version where one may stand. */
  targetTable(): TableRelation {
    const { start } = this.token;
    const { parts, identifier } = this.objectName();
    return { kind: 'table', name: parts, identifier, timeTravel: this.timeTravel(), stream: false, alias: undefined, sample: undefined, ...this.since(start) };
  }

  /** A Delta table by its name or, as a string, by its path. */
  deltaTable(): TableRelation {
    if (this.token.kind !== 'string') return this.targetTable();
    const { start } = this.token;
    const path = this.stringLiteral();
    const located = this.since(start);
    const name: NamePart[] = [{ text: 'delta', quoted: false, ...located }, { text: path, quoted: true, ...located }];
    return { kind: 'table', name, identifier: undefined, timeTravel: undefined, stream: false, alias: undefined, sample: undefined, ...located };
  }

  aliasedTarget(): TableRelation {
    const target = this.targetTable();
    return { ...target, alias: this.tableAlias(), ...this.since(target.start) };
  }

  whereCondition(): Expression | undefined {
    return this.accept('WHERE') ? this.expression() : undefined;
  }

  assignment(): Assignment {
    const { start } = this.token;
    const target = this.names();
    this.expect('=');
    return { target, value: this.defaultValue() ?? this.expression(), ...this.since(start) };
  }

  /** `DEFAULT` where it is no column of that name. */
  protected defaultValue(): Expression | undefined {
    const { start, key } = this.token;
    if (key !== 'DEFAULT' || this.peek(1).key === '.' || this.peek(1).key === '(') return undefined;
    this.take();
    return { kind: 'default', ...this.since(start) };
  }

  /** `PARTITION (a = 1, b)`, or nothing. */
  partitionValues(): readonly PartitionValue[] {
    if (!this.accept('PARTITION')) return [];
    return this.parenthesisedList(() => ({ column: this.names(), value: this.accept('=') ? this.expression() : undefined }));
  }

  /** `(k = v, 'k' 'v', k)`; keys as written. */
  properties(): Properties {
    const entries = this.parenthesisedList((): [string, string] => {
      const key = this.propertyKey();
      const assigned = this.accept('=');
      return [key, assigned || !(this.token.key === ',' || this.token.key === ')') ? this.optionValue() : ''];
    });
    return Object.fromEntries(entries);
  }

  propertyKey(): string {
    return this.token.kind === 'string' ? this.stringLiteral() : this.names().map((part) => part.text).join('.');
  }

  propertyKeys(): string[] {
    return this.parenthesisedList(() => this.propertyKey());
  }

  ifExists(): boolean {
    return this.accept('IF', 'EXISTS');
  }

  ifNotExists(): boolean {
    return this.accept('IF', 'NOT', 'EXISTS');
  }

  namesInParentheses(): readonly NamePart[] {
    return this.parenthesisedList(() => this.name());
  }

  get ended(): boolean {
    return this.atEnd || this.token.key === ';';
  }

  /** Takes what is left of the statement, at least one token; brackets must close. */
  protected restOfStatement(): string {
    if (this.ended) this.fail();
    const { start } = this.token;
    this.skipStatement();
    const { end } = this.since(start);
    return this.text.slice(start, end);
  }

  /** Takes everything up to the `;` that ends the statement; brackets must close. */
  protected skipStatement(): void {
    let depth = 0;
    while (!this.atEnd && !(this.token.key === ';' && depth === 0)) {
      const { key } = this.take();
      if (key === '(') depth++;
      else if (key === ')' && --depth < 0) this.fail('', this.tokens[this.position - 1]!);
    }
    if (depth > 0) this.fail();
  }

  /** The text from `start` to the last token taken. */
  protected textSince(start: number): string {
    const located: Located = this.since(start);
    return this.text.slice(located.start, located.end);
  }
}
