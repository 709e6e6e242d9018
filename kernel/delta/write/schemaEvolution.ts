import { LakebookError } from '../../base/errors.ts';
import { findField, formatType, type DeltaType, type StructField, type StructType } from '../schema.ts';
import { typeJson } from '../schemaText.ts';
import { isSupportedTypeChange } from '../typeWidening.ts';

/** A column of rows that are written. */
export interface WrittenColumn {
  readonly name: string;
  readonly type: DeltaType;
}

export interface EvolutionRules {
  readonly table: string;
  /** Whether columns may become wider (`delta.enableTypeWidening`). */
  readonly widens: boolean;
}

const TYPE_CHANGES = 'delta.typeChanges';

/**
 * The schema that holds written columns too: new ones at the end, fields of structs like them, types widened where the
 * table may. What is left as it is, rows are cast to. Pure; the same object where nothing changes.
 * @throws LakebookError DELTA_FAILED_TO_MERGE_FIELDS where a column is of another kind
 */
export function evolvedSchema(schema: StructType, columns: readonly WrittenColumn[], rules: EvolutionRules): StructType {
  return columns.reduce((current, { name, type }) => {
    const field = findField(current, name);
    if (field === undefined) return { kind: 'struct', fields: [...current.fields, { name, type, nullable: true, metadata: {} }] };
    const merged = mergedField(field, { name, type }, rules);
    return merged === field ? current : { kind: 'struct', fields: current.fields.map((each) => (each === field ? merged : each)) };
  }, schema);
}

function mergedField(field: StructField, column: WrittenColumn, rules: EvolutionRules): StructField {
  const { type } = field;
  if (formatType(type) === formatType(column.type) || column.type.kind === 'void') return field;
  if (type.kind === 'void') return { ...field, type: column.type };
  if (rules.widens && widensByItself(type, column.type)) {
    const former = field.metadata[TYPE_CHANGES];
    const change = { toType: typeJson(column.type), fromType: typeJson(type) };
    return { ...field, type: column.type, metadata: { ...field.metadata, [TYPE_CHANGES]: [...(Array.isArray(former) ? former : []), change] } };
  }
  const merged = mergedType(type, column, field, rules);
  return merged === type ? field : { ...field, type: merged };
}

/** Nested fields are written by their place: new ones can only stand behind those that are there. */
function mergedType(type: DeltaType, column: WrittenColumn, field: StructField, rules: EvolutionRules): DeltaType {
  const written = column.type;
  if (type.kind === 'struct' && written.kind === 'struct') {
    const continues = type.fields.every(({ name }, index) => written.fields[index]?.name.toLowerCase() === name.toLowerCase());
    return continues ? evolvedSchema(type, written.fields, rules) : type;
  }
  if (type.kind === 'array' && written.kind === 'array') {
    const elementType = mergedType(type.elementType, { name: column.name, type: written.elementType }, field, rules);
    return elementType === type.elementType ? type : { ...type, elementType };
  }
  if (type.kind === 'map' && written.kind === 'map') {
    const valueType = mergedType(type.valueType, { name: column.name, type: written.valueType }, field, rules);
    return valueType === type.valueType ? type : { ...type, valueType };
  }
  if (isNested(type) || isNested(written)) {
    throw new LakebookError('DELTA_FAILED_TO_MERGE_FIELDS', { table: rules.table, currentField: `${field.name} ${formatType(type)}`, updateField: `${column.name} ${formatType(written)}` });
  }
  return type;
}

function isNested({ kind }: DeltaType): boolean {
  return kind === 'struct' || kind === 'array' || kind === 'map';
}

/** Only within one kind of number: an integer becomes a decimal or a double by ALTER COLUMN alone. */
function widensByItself(from: DeltaType, to: DeltaType): boolean {
  const isInteger = ({ kind }: DeltaType): boolean => kind === 'byte' || kind === 'short' || kind === 'integer' || kind === 'long';
  return isSupportedTypeChange({ from, to }) && isInteger(from) === isInteger(to);
}
