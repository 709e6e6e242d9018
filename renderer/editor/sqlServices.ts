import type { editor, languages } from 'monaco-editor/editor';
import { DisposableStore, type Disposable } from '../../kernel/base/disposable.ts';
import type { ErrorReport } from '../../kernel/base/errors.ts';
import type { Dialect } from '../../kernel/rpc/executions.ts';
import type { Completion } from '../../kernel/rpc/language.ts';
import { DUCKDB_SQL, SPARK_SQL, sqlDialect } from './languages.ts';
import type { Monaco } from './monaco.ts';

/** What the kernel's parser and resolver know about a text. */
export interface SqlServices {
  complete(dialect: Dialect, text: string, offset: number, signal: AbortSignal): Promise<{ readonly from: number; readonly items: readonly Completion[]; readonly incomplete: boolean }>;
  check(dialect: Dialect, text: string, signal: AbortSignal): Promise<readonly ErrorReport[]>;
}

const CHECK_DELAY_MS = 400;
const MARKER_OWNER = 'lakebook';

/** Completion and squiggles for every SQL model of the page, cells and files alike. */
export function registerSqlServices(monaco: Monaco, services: SqlServices): Disposable {
  const store = new DisposableStore();
  store.add(monaco.languages.registerCompletionItemProvider([SPARK_SQL, DUCKDB_SQL], { triggerCharacters: ['.', '`'], provideCompletionItems: completer(monaco, services) }));
  const watch = (model: editor.ITextModel): void => {
    if (sqlDialect(model.getLanguageId()) !== undefined) watchErrors(monaco, services, model);
  };
  for (const model of monaco.editor.getModels()) watch(model);
  store.add(monaco.editor.onDidCreateModel(watch));
  return store;
}

function completer(monaco: Monaco, services: SqlServices): languages.CompletionItemProvider['provideCompletionItems'] {
  return async (model, position, _context, token) => {
    const dialect = sqlDialect(model.getLanguageId());
    if (dialect === undefined) return null;
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    const offset = model.getOffsetAt(position);
    const answer = await services.complete(dialect, model.getValue(), offset, abort.signal).catch(() => undefined);
    if (answer === undefined || token.isCancellationRequested) return null;
    const range = monaco.Range.fromPositions(model.getPositionAt(answer.from), position);
    return { suggestions: answer.items.map((item, index) => suggestion(monaco, item, range, index)), incomplete: answer.incomplete };
  };
}

function suggestion(monaco: Monaco, item: Completion, range: languages.CompletionItem['range'], index: number): languages.CompletionItem {
  const { CompletionItemKind } = monaco.languages;
  const kinds: Readonly<Record<Completion['kind'], languages.CompletionItemKind>> = {
    keyword: CompletionItemKind.Keyword,
    table: CompletionItemKind.Struct,
    schema: CompletionItemKind.Module,
    column: CompletionItemKind.Field,
    function: CompletionItemKind.Function,
    snippet: CompletionItemKind.Snippet,
  };
  return {
    label: item.detail === undefined ? item.label : { label: item.label, description: item.detail },
    kind: kinds[item.kind],
    insertText: item.insert ?? item.label,
    range,
    sortText: String(index).padStart(6, '0'), // the kernel's order is by relevance
    ...(item.kind === 'snippet' ? { insertTextRules: monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet } : {}),
  };
}

function watchErrors(monaco: Monaco, services: SqlServices, model: editor.ITextModel): void {
  let abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const check = async (): Promise<void> => {
    abort = new AbortController();
    const { signal } = abort;
    const dialect = sqlDialect(model.getLanguageId());
    const text = model.getValue();
    const errors = dialect === undefined || text.trim() === '' ? [] : await services.check(dialect, text, signal).catch(() => []);
    if (!signal.aborted && !model.isDisposed()) monaco.editor.setModelMarkers(model, MARKER_OWNER, errors.flatMap((error) => marker(monaco, model, error)));
  };
  const schedule = (): void => {
    clearTimeout(timer);
    abort.abort();
    timer = setTimeout(() => void check(), CHECK_DELAY_MS);
  };
  schedule();
  const changed = model.onDidChangeContent(schedule);
  model.onWillDispose(() => {
    clearTimeout(timer);
    abort.abort();
    changed.dispose();
  });
}

function marker(monaco: Monaco, model: editor.ITextModel, error: ErrorReport): editor.IMarkerData[] {
  if (error.span === undefined) return [];
  const start = model.getPositionAt(error.span.start);
  const end = model.getPositionAt(Math.max(error.span.end, error.span.start + 1));
  return [
    {
      severity: monaco.MarkerSeverity.Error,
      code: error.code,
      message: error.message,
      startLineNumber: start.lineNumber,
      startColumn: start.column,
      endLineNumber: end.lineNumber,
      endColumn: end.column,
    },
  ];
}
