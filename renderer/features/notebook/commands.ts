import type { Command } from '../../state/contribution.ts';
import { createHandleKey } from '../../state/editorHandles.ts';
import type { Services } from '../../state/services.ts';
import type { NotebookController } from './session/notebookController.ts';

/** Where a key counts: on cells as a whole, inside a cell's text, or in both. */
export type KeyMode = 'command' | 'edit' | 'both';

export type CommandGroup = 'Run' | 'Cells' | 'Selection' | 'View' | 'File';

export interface NotebookCommand {
  readonly id: `notebook.${string}`;
  readonly title: string;
  readonly group: CommandGroup;
  readonly keys: readonly { readonly text: string; readonly mode: KeyMode }[];
  readonly run: (notebook: NotebookController) => unknown;
  /** Not worth a line in the palette: only its keys are of use. */
  readonly keysOnly?: true;
}

/** Every command of a notebook, with Jupyter's keys. The palette, the help and the keyboard read this one table. */
export const NOTEBOOK_COMMANDS: readonly NotebookCommand[] = [
  command('run', 'Run selected cells', 'Run', ['both Ctrl+Enter', 'both Mod+Enter'], (notebook) => notebook.run()),
  command('runAndAdvance', 'Run and go to the next cell', 'Run', ['both Shift+Enter'], (notebook) => notebook.runAndAdvance()),
  command('runAndInsert', 'Run and insert a cell below', 'Run', ['both Alt+Enter'], (notebook) => notebook.runAndInsert()),
  command('runAll', 'Run all cells', 'Run', [], (notebook) => notebook.runAll()),
  command('runAbove', 'Run all cells above', 'Run', [], (notebook) => notebook.runAbove()),
  command('runBelow', 'Run this cell and all below', 'Run', [], (notebook) => notebook.runBelow()),
  command('interrupt', 'Interrupt', 'Run', ['command I I'], (notebook) => notebook.session.interrupt()),
  command('restart', 'Restart the kernel', 'Run', ['command 0 0'], (notebook) => notebook.surface.restartKernel()),
  command('restartAndRunAll', 'Restart the kernel and run all cells', 'Run', [], async (notebook) => {
    await notebook.surface.restartKernel();
    await notebook.runAll();
  }),
  command('restartAndRunAbove', 'Restart the kernel and run all cells above', 'Run', [], async (notebook) => {
    await notebook.surface.restartKernel();
    await notebook.runAbove();
  }),

  command('insertAbove', 'Insert cell above', 'Cells', ['command A'], (notebook) => notebook.insert('above')),
  command('insertBelow', 'Insert cell below', 'Cells', ['command B'], (notebook) => notebook.insert('below')),
  command('delete', 'Delete selected cells', 'Cells', ['command D D'], (notebook) => notebook.delete()),
  command('cut', 'Cut cells', 'Cells', ['command X'], (notebook) => writeClipboard(notebook.cut())),
  command('copy', 'Copy cells', 'Cells', ['command C'], (notebook) => writeClipboard(notebook.copy())),
  command('pasteBelow', 'Paste cells below', 'Cells', ['command V'], (notebook) => notebook.paste('below')),
  command('pasteAbove', 'Paste cells above', 'Cells', ['command Shift+V'], (notebook) => notebook.paste('above')),
  command('undo', 'Undo', 'Cells', ['command Z', 'command Mod+Z'], (notebook) => notebook.undo()),
  command('redo', 'Redo', 'Cells', ['command Shift+Z', 'command Mod+Shift+Z', 'command Ctrl+Y'], (notebook) => notebook.redo()),
  command('moveUp', 'Move cells up', 'Cells', ['both Ctrl+Shift+ArrowUp', 'command Alt+ArrowUp'], (notebook) => notebook.move('up')),
  command('moveDown', 'Move cells down', 'Cells', ['both Ctrl+Shift+ArrowDown', 'command Alt+ArrowDown'], (notebook) => notebook.move('down')),
  command('split', 'Split cell at the cursor', 'Cells', ['edit Ctrl+Shift+-'], (notebook) => notebook.split()),
  command('merge', 'Merge selected cells, or with the cell below', 'Cells', ['command Shift+M'], (notebook) => notebook.merge()),
  command('toCode', 'Change to code', 'Cells', ['command Y'], (notebook) => notebook.toCode()),
  command('toMarkdown', 'Change to Markdown', 'Cells', ['command M'], (notebook) => notebook.setKind({ type: 'markdown', language: 'markdown' })),
  command('toRaw', 'Change to raw', 'Cells', ['command R'], (notebook) => notebook.setKind({ type: 'raw', language: 'raw' })),
  ...[1, 2, 3, 4, 5, 6].map((level) => ({ ...command(`heading${level}`, `Change to heading ${level}`, 'Cells', [`command ${level}`], (notebook) => notebook.setHeading(level)), keysOnly: true as const })),

  command('edit', 'Edit the cell', 'Selection', ['command Enter'], (notebook) => notebook.edit()),
  command('leave', 'Leave the cell’s text', 'Selection', ['edit Ctrl+M'], (notebook) => notebook.leaveEditing()),
  keys('selectAbove', 'Select the cell above', ['command ArrowUp', 'command K'], (notebook) => notebook.step('up')),
  keys('selectBelow', 'Select the cell below', ['command ArrowDown', 'command J'], (notebook) => notebook.step('down')),
  keys('extendAbove', 'Extend the selection up', ['command Shift+ArrowUp', 'command Shift+K'], (notebook) => notebook.step('up', true)),
  keys('extendBelow', 'Extend the selection down', ['command Shift+ArrowDown', 'command Shift+J'], (notebook) => notebook.step('down', true)),
  keys('selectFirst', 'Go to the first cell', ['command Home', 'command Mod+ArrowUp', 'command Mod+Home'], (notebook) => notebook.step('first')),
  keys('selectLast', 'Go to the last cell', ['command End', 'command Mod+ArrowDown', 'command Mod+End'], (notebook) => notebook.step('last')),
  keys('extendFirst', 'Extend the selection to the first cell', ['command Shift+Home'], (notebook) => notebook.step('first', true)),
  keys('extendLast', 'Extend the selection to the last cell', ['command Shift+End'], (notebook) => notebook.step('last', true)),
  command('selectAll', 'Select all cells', 'Selection', ['command Mod+A'], (notebook) => notebook.selectAll()),

  command('toggleOutputs', 'Collapse or show outputs', 'View', ['command O'], (notebook) => notebook.toggleOutputs()),
  command('toggleAllOutputs', 'Collapse or show all outputs', 'View', ['command Shift+O'], (notebook) => notebook.toggleOutputs(notebook.session.order)),
  command('clearOutputs', 'Clear outputs', 'View', [], (notebook) => notebook.session.clearOutputs(notebook.selectedIds)),
  command('clearAllOutputs', 'Clear all outputs', 'View', [], (notebook) => notebook.session.clearOutputs(notebook.session.order)),
  command('toggleLineNumbers', 'Show or hide line numbers', 'View', ['command L', 'command Shift+L'], (notebook) => notebook.toggleLineNumbers()),
  command('toggleTabFocus', 'Tab key moves the focus, or indents', 'View', [], (notebook) => notebook.surface.editor?.toggleTabFocus()),
  command('showKeys', 'Keyboard shortcuts of notebooks', 'View', ['command H'], (notebook) => notebook.surface.showKeys()),
  command('save', 'Save now', 'File', ['both Mod+S', 'command S'], (notebook) => notebook.session.save()),
];

function command(name: string, title: string, group: CommandGroup, keyTexts: readonly string[], run: NotebookCommand['run']): NotebookCommand {
  const parsed = keyTexts.map((entry) => ({ mode: entry.slice(0, entry.indexOf(' ')) as KeyMode, text: entry.slice(entry.indexOf(' ') + 1) }));
  return { id: `notebook.${name}`, title, group, keys: parsed, run };
}

function keys(name: string, title: string, keyTexts: readonly string[], run: NotebookCommand['run']): NotebookCommand {
  return { ...command(name, title, 'Selection', keyTexts, run), keysOnly: true };
}

/** The controllers of open notebooks, for commands. */
export const NOTEBOOK_HANDLE = createHandleKey<NotebookController>('notebook');

/** The table as the workbench takes it: one entry per mode, since a command has one `when`; further modes are keys only. */
export function workbenchCommands(): Command[] {
  return NOTEBOOK_COMMANDS.flatMap((notebookCommand) => {
    const modes = [...new Set(notebookCommand.keys.map(({ mode }) => mode))];
    const [main = 'anywhere', ...others] = modes;
    const run = (services: Services): Promise<void> => runIn(services, notebookCommand);
    const entry = (mode: KeyMode | 'anywhere'): Command => ({
      id: notebookCommand.id,
      title: notebookCommand.title,
      category: 'Notebook',
      keys: notebookCommand.keys.filter((key) => key.mode === mode).map(({ text }) => text),
      when: WHEN[mode],
      ...(notebookCommand.keysOnly === true ? { hidden: true } : {}),
      run,
    });
    return [entry(main), ...others.map((mode) => ({ ...entry(mode), id: `${notebookCommand.id}.${mode}`, hidden: true }))];
  });
}

/** From the palette the focus is elsewhere, so what has no key works whenever a notebook is in front. */
const WHEN: Readonly<Record<KeyMode | 'anywhere', NonNullable<Command['when']>>> = {
  command: (context) => context.notebookCommandMode,
  edit: (context) => context.notebookEditMode,
  both: (context) => context.notebookFocused,
  anywhere: (context) => context.activeEditorKind === 'notebook',
};

async function runIn(services: Services, { run }: NotebookCommand): Promise<void> {
  const notebook = services.handles.get(NOTEBOOK_HANDLE, services.workbench.getState().activeEditorId);
  if (notebook !== undefined) await run(notebook);
}

/** The system's clipboard may be refused (no permission, no focus); the cells are kept in this window in any case. */
function writeClipboard(text: string): Promise<void> {
  return navigator.clipboard.writeText(text).catch(() => undefined);
}
