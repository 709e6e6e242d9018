import type { languages } from 'monaco-editor/editor';
import type { Completion } from '../../kernel/rpc/language.ts';
import { DUCKDB_SQL, SPARK_SQL, sqlDialect } from './languages.ts';
import { askerOf } from './modelOwners.ts';
import type { Monaco } from './monaco.ts';
import type { LanguageClient } from './sqlServices.ts';

/** Completion for both dialects. */
export function completionProvider(monaco: Monaco, client: LanguageClient): [string[], languages.CompletionItemProvider] {
  const provideCompletionItems: languages.CompletionItemProvider['provideCompletionItems'] = async (model, position, context, token) => {
    const dialect = sqlDialect(model.getLanguageId());
    // `>` is an operator as well: only behind a pipe does something begin.
    if (dialect === undefined || (context.triggerCharacter === '>' && !model.getLineContent(position.lineNumber).slice(0, position.column - 1).endsWith('|>'))) return null;
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    const request = { dialect, text: model.getValue(), offset: model.getOffsetAt(position), ...askerOf(model) };
    const answer = await client.request('language.complete', request, abort.signal).catch(() => undefined);
    if (answer === undefined || token.isCancellationRequested || model.isDisposed()) return null;
    const range = monaco.Range.fromPositions(model.getPositionAt(answer.from), position);
    const typed = model.getValueInRange(range);
    return { suggestions: answer.items.map((item, index) => suggestion(monaco, item, range, typed, index)), incomplete: answer.incomplete };
  };
  return [[SPARK_SQL, DUCKDB_SQL], { triggerCharacters: ['.', '`', ':', '>'], provideCompletionItems }];
}

function suggestion(monaco: Monaco, item: Completion, range: languages.CompletionItem['range'], typed: string, index: number): languages.CompletionItem {
  const { CompletionItemKind, CompletionItemInsertTextRule } = monaco.languages;
  const kinds: Readonly<Record<Completion['kind'], languages.CompletionItemKind>> = {
    keyword: CompletionItemKind.Keyword,
    table: CompletionItemKind.Struct,
    schema: CompletionItemKind.Module,
    column: CompletionItemKind.Field,
    field: CompletionItemKind.Property,
    alias: CompletionItemKind.Variable,
    variable: CompletionItemKind.Variable,
    parameter: CompletionItemKind.TypeParameter,
    function: CompletionItemKind.Function,
    snippet: CompletionItemKind.Snippet,
  };
  const snippet = item.snippet === true;
  return {
    label: item.detail === undefined ? item.label : { label: item.label, description: item.detail },
    kind: kinds[item.kind],
    insertText: item.insertText,
    range,
    sortText: String(index).padStart(6, '0'), // the kernel's order is by relevance
    filterText: filterText(item.label, typed),
    ...(item.documentation === undefined ? {} : { documentation: { value: item.documentation, isTrusted: false, supportHtml: false } }),
    ...(snippet ? { insertTextRules: CompletionItemInsertTextRule.InsertAsSnippet } : {}),
    ...(snippet && item.kind === 'function' ? { command: { id: 'editor.action.triggerParameterHints', title: 'Show the parameters' } } : {}),
  };
}

/** What the typed word is compared with: of `sales.orders` the part that is being typed. */
function filterText(label: string, typed: string): string {
  const word = typed.replace(/^`/, '').toLowerCase();
  const part = label.split('.').find((each) => each.toLowerCase().startsWith(word)) ?? label;
  return typed.startsWith('`') ? `\`${part}` : part;
}
