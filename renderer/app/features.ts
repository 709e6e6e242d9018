import type { FeatureContribution } from '../state/contribution.ts';
import { codeActionsContribution } from '../features/codeActions/contribution.ts';
import { explorerContribution } from '../features/explorer/contribution.ts';
import { historyContribution } from '../features/history/contribution.ts';
import { logContribution } from '../features/log/contribution.ts';
import { notebookContribution } from '../features/notebook/contribution.ts';
import { paletteContribution } from '../features/palette/contribution.ts';
import { statusContribution } from '../features/status/contribution.ts';
import { tablesContribution } from '../features/tables/contribution.ts';
import { textEditorContribution } from '../features/textEditor/contribution.ts';
import { welcomeContribution } from '../features/welcome/contribution.ts';

/** All that the window can do. Editors are asked in this order whether a file is theirs; the text editor takes any. */
export const FEATURES: readonly FeatureContribution[] = [
  explorerContribution,
  tablesContribution,
  notebookContribution,
  codeActionsContribution,
  paletteContribution,
  historyContribution,
  logContribution,
  statusContribution,
  welcomeContribution,
  textEditorContribution,
];
