import { type DataType, holds } from '../types/dataType.ts';

/** Why rows with a column of this type cannot be told apart. */
export function setOperationError(type: DataType): 'UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE' | 'UNSUPPORTED_FEATURE.SET_OPERATION_ON_VARIANT_TYPE' {
  return holds(type, 'map') ? 'UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE' : 'UNSUPPORTED_FEATURE.SET_OPERATION_ON_VARIANT_TYPE';
}
