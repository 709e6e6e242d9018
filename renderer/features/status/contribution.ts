import type { FeatureContribution } from '../../state/contribution.ts';
import { KernelStatus } from './KernelStatus.tsx';
import { WorkspaceStatus } from './WorkspaceStatus.tsx';

export const statusContribution: FeatureContribution = {
  id: 'status',
  statusItems: [
    { id: 'status.workspace', side: 'left', order: 10, component: WorkspaceStatus },
    { id: 'status.kernel', side: 'right', order: 10, component: KernelStatus },
  ],
};
