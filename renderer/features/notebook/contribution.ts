import { lazy } from 'react';
import type { FeatureContribution } from '../../state/contribution.ts';
import { baseName } from '../../state/editorInput.ts';
import { workbenchCommands } from './commands.ts';

/** Notebooks: their editor and commands. */
export const notebookContribution: FeatureContribution = {
  id: 'notebook',
  commands: workbenchCommands(),
  editors: [
    {
      kind: 'notebook',
      matches: (path) => path.toLowerCase().endsWith('.ipynb'),
      title: (input) => baseName(input.path),
      icon: 'notebook',
      component: lazy(async () => ({ default: (await import('./view/NotebookEditor.tsx')).NotebookEditor })),
    },
  ],
};
