import type { editor } from 'monaco-editor/editor';
import { DisposableStore, type Disposable } from '../../kernel/base/disposable.ts';
import type { ErrorReport } from '../../kernel/base/errors.ts';
import { sqlDialect } from './languages.ts';
import { askerOf } from './modelOwners.ts';
import type { Monaco } from './monaco.ts';
import { rememberFixes } from './sqlQuickFixes.ts';
import type { HostClient } from '../client/client.ts';
import type { LanguageClient } from './sqlServices.ts';

const CHECK_DELAY_MS = 400;
/** Marks of what a statement is to blame for before it runs, and of what went wrong when it ran. */
const CHECK_OWNER = 'lakebook';
const RUN_OWNER = 'lakebook.run';

/** Squiggles under what a statement is to blame for, for every SQL model of the page. What ran, or came to be, may change that. */
export function watchErrors(monaco: Monaco, client: Pick<HostClient, 'request' | 'on'>): Disposable {
  const store = new DisposableStore();
  const schedules = new Set<() => void>();
  const watch = (model: editor.ITextModel): void => {
    if (sqlDialect(model.getLanguageId()) === undefined) return;
    const schedule = watchModel(monaco, client, model);
    schedules.add(schedule);
    model.onWillDispose(() => schedules.delete(schedule));
  };
  const scheduleAll = (): void => schedules.forEach((schedule) => schedule());
  for (const model of monaco.editor.getModels()) watch(model);
  store.add(monaco.editor.onDidCreateModel(watch));
  store.add(client.on('notebooks.cell', ({ state }) => state.run.kind === 'finished' && scheduleAll()));
  store.add(client.on('tables.changed', scheduleAll));
  return store;
}

/** Checks a text now, and when it changes. Answers what checks it again. */
function watchModel(monaco: Monaco, client: LanguageClient, model: editor.ITextModel): () => void {
  let abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const check = async (): Promise<void> => {
    abort = new AbortController();
    const { signal } = abort;
    const dialect = sqlDialect(model.getLanguageId());
    const text = model.getValue();
    const unread = dialect === undefined || text.trim() === '';
    const errors = unread ? [] : await client.request('language.check', { dialect, text, ...askerOf(model) }, signal).then((answer) => answer.errors, () => undefined);
    if (errors === undefined || signal.aborted || model.isDisposed()) return;
    rememberFixes(model, errors);
    monaco.editor.setModelMarkers(model, CHECK_OWNER, errors.flatMap((error) => marker(monaco, model, error, 0)));
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
  return schedule;
}

/** An error of a run, with the text that ran. */
export interface RunError {
  readonly error: ErrorReport;
  readonly source: string;
}

// An error that was edited away does not come back with the cell.
const dismissed = new WeakSet<ErrorReport>();

/** Marks the expressions that failed when the text ran, until the text is edited. */
export function markRunErrors(monaco: Monaco, model: editor.ITextModel, errors: readonly RunError[]): Disposable {
  const store = new DisposableStore();
  const shown = errors.filter(({ error }) => !dismissed.has(error));
  const text = model.getValue();
  const marked = monaco.editor.getModelMarkers({ resource: model.uri, owner: CHECK_OWNER });
  const markers = shown.flatMap(({ error, source }) => {
    const shift = text.indexOf(source);
    const marks = shift < 0 ? [] : marker(monaco, model, error, shift);
    return marks.filter((mark) => !marked.some((known) => known.code === mark.code && known.startLineNumber === mark.startLineNumber && known.startColumn === mark.startColumn));
  });
  monaco.editor.setModelMarkers(model, RUN_OWNER, markers);
  const clear = (): void => {
    if (!model.isDisposed()) monaco.editor.setModelMarkers(model, RUN_OWNER, []);
  };
  store.add(
    model.onDidChangeContent(() => {
      for (const { error } of shown) dismissed.add(error);
      clear();
    }),
  );
  store.add({ dispose: clear });
  return store;
}

function marker(monaco: Monaco, model: editor.ITextModel, error: ErrorReport, shift: number): editor.IMarkerData[] {
  if (error.span === undefined) return [];
  const start = model.getPositionAt(shift + error.span.start);
  const end = model.getPositionAt(shift + Math.max(error.span.end, error.span.start + 1));
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
