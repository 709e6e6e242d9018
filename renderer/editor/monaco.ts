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
import EditorWorker from 'monaco-editor/editor/editor.worker?worker';
import { JSON_CONFIGURATION, JSON_TOKENS } from './jsonTokens.ts';
import { DUCKDB_SQL, SPARK_SQL } from './languages.ts';
import { SQL_CONFIGURATION, SQL_TOKENS } from './sqlTokens.ts';
import { buildMonacoTheme, CODE_PALETTES, monacoThemeName, type ThemeName } from './themes.ts';
import { redoIn, undoIn } from './undoRouting.ts';

export { monaco };

self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

for (const [theme, palette] of Object.entries(CODE_PALETTES)) monaco.editor.defineTheme(monacoThemeName(theme as ThemeName), buildMonacoTheme(palette));

for (const id of [SPARK_SQL, DUCKDB_SQL]) {
  monaco.languages.register({ id, extensions: id === SPARK_SQL ? ['.sql'] : [] });
  monaco.languages.setMonarchTokensProvider(id, SQL_TOKENS);
  monaco.languages.setLanguageConfiguration(id, SQL_CONFIGURATION);
}
// Monaco's own JSON mode brings a worker of its own for what only has to be coloured here.
monaco.languages.register({ id: 'json' });
monaco.languages.setMonarchTokensProvider('json', JSON_TOKENS);
monaco.languages.setLanguageConfiguration('json', JSON_CONFIGURATION);

// The newest registration of a command wins: undo of a bound model goes to its document's history.
monaco.editor.addCommand({ id: 'undo', run: () => focusedEditor() && undoIn(focusedEditor()?.getModel()) });
monaco.editor.addCommand({ id: 'redo', run: () => focusedEditor() && redoIn(focusedEditor()?.getModel()) });

function focusedEditor(): monaco.editor.ICodeEditor | undefined {
  return monaco.editor.getEditors().find((editor) => editor.hasTextFocus());
}
