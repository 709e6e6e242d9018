import { LakebookError } from '../../base/errors.ts';
import { spanOf } from '../span.ts';
import type { VariableAssignment, VariableName, WidgetKind } from '../tree/script.ts';
import { ForeignStatementParser } from './foreignStatementParser.ts';
import type { Unlocated } from './targetParser.ts';

/** Statements about session variables, statements in texts, and widgets. */
export abstract class VariableParser extends ForeignStatementParser {
  /** Undefined, and nothing taken, where none of them begins here. */
  protected variableStatement(): Unlocated | undefined {
    const { key } = this.token;
    const next = this.peek(1).key;
    if (key === 'DECLARE') return this.declareVariable();
    if (key === 'SET' && (next === 'VAR' || next === 'VARIABLE' || next === '(')) return this.setVariable();
    if (key === 'DROP' && next === 'TEMPORARY' && this.peek(2).key === 'VARIABLE') return this.#drop();
    if (key === 'EXECUTE' && next === 'IMMEDIATE') return this.#executeImmediate();
    if (key === 'CREATE' && next === 'WIDGET') return this.#createWidget();
    if (key === 'REMOVE' && next === 'WIDGET') {
      this.expect('REMOVE', 'WIDGET');
      return { kind: 'removeWidget', name: this.name() };
    }
    return undefined;
  }

  /** `DECLARE [OR REPLACE] [VARIABLE] a, b [type] [DEFAULT e]`. */
  protected declareVariable(): Extract<Unlocated, { readonly kind: 'declareVariable' }> {
    const { start } = this.expect('DECLARE');
    const replace = this.accept('OR', 'REPLACE');
    if (this.peek(1).kind === 'word' || this.peek(1).kind === 'quoted') this.acceptAny('VARIABLE', 'VAR');
    const names = this.list(() => this.names());
    const typed = !this.atAny(['DEFAULT', '=', ';']) && !this.atEnd;
    const type = typed ? this.dataType() : undefined;
    const initial = this.acceptAny('DEFAULT', '=') === undefined ? undefined : this.expression();
    if (type === undefined && initial === undefined) throw new LakebookError('INVALID_SQL_SYNTAX.VARIABLE_TYPE_OR_DEFAULT_REQUIRED', {}, { span: spanOf(this.text, this.since(start)) });
    return { kind: 'declareVariable', replace, names, type, initial };
  }

  /** `SET VAR a = e, b = DEFAULT` or `SET VAR (a, b) = (query)`; inside of scripts without the word. */
  protected setVariable(): Unlocated {
    this.expect('SET');
    if (this.peek(1).key !== '=' && this.peek(1).key !== '.') this.acceptAny('VARIABLE', 'VAR');
    if (this.token.key === '(') {
      const targets = this.parenthesisedList(() => this.variableName());
      this.expect('=');
      return { kind: 'setVariablesFrom', targets, query: this.parenthesised(() => this.query()) };
    }
    return { kind: 'setVariables', assignments: this.list(() => this.#assignment()) };
  }

  #assignment(): VariableAssignment {
    const target = this.variableName();
    this.expect('=');
    return { target, value: this.defaultValue() ?? this.expression() };
  }

  protected variableName(): VariableName {
    const { start } = this.token;
    return { parts: this.names(), ...this.since(start) };
  }

  #drop(): Unlocated {
    this.expect('DROP', 'TEMPORARY', 'VARIABLE');
    const ifExists = this.accept('IF', 'EXISTS');
    return { kind: 'dropVariable', name: this.variableName(), ifExists };
  }

  #executeImmediate(): Unlocated {
    this.expect('EXECUTE', 'IMMEDIATE');
    const text = this.expression();
    const into = this.accept('INTO') ? this.list(() => this.variableName()) : [];
    if (!this.accept('USING')) return { kind: 'executeImmediate', text, into, using: [] };
    const enclosed = this.token.key === '(';
    const argument = () => ({ value: this.expression(), name: this.accept('AS') ? this.name() : this.atName() ? this.name() : undefined });
    const position = this.position;
    const listed = enclosed ? this.attempt(() => this.parenthesisedList(argument)) : undefined;
    if (listed !== undefined && (this.atEnd || this.token.key === ';')) return { kind: 'executeImmediate', text, into, using: listed };
    this.position = position;
    return { kind: 'executeImmediate', text, into, using: this.list(argument) };
  }

  #createWidget(): Unlocated {
    this.expect('CREATE', 'WIDGET');
    const widget = this.#widgetKind();
    const name = this.name();
    const initial = this.accept('DEFAULT') ? this.stringLiteral() : '';
    if (widget === 'text') return { kind: 'createWidget', widget, name, initial, choices: [] };
    this.expect('CHOICES');
    if (this.queryFollows(0)) return { kind: 'createWidget', widget, name, initial, choices: this.query() };
    const choices = this.token.key === '(' ? this.parenthesisedList(() => this.stringLiteral()) : this.list(() => this.stringLiteral());
    return { kind: 'createWidget', widget, name, initial, choices };
  }

  #widgetKind(): WidgetKind {
    switch (this.acceptAny('TEXT', 'DROPDOWN', 'COMBOBOX', 'MULTISELECT')) {
      case 'TEXT':
        return 'text';
      case 'DROPDOWN':
        return 'dropdown';
      case 'COMBOBOX':
        return 'combobox';
      case 'MULTISELECT':
        return 'multiselect';
      default:
        return this.fail();
    }
  }
}
