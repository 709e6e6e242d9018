import type { FeatureContribution } from '../../state/contribution.ts';
import { WelcomePage } from './WelcomePage.tsx';

export const welcomeContribution: FeatureContribution = {
  id: 'welcome',
  commands: [{ id: 'welcome.show', title: 'Welcome', category: 'Help', run: ({ openEditor }) => openEditor({ kind: 'welcome', path: '' }) }],
  editors: [{ kind: 'welcome', title: () => 'Welcome', icon: 'home', component: WelcomePage }],
};
