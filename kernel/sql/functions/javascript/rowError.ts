/** What fails of one row: its text begins with the class in brackets, as that of an emitted guard does. */
export class RowError extends Error {}
