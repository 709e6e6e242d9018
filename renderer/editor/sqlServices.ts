import type { CancellationToken } from 'monaco-editor/editor';
import type { editor, IPosition, IRange, languages } from 'monaco-editor/editor';
import { DisposableStore, type Disposable } from '../../kernel/base/disposable.ts';
import type { HostClient } from '../client/client.ts';
import { SPARK_SQL } from './languages.ts';
import { askerOf } from './modelOwners.ts';
import type { Monaco } from './monaco.ts';
import { completionProvider } from './sqlCompletion.ts';
import { watchErrors } from './sqlErrors.ts';
import { quickFixProvider } from './sqlQuickFixes.ts';

export type LanguageClient = Pick<HostClient, 'request'>;

/** What the kernel's parser and resolver know, for every SQL model of the page: cells and files alike. */
export function registerSqlServices(monaco: Monaco, client: Pick<HostClient, 'request' | 'on'>): Disposable {
  const store = new DisposableStore();
  const { languages: registry } = monaco;
  store.add(registry.registerCompletionItemProvider(...completionProvider(monaco, client)));
  store.add(registry.registerHoverProvider(SPARK_SQL, hoverProvider(monaco, client)));
  store.add(registry.registerSignatureHelpProvider(SPARK_SQL, signatureProvider(client)));
  store.add(registry.registerDefinitionProvider(SPARK_SQL, definitionProvider(monaco, client)));
  const references = referencesProvider(monaco, client);
  store.add(registry.registerReferenceProvider(SPARK_SQL, { provideReferences: references }));
  store.add(registry.registerDocumentHighlightProvider(SPARK_SQL, { provideDocumentHighlights: async (model, position, token) => (await references(model, position, undefined, token)).map(({ range }) => ({ range })) }));
  store.add(registry.registerRenameProvider(SPARK_SQL, renameProvider(monaco, client)));
  store.add(registry.registerDocumentSemanticTokensProvider(SPARK_SQL, semanticTokensProvider(client)));
  store.add(registry.registerDocumentFormattingEditProvider(SPARK_SQL, formattingProvider(client)));
  store.add(registry.registerCodeActionProvider(SPARK_SQL, quickFixProvider(), { providedCodeActionKinds: ['quickfix'] }));
  store.add(watchErrors(monaco, client));
  return store;
}

/** The place that a question is about, with a signal that ends with the editor's interest. */
function question(model: editor.ITextModel, position: IPosition, token: CancellationToken): { readonly place: { readonly text: string; readonly offset: number; readonly notebookId?: string }; readonly signal: AbortSignal } {
  return { place: { text: model.getValue(), offset: model.getOffsetAt(position), ...askerOf(model) }, signal: signalOf(token) };
}

function signalOf(token: CancellationToken): AbortSignal {
  const abort = new AbortController();
  token.onCancellationRequested(() => abort.abort());
  return abort.signal;
}

function rangeOf(monaco: Monaco, model: editor.ITextModel, { start, end }: { readonly start: number; readonly end: number }): IRange {
  return monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(end));
}

function hoverProvider(monaco: Monaco, client: LanguageClient): languages.HoverProvider {
  return {
    provideHover: async (model, position, token) => {
      const { place, signal } = question(model, position, token);
      const { hover } = await client.request('language.hover', place, signal).catch(() => ({ hover: undefined }));
      return hover === undefined ? null : { range: rangeOf(monaco, model, hover), contents: [{ value: hover.contents, isTrusted: false, supportHtml: false }] };
    },
  };
}

function signatureProvider(client: LanguageClient): languages.SignatureHelpProvider {
  return {
    signatureHelpTriggerCharacters: ['(', ','],
    signatureHelpRetriggerCharacters: [')'],
    provideSignatureHelp: async (model, position, token) => {
      const { place, signal } = question(model, position, token);
      const { help } = await client.request('language.signature', place, signal).catch(() => ({ help: undefined }));
      if (help === undefined) return null;
      const signatures = help.signatures.map(({ label, parameters, documentation }) => ({ label, documentation: { value: documentation }, parameters: parameters.map(({ start, end }) => ({ label: [start, end] as [number, number] })) }));
      return { value: { signatures, activeSignature: help.active, activeParameter: help.activeParameter }, dispose: () => undefined };
    },
  };
}

function definitionProvider(monaco: Monaco, client: LanguageClient): languages.DefinitionProvider {
  return {
    provideDefinition: async (model, position, token) => {
      const { place, signal } = question(model, position, token);
      const { definition } = await client.request('language.definition', place, signal).catch(() => ({ definition: undefined }));
      return definition === undefined ? null : { uri: model.uri, range: rangeOf(monaco, model, definition) };
    },
  };
}

function referencesProvider(monaco: Monaco, client: LanguageClient): (model: editor.ITextModel, position: IPosition, context: unknown, token: CancellationToken) => Promise<languages.Location[]> {
  return async (model, position, _context, token) => {
    const { place, signal } = question(model, position, token);
    const { references } = await client.request('language.references', place, signal).catch(() => ({ references: [] }));
    return references.map((reference) => ({ uri: model.uri, range: rangeOf(monaco, model, reference) }));
  };
}

function renameProvider(monaco: Monaco, client: LanguageClient): languages.RenameProvider {
  return {
    resolveRenameLocation: async (model, position, token) => {
      const { place, signal } = question(model, position, token);
      const target = await client.request('language.renameRange', place, signal);
      const nothing = rangeOf(monaco, model, { start: place.offset, end: place.offset });
      return target.kind === 'refused' ? { range: nothing, text: '', rejectReason: target.reason } : { range: rangeOf(monaco, model, target), text: target.name };
    },
    provideRenameEdits: async (model, position, newName, token) => {
      const { place, signal } = question(model, position, token);
      const renaming = await client.request('language.rename', { ...place, newName }, signal);
      if (renaming.kind === 'refused') return { edits: [], rejectReason: renaming.reason };
      return { edits: renaming.edits.map((edit) => ({ resource: model.uri, versionId: undefined, textEdit: { range: rangeOf(monaco, model, edit), text: edit.text } })) };
    },
  };
}

function formattingProvider(client: LanguageClient): languages.DocumentFormattingEditProvider {
  return {
    displayName: 'Lakebook SQL',
    provideDocumentFormattingEdits: async (model, _options, token) => {
      const { text } = await client.request('language.format', { text: model.getValue() }, signalOf(token));
      return model.isDisposed() || text === model.getValue() ? [] : [{ range: model.getFullModelRange(), text }];
    },
  };
}

/** Names of the theme's rules. */
const TOKEN_TYPES = ['table', 'column', 'function', 'alias', 'variable', 'parameter', 'field'] as const;

function semanticTokensProvider(client: LanguageClient): languages.DocumentSemanticTokensProvider {
  return {
    getLegend: () => ({ tokenTypes: [...TOKEN_TYPES], tokenModifiers: ['declaration'] }),
    provideDocumentSemanticTokens: async (model, _last, token) => {
      const { tokens } = await client.request('language.tokens', { text: model.getValue(), ...askerOf(model) }, signalOf(token));
      return model.isDisposed() ? null : { data: encodeTokens(model, tokens) };
    },
    releaseDocumentSemanticTokens: () => undefined,
  };
}

/** Five numbers a token: lines and columns counted from the token before, length, type, modifiers. */
function encodeTokens(model: editor.ITextModel, tokens: readonly { readonly start: number; readonly end: number; readonly kind: (typeof TOKEN_TYPES)[number]; readonly definition: boolean }[]): Uint32Array {
  const data: number[] = [];
  let [line, column] = [1, 1];
  for (const { start, end, kind, definition } of tokens) {
    const place = model.getPositionAt(start);
    const sameLine = place.lineNumber === line;
    data.push(place.lineNumber - line, sameLine ? place.column - column : place.column - 1, end - start, TOKEN_TYPES.indexOf(kind), definition ? 1 : 0);
    [line, column] = [place.lineNumber, place.column];
  }
  return new Uint32Array(data);
}
