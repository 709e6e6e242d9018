import type { FeatureContribution } from '../../state/contribution.ts';
import { Palette } from './Palette.tsx';

export const paletteContribution: FeatureContribution = {
  id: 'palette',
  commands: [
    { id: 'palette.commands', title: 'Show All Commands', category: 'View', keys: ['Mod+Shift+P', 'F1'], run: ({ dialogs }) => dialogs.getState().showPalette('commands') },
    { id: 'palette.files', title: 'Go to File…', category: 'Go', keys: ['Mod+P'], run: ({ dialogs }) => dialogs.getState().showPalette('files') },
  ],
  overlays: [Palette],
};
