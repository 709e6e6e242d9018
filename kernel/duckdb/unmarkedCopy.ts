import { constants } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import { asStruct, ELEMENT, rewriteFooter, schemaOf, type SchemaNode, withSchema } from './parquetFooter.ts';

/** VARIANT among Parquet's logical types. */
const VARIANT = 16;

/**
 * Copies a Parquet file, and takes the marks off its variants: DuckDB reads one that holds JSON's null as NULL where it is
 * marked, and as the group of bytes that it is where it is not. Where the file system can, the copy shares the original's blocks.
 */
export async function copyUnmarked(path: string, copy: string): Promise<void> {
  try {
    await copyFile(path, copy, constants.COPYFILE_FICLONE);
    await rewriteFooter(copy, (footer) => {
      const root = schemaOf(footer);
      return withSchema(footer, { ...root, children: root.children.map(unmarked) });
    });
  } catch (error) {
    await rm(copy, { force: true });
    throw error;
  }
}

/** Columns with shredded variants keep all their marks: without them DuckDB would not put these together. */
function unmarked(column: SchemaNode): SchemaNode {
  return isShredded(column) ? column : withoutMarks(column);
}

function isShredded({ children }: SchemaNode): boolean {
  return children.some((child) => child.name === 'typed_value' || isShredded(child));
}

function withoutMarks({ element, name, children }: SchemaNode): SchemaNode {
  const type = element.get(ELEMENT.logicalType);
  const isMarked = type !== undefined && asStruct(type.value).has(VARIANT);
  return { name, element: isMarked ? new Map([...element].filter(([id]) => id !== ELEMENT.logicalType)) : element, children: children.map(withoutMarks) };
}
