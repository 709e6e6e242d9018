import type { FeatureContribution } from '../../state/contribution.ts';
import { HistoryView } from './HistoryView.tsx';

export const historyContribution: FeatureContribution = {
  id: 'history',
  commands: [{ id: 'history.show', title: 'Show Query History', category: 'View', keys: ['Mod+Shift+H'], run: ({ showView }) => showView('panel', 'history') }],
  views: [{ id: 'history', location: 'panel', title: 'Query History', icon: 'history', order: 20, component: HistoryView }],
};
