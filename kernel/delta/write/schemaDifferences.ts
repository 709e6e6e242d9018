import { formatType, mapFields, type DeltaType, type StructField, type StructType } from '../schema.ts';

/** What a table notes of its columns as it lives; no definition says it. */
const OWN_METADATA = ['delta.columnMapping.id', 'delta.columnMapping.physicalName', 'delta.columnMapping.nested.ids', 'delta.typeChanges', 'delta.identity.highWaterMark'];

/** A schema as somebody would define it. */
export function definedSchema(schema: StructType): StructType {
  const cleaned = mapFields(schema, (field): StructField => ({ ...field, metadata: Object.fromEntries(Object.entries(field.metadata).filter(([key]) => !OWN_METADATA.includes(key))) }));
  return cleaned.kind === 'struct' ? cleaned : schema;
}

/** What the two schemas are called in texts. */
export interface SchemaNames {
  readonly existing: string;
  readonly specified: string;
}

/** In which ways a schema that somebody specified is not the existing one, in Delta's words; the order of columns is none. Pure. */
export function schemaDifferences(existing: StructType, specified: StructType, names: SchemaNames = { existing: 'existing', specified: 'specified' }): readonly string[] {
  return structDifferences(definedSchema(existing), definedSchema(specified), { prefix: '', ...names });
}

interface Comparing extends SchemaNames {
  /** The way to the fields that are compared. */
  readonly prefix: string;
}

function structDifferences(existing: StructType, specified: StructType, comparing: Comparing): readonly string[] {
  const names = (fields: readonly StructField[]): string => fields.map(({ name }) => `${comparing.prefix}${name}`).join(', ');
  const partner = ({ name }: StructField, { fields }: StructType): StructField | undefined => fields.find((field) => field.name === name);
  const missing = existing.fields.filter((field) => partner(field, specified) === undefined);
  const additional = specified.fields.filter((field) => partner(field, existing) === undefined);
  return [
    ...(missing.length === 0 ? [] : [`The ${comparing.specified} schema is missing field(s): ${names(missing)}`]),
    ...(additional.length === 0 ? [] : [`The ${comparing.specified} schema has additional field(s): ${names(additional)}`]),
    ...existing.fields.flatMap((field) => {
      const other = partner(field, specified);
      return other === undefined ? [] : fieldDifferences(field, other, { ...comparing, prefix: `${comparing.prefix}${field.name}` });
    }),
  ];
}

function fieldDifferences(existing: StructField, specified: StructField, comparing: Comparing): readonly string[] {
  const { prefix: name } = comparing;
  const nullable = (field: StructField): string => (field.nullable ? 'nullable' : 'non-nullable');
  const [known, asked] = [existing, specified].map(({ metadata }) => JSON.stringify(Object.entries(metadata).sort(([left], [right]) => (left < right ? -1 : 1))));
  return [
    ...(existing.nullable === specified.nullable ? [] : [`Field ${name} is ${nullable(specified)} in the ${comparing.specified} schema but ${nullable(existing)} in the ${comparing.existing} schema`]),
    ...(known === asked ? [] : [`The ${comparing.specified} metadata for field ${name} is different from the ${comparing.existing} schema: ${JSON.stringify(specified.metadata)} and not ${JSON.stringify(existing.metadata)}`]),
    ...typeDifferences(existing.type, specified.type, comparing),
  ];
}

function typeDifferences(existing: DeltaType, specified: DeltaType, comparing: Comparing): readonly string[] {
  const inside = (step: string): Comparing => ({ ...comparing, prefix: `${comparing.prefix}${step}` });
  if (existing.kind === 'struct' && specified.kind === 'struct') return structDifferences(existing, specified, inside('.'));
  if (existing.kind === 'array' && specified.kind === 'array') return typeDifferences(existing.elementType, specified.elementType, inside('[]'));
  if (existing.kind === 'map' && specified.kind === 'map') return [...typeDifferences(existing.keyType, specified.keyType, inside('[key]')), ...typeDifferences(existing.valueType, specified.valueType, inside('[value]'))];
  return formatType(existing) === formatType(specified) ? [] : [`The ${comparing.specified} type for ${comparing.prefix} is different from the ${comparing.existing} schema: ${formatType(specified)} and not ${formatType(existing)}`];
}
