/** PROTOCOL.md "Primitive Types" (and `geometry`, `geography`, intervals, collated strings from its RFCs). */
export type PrimitiveType =
  | { readonly kind: 'string' | 'long' | 'integer' | 'short' | 'byte' | 'float' | 'double' | 'boolean' | 'binary' | 'date' | 'timestamp' | 'timestamp_ntz' | 'variant' | 'void' }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number };

export type DeltaType = PrimitiveType | StructType | ArrayType | MapType;

export interface StructType {
  readonly kind: 'struct';
  readonly fields: readonly StructField[];
}

export interface StructField {
  readonly name: string;
  readonly type: DeltaType;
  readonly nullable: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface ArrayType {
  readonly kind: 'array';
  readonly elementType: DeltaType;
  readonly containsNull: boolean;
}

export interface MapType {
  readonly kind: 'map';
  readonly keyType: DeltaType;
  readonly valueType: DeltaType;
  readonly valueContainsNull: boolean;
}
