/** What a statement is about to read. */
export interface ReadRequest {
  readonly user: string;
  /** As receipts name it. */
  readonly table: string;
  readonly path: string;
}

/**
 * The place in the pipeline where privileges are checked: a table's name is known, nothing of it is opened yet. Every
 * table of every statement passes here. It throws to refuse.
 */
export type Authorise = (request: ReadRequest) => Promise<void>;

/** A workspace on one's own disk has no privileges to check. */
export const allowAll: Authorise = () => Promise.resolve();
