import { encodeDeletionVector } from '../../../kernel/delta/write/deletionVectorFile.ts';
import { encodeZ85 } from '../../../kernel/delta/z85.ts';
import type { Action } from './tableWriter.ts';

/** An inline deletion vector of these positions. */
export function encodeVector(positions: readonly number[]): Action {
  const payload = encodeDeletionVector(BigInt64Array.from(positions, BigInt).sort());
  const padded = new Uint8Array(Math.ceil(payload.length / 4) * 4);
  padded.set(payload);
  return { storageType: 'i', pathOrInlineDv: encodeZ85(padded), sizeInBytes: payload.length, cardinality: positions.length };
}
