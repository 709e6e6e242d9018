import { ERROR_CLASSES } from '../../base/errorClasses.ts';
import { LakebookError, type ErrorCode, type ErrorParameters } from '../../base/errors.ts';
import { spanOf } from '../span.ts';
import type { Located, NamePart } from '../tree/expressions.ts';
import { type BlockNode, type ConditionDeclaration, type DiagnosticsItem, DIAGNOSTICS_ITEMS, type HandledCondition, type HandlerDeclaration, type ScriptBranch, type ScriptNode, type SignalledCondition, type SignalMessage } from '../tree/script.ts';
import type { Statement } from '../tree/statements.ts';
import type { Unlocated } from './targetParser.ts';
import { checkHandlers, isSqlState } from './handlerRules.ts';
import { VariableParser } from './variableParser.ts';

type UnlocatedNode = ScriptNode extends infer Each ? (Each extends ScriptNode ? Omit<Each, 'start' | 'end'> : never) : never;
/** A name that LEAVE and ITERATE may use, or that a FOR gives its row. */
interface Label {
  readonly name: string;
  readonly kind: 'block' | 'loop' | 'row';
}

/** `BEGIN … END`: its nodes as a tree, labels and the order of declarations checked. */
export abstract class SqlScriptParser extends VariableParser {
  #labels: readonly Label[] = [];
  /** Conditions declared by the blocks around, innermost last. */
  #conditions: readonly (readonly ConditionDeclaration[])[] = [];

  /** A statement of a script, with the `;` left standing. */
  abstract plainStatement(): Unlocated;

  protected scriptFollows(): boolean {
    return this.token.key === 'BEGIN' || (this.peek(1).key === ':' && this.peek(2).key === 'BEGIN' && this.atName());
  }

  protected sqlScript(): Unlocated {
    this.#labels = [];
    this.#conditions = [];
    const block = this.#node();
    return block.kind === 'block' ? { kind: 'script', block } : this.fail();
  }

  #refuse<Code extends ErrorCode>(node: Located, code: Code, parameters: ErrorParameters<Code>): never {
    throw new LakebookError(code, parameters, { span: spanOf(this.text, node) });
  }

  #nodes(...ends: readonly string[]): ScriptNode[] {
    const nodes: ScriptNode[] = [];
    while (!this.atAny(ends)) {
      if (this.atEnd) this.fail();
      nodes.push(this.#node());
      this.expect(';');
    }
    return nodes;
  }

  #node(): ScriptNode {
    return this.nested(() => {
      const { start } = this.token;
      const label = this.#label();
      const node = label === undefined ? this.#unlabelled() : this.#labelled(label);
      return { ...node, ...this.since(start) } as ScriptNode;
    });
  }

  #label(): NamePart | undefined {
    if (this.peek(1).key !== ':' || !this.atName()) return undefined;
    const label = this.name();
    this.expect(':');
    return label;
  }

  #labelled(label: NamePart): UnlocatedNode {
    this.#checkName(label);
    const kind = this.token.key === 'BEGIN' ? 'block' : 'loop';
    return this.#within([{ name: label.text, kind }], () => this.#compound(label) ?? this.fail());
  }

  #unlabelled(): UnlocatedNode {
    const compound = this.#compound(undefined);
    if (compound !== undefined) return compound;
    switch (this.token.key) {
      case 'IF':
        return this.#if();
      case 'CASE':
        return this.#case();
      case 'LEAVE':
      case 'ITERATE':
        return this.#jump();
      case 'SIGNAL':
        return this.#signal();
      case 'RESIGNAL':
        this.take();
        return { kind: 'resignal' };
      case 'GET':
        return this.peek(1).key === 'DIAGNOSTICS' ? this.#getDiagnostics() : this.#statement();
      default:
        return this.#statement();
    }
  }

  /** What may have a label. */
  #compound(label: NamePart | undefined): UnlocatedNode | undefined {
    switch (this.token.key) {
      case 'BEGIN':
        return this.#block(label);
      case 'WHILE': {
        this.take();
        const condition = this.expression();
        return { kind: 'while', label, condition, body: this.#body('DO', 'WHILE', label) };
      }
      case 'LOOP':
        return { kind: 'loop', label, body: this.#body('LOOP', 'LOOP', label) };
      case 'REPEAT': {
        this.take();
        const body = this.#nodes('UNTIL');
        this.expect('UNTIL');
        const until = this.expression();
        this.#end('REPEAT', label);
        return { kind: 'repeat', label, body, until };
      }
      case 'FOR':
        return this.#for(label);
      default:
        return undefined;
    }
  }

  #body(opening: string, closing: string, label: NamePart | undefined): ScriptNode[] {
    this.expect(opening);
    const body = this.#nodes('END');
    this.#end(closing, label);
    return body;
  }

  #for(label: NamePart | undefined): UnlocatedNode {
    this.expect('FOR');
    const row = this.peek(1).key === 'AS' ? this.name() : undefined;
    if (row !== undefined) {
      this.expect('AS');
      this.#checkName(row);
    }
    const query = this.query();
    const body = this.#within(row === undefined ? [] : [{ name: row.text, kind: 'row' }], () => this.#body('DO', 'FOR', label));
    return { kind: 'for', label, row, query, body };
  }

  #if(): UnlocatedNode {
    this.expect('IF');
    const branches: ScriptBranch[] = [];
    do {
      const when = this.expression();
      this.expect('THEN');
      branches.push({ when, body: this.#nodes('ELSEIF', 'ELSE', 'END') });
    } while (this.accept('ELSEIF'));
    const otherwise = this.accept('ELSE') ? this.#nodes('END') : [];
    this.expect('END', 'IF');
    return { kind: 'if', branches, otherwise };
  }

  #case(): UnlocatedNode {
    this.expect('CASE');
    const operand = this.at('WHEN') ? undefined : this.expression();
    const branches: ScriptBranch[] = [];
    this.at('WHEN');
    do {
      this.expect('WHEN');
      const when = this.expression();
      this.expect('THEN');
      branches.push({ when, body: this.#nodes('WHEN', 'ELSE', 'END') });
    } while (this.token.key === 'WHEN');
    const otherwise = this.accept('ELSE') ? this.#nodes('END') : [];
    this.expect('END', 'CASE');
    return { kind: 'case', operand, branches, otherwise };
  }

  #block(label: NamePart | undefined): UnlocatedNode {
    this.expect('BEGIN');
    this.accept('NOT', 'ATOMIC');
    const variables: BlockNode['variables'][number][] = [];
    const conditions: ConditionDeclaration[] = [];
    const handlers: HandlerDeclaration[] = [];
    const around = this.#conditions;
    this.#conditions = [...around, conditions];
    for (;;) {
      if (this.#atHandler()) handlers.push(this.#handler());
      else if (this.token.key === 'DECLARE' && handlers.length === 0) this.#declaration(variables, conditions);
      else break;
      this.expect(';');
    }
    checkHandlers(this.text, handlers, this.#conditions);
    const body = this.#nodes('END');
    this.#conditions = around;
    this.#end(undefined, label);
    return { kind: 'block', label, variables, conditions, handlers, body };
  }

  #declaration(variables: BlockNode['variables'][number][], conditions: ConditionDeclaration[]): void {
    const { start } = this.token;
    if (this.peek(2).key === 'CONDITION') {
      const condition = this.#condition();
      if (conditions.some(({ name }) => name.text.toUpperCase() === condition.name.text.toUpperCase())) this.#refuse(condition, 'DUPLICATE_CONDITION_IN_SCOPE', { condition: condition.name.text.toUpperCase() });
      conditions.push(condition);
      return;
    }
    const declared = this.declareVariable();
    const located = { ...declared, ...this.since(start) };
    for (const name of declared.names) {
      if (name.length > 1) this.#refuse(located, 'INVALID_VARIABLE_DECLARATION.QUALIFIED_LOCAL_VARIABLE', { variable: name.map((part) => `\`${part.text}\``).join('.') });
      if (declared.replace) this.#refuse(located, 'INVALID_VARIABLE_DECLARATION.REPLACE_LOCAL_VARIABLE', { variable: name[0]!.text });
    }
    variables.push(located);
  }

  #condition(): ConditionDeclaration {
    const { start } = this.expect('DECLARE');
    const name = this.name();
    this.expect('CONDITION');
    const sqlState = this.accept('FOR') ? this.#sqlState() : '45000';
    return { name, sqlState, ...this.since(start) };
  }

  /** `SQLSTATE [VALUE] 'xxxxx'`. */
  #sqlState(): string {
    const { start } = this.expect('SQLSTATE');
    this.accept('VALUE');
    const sqlState = this.stringLiteral();
    if (!isSqlState(sqlState)) this.#refuse(this.since(start), 'INVALID_SQLSTATE', { sqlState });
    return sqlState;
  }

  #atHandler(): boolean {
    return this.token.key === 'DECLARE' && this.peek(2).key === 'HANDLER' && (this.peek(1).key === 'EXIT' || this.peek(1).key === 'CONTINUE');
  }

  #handler(): HandlerDeclaration {
    const { start } = this.expect('DECLARE');
    const action = this.accept('EXIT') ? 'exit' : 'continue';
    if (action === 'continue') this.expect('CONTINUE');
    this.expect('HANDLER', 'FOR');
    const conditions = this.list(() => this.#handled());
    return { action, conditions, body: this.#node(), ...this.since(start) };
  }

  #handled(): HandledCondition {
    const { start } = this.token;
    if (this.token.key === 'SQLSTATE') return { kind: 'sqlState', sqlState: this.#sqlState(), ...this.since(start) };
    if (this.accept('SQLEXCEPTION')) return { kind: 'sqlException', ...this.since(start) };
    if (this.accept('NOT', 'FOUND')) return { kind: 'notFound', ...this.since(start) };
    const name = this.names().map((part) => part.text.toUpperCase()).join('.');
    return { kind: 'condition', name, ...this.since(start) };
  }

  #jump(): UnlocatedNode {
    const kind = this.accept('LEAVE') ? 'leave' : 'iterate';
    if (kind === 'iterate') this.expect('ITERATE');
    const label = this.name();
    const target = [...this.#labels].reverse().find(({ name, kind: of }) => of !== 'row' && name.toLowerCase() === label.text.toLowerCase());
    const labelName = label.text.toUpperCase();
    if (target === undefined) this.#refuse(label, 'INVALID_LABEL_USAGE.DOES_NOT_EXIST', { labelName, statementType: kind.toUpperCase() });
    if (target.kind === 'block' && kind === 'iterate') this.#refuse(label, 'INVALID_LABEL_USAGE.ITERATE_IN_COMPOUND', { labelName });
    return { kind, label };
  }

  #signal(): UnlocatedNode {
    this.expect('SIGNAL');
    const condition: SignalledCondition = this.token.key === 'SQLSTATE' ? { kind: 'sqlState', sqlState: this.#sqlState() } : { kind: 'condition', name: this.#signalled() };
    return { kind: 'signal', condition, message: this.#message(condition) };
  }

  #signalled(): NamePart {
    const { start } = this.token;
    const parts = this.names();
    const name = { text: parts.map((part) => part.text.toUpperCase()).join('.'), quoted: true, ...this.since(start) };
    const declared = this.#conditions.flat().some((condition) => condition.name.text.toUpperCase() === name.text);
    if (!declared && !(name.text in ERROR_CLASSES)) this.#refuse(name, 'INVALID_HANDLER_DECLARATION.CONDITION_NOT_FOUND', { condition: name.text });
    return name;
  }

  #message(condition: SignalledCondition): SignalMessage | undefined {
    if (!this.accept('SET')) return undefined;
    const kind = this.accept('MESSAGE_TEXT') ? 'text' : 'arguments';
    if (kind === 'arguments' && (condition.kind === 'sqlState' || !this.accept('MESSAGE_ARGUMENTS'))) this.fail();
    this.expect('=');
    return { kind, value: this.expression() };
  }

  /** `GET DIAGNOSTICS CONDITION 1 v = MESSAGE_TEXT, …`. */
  #getDiagnostics(): UnlocatedNode {
    this.expect('GET', 'DIAGNOSTICS', 'CONDITION');
    if (this.integerLiteral() !== 1) this.fail();
    const items = this.list(() => {
      const target = this.variableName();
      this.expect('=');
      return { target, item: this.acceptAny<DiagnosticsItem>(...DIAGNOSTICS_ITEMS) ?? this.fail() };
    });
    return { kind: 'getDiagnostics', items };
  }

  #statement(): UnlocatedNode {
    const { start, key } = this.token;
    if (key === 'DECLARE') return this.#lateDeclaration();
    if (key === 'DROP' && this.peek(1).key === 'TEMPORARY' && this.peek(2).key === 'VARIABLE') this.#refuse(this.token, 'UNSUPPORTED_FEATURE.SQL_SCRIPTING_DROP_TEMPORARY_VARIABLE', {});
    const statement = key === 'SET' ? this.setVariable() : this.plainStatement();
    return { kind: 'statement', statement: { ...statement, ...this.since(start) } as Statement };
  }

  #lateDeclaration(): never {
    const { start } = this.token;
    if (this.#atHandler()) {
      this.#handler();
      return this.#refuse(this.since(start), 'INVALID_HANDLER_DECLARATION.WRONG_PLACE_OF_DECLARATION', {});
    }
    const variable = this.peek(2).key === 'CONDITION' ? this.#condition().name.text : this.declareVariable().names[0]!.map((part) => part.text).join('.');
    return this.#refuse(this.since(start), 'INVALID_VARIABLE_DECLARATION.ONLY_AT_BEGINNING', { variable });
  }

  #end(word: string | undefined, label: NamePart | undefined): void {
    this.expect('END', ...(word === undefined ? [] : [word]));
    if (!this.atName()) return;
    const end = this.name();
    if (label === undefined) this.#refuse(end, 'END_LABEL_WITHOUT_BEGIN_LABEL', { endLabel: end.text });
    if (label.text.toLowerCase() !== end.text.toLowerCase()) this.#refuse(end, 'LABELS_MISMATCH', { beginLabel: label.text, endLabel: end.text });
  }

  #checkName(label: NamePart): void {
    if (this.#labels.some(({ name }) => name.toLowerCase() === label.text.toLowerCase())) this.#refuse(label, 'LABEL_OR_FOR_VARIABLE_ALREADY_EXISTS', { label: label.text });
  }

  #within<Result>(labels: readonly Label[], parse: () => Result): Result {
    const around = this.#labels;
    this.#labels = [...around, ...labels];
    const result = parse();
    this.#labels = around;
    return result;
  }
}
