/** What the caller can do about an error. */
export type ErrorKind =
  | 'input' // the user's text or argument is wrong; the message says how to mend it
  | 'missing' // a thing that was named is not there
  | 'unsupported' // refused by name: this engine cannot do it faithfully
  | 'corrupt' // what is stored breaks its own format
  | 'conflict' // somebody else was first; try again
  | 'resource' // memory, disk, permission, port
  | 'canceled' // the user asked for it
  | 'internal'; // a broken invariant: our fault

export interface ErrorClass {
  readonly kind: ErrorKind;
  readonly sqlState?: string;
  /** Text with `<name>` placeholders; `LakebookError` demands every one of them. */
  readonly message: string;
}
