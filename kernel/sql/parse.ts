import { LakebookError } from '../base/errors.ts';
import { StatementParser } from './parser/statementParser.ts';
import { TypeParser } from './parser/typeParser.ts';
import type { Located } from './tree/expressions.ts';
import type { Statement } from './tree/statements.ts';
import type { DataType } from './types/dataType.ts';

/** A statement of a script with its place and text in it (the `;` left out). Spans inside are offsets of the script. */
export interface ParsedStatement extends Located {
  readonly text: string;
  readonly statement: Statement;
}
export type ScriptPart =
  | (ParsedStatement & { readonly kind: 'statement' })
  | (Located & { readonly kind: 'error'; readonly text: string; readonly error: LakebookError });
export interface ParsedScript {
  /** Statements and broken ones, in the order of the text. */
  readonly parts: readonly ScriptPart[];
  readonly statements: readonly ParsedStatement[];
  readonly errors: readonly LakebookError[];
}

/**
 * Parses every statement of a cell or script. After an error it goes on behind the next `;`, so that one broken
 * statement hides none of the others. Empty statements are left out. Never throws.
 */
export function parseScript(text: string): ParsedScript {
  const parser = new ScriptParser(text);
  const parts = parser.script();
  return {
    parts,
    statements: parts.flatMap((part) => (part.kind === 'statement' ? [part] : [])),
    errors: parts.flatMap((part) => (part.kind === 'error' ? [part.error] : [])),
  };
}

/**
 * Parses a text that must be one statement.
 * @throws LakebookError PARSE_SYNTAX_ERROR with the span, and what could have stood there as suggestions
 */
export function parseStatement(text: string): Statement {
  return guardDepth(() => new StatementParser(text).single());
}

/**
 * The type of a DDL schema text: `a INT, b STRING` (a struct) or `ARRAY<INT>`.
 * @throws LakebookError PARSE_SYNTAX_ERROR
 */
export function parseSchemaText(text: string): DataType {
  return guardDepth(() => new TypeParser(text).schemaText());
}

class ScriptParser extends StatementParser {
  script(): ScriptPart[] {
    const parts: ScriptPart[] = [];
    for (;;) {
      while (this.token.key === ';') this.take();
      if (this.atEnd) return parts;
      parts.push(this.#part());
    }
  }

  #part(): ScriptPart {
    const { start } = this.token;
    try {
      const statement = guardDepth(() => this.statement());
      const { end } = this.since(start);
      return { kind: 'statement', statement, text: this.text.slice(start, end), start, end };
    } catch (error) {
      if (!(error instanceof LakebookError)) throw error;
      this.#recover();
      const end = Math.max(start + 1, this.since(start).end);
      return { kind: 'error', error, text: this.text.slice(start, end), start, end };
    }
  }

  /** Goes to the next `;`; text without one is lost to the end. */
  #recover(): void {
    while (this.token.kind !== 'end' && this.token.key !== ';') this.position++;
  }
}

/** Text that nests deeper than the machine's stack is refused like any other that cannot be read. */
function guardDepth<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RangeError) throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'The statement', reason: 'it nests too deep' }, { cause: error });
    throw error;
  }
}
