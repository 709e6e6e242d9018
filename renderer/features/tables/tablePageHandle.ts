import { createHandleKey } from '../../state/editorHandles.ts';

/** What commands may ask of an open table page. */
export interface TablePageHandle {
  /** Moves by so many versions. */
  readonly step: (by: number) => void;
  readonly showLatest: () => void;
  readonly query: () => Promise<void>;
}

export const TABLE_PAGE = createHandleKey<TablePageHandle>('tablePage');
