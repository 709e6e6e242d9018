import { lazy } from 'react';
import type { FeatureContribution } from '../../state/contribution.ts';
import { baseName } from '../../state/editorInput.ts';
import type { Services } from '../../state/services.ts';
import { TEXT_FILE, type TextFile } from './textFile.ts';

const activeFile = ({ handles, workbench }: Services): TextFile | undefined => handles.get(TEXT_FILE, workbench.getState().activeEditorId);

export const textEditorContribution: FeatureContribution = {
  id: 'textEditor',
  editors: [
    {
      kind: 'text',
      matches: () => true,
      title: (input) => baseName(input.path),
      component: lazy(() => import('./TextFileEditor.tsx').then((module) => ({ default: module.TextFileEditor }))),
    },
  ],
  commands: [
    { id: 'textEditor.save', title: 'Save', category: 'File', keys: ['Mod+S'], when: (context) => context.activeEditorKind === 'text', run: (services) => activeFile(services)?.save() },
    {
      id: 'textEditor.saveAll', title: 'Save All', category: 'File', keys: ['Mod+K S'],
      run: async ({ handles }) => {
        await Promise.all(handles.all(TEXT_FILE).map((file) => file.save()));
      },
    },
  ],
};
