/** As Spark says what becomes of a table's files when it is dropped: they go with it, or stay. */
export type TableType = 'MANAGED' | 'EXTERNAL';

export function tableTypeOf({ isManaged }: { readonly isManaged: boolean }): TableType {
  return isManaged ? 'MANAGED' : 'EXTERNAL';
}
