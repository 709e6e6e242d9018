// The one module that loads Monaco (about a megabyte): everybody else imports its types and awaits `loadMonaco`.
import * as monaco from 'monaco-editor/editor';
import 'monaco-editor/features/register.all';
import 'monaco-editor/editor/contrib/semanticTokens/browser/documentSemanticTokens'; // register.all leaves it out
import 'monaco-editor/languages/definitions/python/register';
import 'monaco-editor/languages/definitions/markdown/register';
import 'monaco-editor/languages/definitions/typescript/register';
import 'monaco-editor/languages/definitions/javascript/register';
import 'monaco-editor/languages/definitions/scala/register';
import 'monaco-editor/languages/definitions/r/register';
import 'monaco-editor/languages/definitions/shell/register';
import 'monaco-editor/languages/definitions/yaml/register';
import 'monaco-editor/languages/definitions/xml/register';
import 'monaco-editor/languages/definitions/html/register';
import 'monaco-editor/languages/definitions/css/register';
import 'monaco-editor/languages/definitions/java/register';
import 'monaco-editor/languages/definitions/ini/register';
// eslint-disable-next-line import/default -- vite makes this module, with the worker's class as its default
import EditorWorker from 'monaco-editor/editor/editor.worker?worker';
import { JSON_CONFIGURATION, JSON_TOKENS } from './jsonTokens.ts';
import { rememberFocusedEditor } from './editorActions.ts';
import { DUCKDB_SQL, SPARK_SQL } from './languages.ts';
import { SQL_CONFIGURATION, SQL_TOKENS } from './sqlTokens.ts';
import { buildMonacoTheme, CODE_PALETTES, monacoThemeName, type ThemeName } from './themes.ts';
import { redoIn, undoIn } from './undoRouting.ts';

export type Monaco = typeof monaco;

/** Monaco with our themes, languages and undo. Call it once. */
export function setUpMonaco(): Monaco {
  self.MonacoEnvironment = { getWorker: () => new EditorWorker() };
  for (const [theme, palette] of Object.entries(CODE_PALETTES)) monaco.editor.defineTheme(monacoThemeName(theme as ThemeName), buildMonacoTheme(palette));
  for (const id of [SPARK_SQL, DUCKDB_SQL]) addLanguage(id, SQL_TOKENS, SQL_CONFIGURATION);
  addLanguage('json', JSON_TOKENS, JSON_CONFIGURATION); // Monaco's own JSON mode brings a worker for what only has to be coloured here
  rememberFocusedEditor(monaco);
  // The newest registration of a command wins: undo of a bound model goes to its document's history.
  monaco.editor.addCommand({ id: 'undo', run: () => undoIn(focusedModel()) });
  monaco.editor.addCommand({ id: 'redo', run: () => redoIn(focusedModel()) });
  // Monaco's own key for this differs between systems
  monaco.editor.addKeybindingRule({ keybinding: monaco.KeyMod.Shift | monaco.KeyMod.Alt | monaco.KeyCode.KeyF, command: 'editor.action.formatDocument', when: 'editorTextFocus && !editorReadonly && editorHasDocumentFormattingProvider' });
  return monaco;
}

function addLanguage(id: string, tokens: monaco.languages.IMonarchLanguage, configuration: monaco.languages.LanguageConfiguration): void {
  monaco.languages.register({ id });
  monaco.languages.setMonarchTokensProvider(id, tokens);
  monaco.languages.setLanguageConfiguration(id, configuration);
}

function focusedModel(): monaco.editor.ITextModel | null | undefined {
  return monaco.editor.getEditors().find((editor) => editor.hasTextFocus())?.getModel();
}
