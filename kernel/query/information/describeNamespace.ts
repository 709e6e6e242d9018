import { STRING } from '../../sql/types/dataType.ts';
import type { InformationRows } from './rows.ts';

const COLUMNS = [
  { name: 'info_name', type: STRING },
  { name: 'info_value', type: STRING },
];

/** `DESCRIBE SCHEMA [EXTENDED] s`. @param folder of its tables; undefined where it has none. Nobody owns it, and nothing is said of it. */
export function describeSchemaObject(catalog: string, schema: string, folder: string | undefined, extended: boolean): InformationRows {
  const location = folder === undefined ? [] : [['Location', `file:${folder}`]];
  return { columns: COLUMNS, rows: [['Catalog Name', catalog], ['Namespace Name', schema], ['Comment', ''], ...location, ...(extended ? [['Properties', '']] : [])] };
}

/** `DESCRIBE CATALOG [EXTENDED] c`. */
export function describeCatalog(catalog: string): InformationRows {
  return { columns: COLUMNS, rows: [['Catalog Name', catalog], ['Comment', '']] };
}
