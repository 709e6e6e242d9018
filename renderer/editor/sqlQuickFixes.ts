import type { editor, languages } from 'monaco-editor/editor';
import type { ErrorReport } from '../../kernel/base/errors.ts';

// Monaco's markers carry no data of ours, so the errors behind a model's marks are kept here.
const errorsOf = new WeakMap<editor.ITextModel, readonly ErrorReport[]>();

export function rememberFixes(model: editor.ITextModel, errors: readonly ErrorReport[]): void {
  errorsOf.set(model, errors);
}

/** Offers near names for names that are not there. */
export function quickFixProvider(): languages.CodeActionProvider {
  return {
    provideCodeActions: (model, range) => {
      const from = model.getOffsetAt({ lineNumber: range.startLineNumber, column: range.startColumn });
      const to = model.getOffsetAt({ lineNumber: range.endLineNumber, column: range.endColumn });
      const errors = (errorsOf.get(model) ?? []).filter(({ span }) => span !== undefined && span.start <= to && from <= span.end);
      return { actions: errors.flatMap((error) => fixes(model, error)), dispose: () => undefined };
    },
  };
}

function fixes(model: editor.ITextModel, { code, span, suggestions = [] }: ErrorReport): languages.CodeAction[] {
  // What a syntax error suggests is what could stand there, and mostly nothing that was meant.
  if (span === undefined || code.startsWith('PARSE_SYNTAX_ERROR')) return [];
  const start = model.getPositionAt(span.start);
  const end = model.getPositionAt(span.end);
  const range = { startLineNumber: start.lineNumber, startColumn: start.column, endLineNumber: end.lineNumber, endColumn: end.column };
  return suggestions.map((suggestion, index) => {
    const text = nameText(suggestion);
    return {
      title: `Replace by ${text}`,
      kind: 'quickfix',
      isPreferred: index === 0,
      edit: { edits: [{ resource: model.uri, versionId: undefined, textEdit: { range, text } }] },
    };
  });
}

/** A suggested name as a statement writes it. */
function nameText(name: string): string {
  if (name.includes('`')) return name;
  return name.split('.').map((part) => (/^[A-Za-z_]\w*$/.test(part) ? part : `\`${part}\``)).join('.');
}
