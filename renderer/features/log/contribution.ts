import type { FeatureContribution } from '../../state/contribution.ts';
import { LogView } from './LogView.tsx';

export const logContribution: FeatureContribution = {
  id: 'log',
  commands: [{ id: 'log.show', title: 'Show Log', category: 'View', keys: ['Mod+Shift+U'], run: ({ showView }) => showView('panel', 'log') }],
  views: [{ id: 'log', location: 'panel', title: 'Log', icon: 'output', order: 10, component: LogView }],
};
