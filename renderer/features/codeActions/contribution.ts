import { runEditorAction } from '../../editor/editorActions.ts';
import type { Command, FeatureContribution } from '../../state/contribution.ts';

/** What editors can do with code, for the palette. Their keys are Monaco's own: they work in the text alone. */
export const codeActionsContribution: FeatureContribution = {
  id: 'codeActions',
  commands: [
    action('suggest', 'Suggest (Ctrl+Space)', 'editor.action.triggerSuggest'),
    action('showHover', 'Show What This Is (Ctrl+K Ctrl+I)', 'editor.action.showHover'),
    action('parameterHints', 'Show Parameters (Ctrl+Shift+Space)', 'editor.action.triggerParameterHints'),
    action('goToDefinition', 'Go to Definition (F12)', 'editor.action.revealDefinition'),
    action('findReferences', 'Find References (Shift+F12)', 'editor.action.goToReferences'),
    action('rename', 'Rename Symbol (F2)', 'editor.action.rename'),
    action('format', 'Format (Shift+Alt+F)', 'editor.action.formatDocument'),
    action('quickFix', 'Quick Fix (Ctrl+.)', 'editor.action.quickFix'),
    action('nextProblem', 'Go to Next Problem (Alt+F8)', 'editor.action.marker.next'),
  ],
};

function action(name: string, title: string, actionId: string): Command {
  return { id: `code.${name}`, title, category: 'Code', when: ({ activeEditorKind }) => activeEditorKind === 'notebook' || activeEditorKind === 'text', run: () => runEditorAction(actionId) };
}
