import type { FeatureContribution } from '../../state/contribution.ts';
import { KernelStatus } from './KernelStatus.tsx';
import { PlaceStatus } from './PlaceStatus.tsx';
import { SaveStatus } from './SaveStatus.tsx';
import { WorkspaceStatus } from './WorkspaceStatus.tsx';

export const statusContribution: FeatureContribution = {
  id: 'status',
  statusItems: [
    { id: 'status.workspace', side: 'left', order: 10, component: WorkspaceStatus },
    { id: 'status.kernel', side: 'right', order: 10, component: KernelStatus },
    { id: 'status.place', side: 'right', order: 20, component: PlaceStatus },
    { id: 'status.save', side: 'right', order: 30, component: SaveStatus },
  ],
};
