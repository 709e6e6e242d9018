import { physicalNameOf } from '../columnMapping.ts';
import type { PrimitiveType, StructField, StructType } from '../schema.ts';
import type { TableVersion } from '../tableVersion.ts';

/** A column, at any depth of structs, that files may have statistics of. */
export interface StatsColumn {
  /** Physical names from the root. */
  readonly path: readonly string[];
  /** Undefined for lists and maps, of which nulls are counted and no more. */
  readonly type: PrimitiveType | undefined;
}

/** Every data column that may have statistics, outer before inner. */
export function statsColumns({ schema, metadata, mode }: TableVersion): readonly StatsColumn[] {
  return columnsOf(dataColumns(schema, metadata.partitionColumns), [], mode);
}

/**
 * The columns whose statistics the table wants: those that `delta.dataSkippingStatsColumns` names, else the first
 * `delta.dataSkippingNumIndexedCols`.
 */
export function wantedStatsColumns(at: TableVersion): readonly StatsColumn[] {
  const { configuration, partitionColumns } = at.metadata;
  const named = configuration['delta.dataSkippingStatsColumns'];
  if (named !== undefined) {
    const wanted = splitNames(named);
    return dataColumns(at.schema, partitionColumns).flatMap((field) => columnsNamed(field, [], wanted, at.mode));
  }
  const limit = Number(configuration['delta.dataSkippingNumIndexedCols'] ?? DEFAULT_COLUMNS);
  const all = statsColumns(at);
  return Number.isInteger(limit) && limit >= 0 ? all.slice(0, limit) : Number.isInteger(limit) ? all : all.slice(0, DEFAULT_COLUMNS);
}

const DEFAULT_COLUMNS = 32;

/** Whether a least and a greatest value are kept of a type. */
export function hasBounds(type: PrimitiveType | undefined): type is PrimitiveType {
  return type !== undefined && !['boolean', 'binary', 'variant', 'void'].includes(type.kind);
}

function dataColumns(schema: StructType, partitionColumns: readonly string[]): readonly StructField[] {
  const partitions = new Set(partitionColumns.map((name) => name.toLowerCase()));
  return schema.fields.filter(({ name }) => !partitions.has(name.toLowerCase()));
}

function columnsOf(fields: readonly StructField[], parent: readonly string[], mode: TableVersion['mode']): readonly StatsColumn[] {
  return fields.flatMap((field) => {
    const path = [...parent, physicalNameOf(field, mode)];
    const { type } = field;
    if (type.kind === 'struct') return columnsOf(type.fields, path, mode);
    return [{ path, type: type.kind === 'array' || type.kind === 'map' ? undefined : type }];
  });
}

/** A struct that is named stands for all that is in it. */
function columnsNamed(field: StructField, parent: readonly string[], wanted: readonly string[], mode: TableVersion['mode'], logical: readonly string[] = []): readonly StatsColumn[] {
  const name = [...logical, field.name];
  if (wanted.includes(name.join('\n').toLowerCase())) return columnsOf([field], parent, mode);
  if (field.type.kind !== 'struct') return [];
  const path = [...parent, physicalNameOf(field, mode)];
  return field.type.fields.flatMap((inner) => columnsNamed(inner, path, wanted, mode, name));
}

/** Names as Spark lists them: `a, b.c, `odd.name``; the parts of each joined by line feeds, in lower case. */
function splitNames(text: string): readonly string[] {
  const names: string[][] = [[]];
  for (const [, quoted, plain, sign] of text.matchAll(/`((?:[^`]|``)*)`|([^`.,\s][^`.,]*)|([.,])/g)) {
    if (sign === ',') names.push([]);
    else if (sign === undefined) names.at(-1)?.push((quoted?.replaceAll('``', '`') ?? plain ?? '').trim().toLowerCase());
  }
  return names.map((parts) => parts.join('\n'));
}
