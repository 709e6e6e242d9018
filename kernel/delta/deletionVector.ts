import { hasCode, LakebookError } from '../base/errors.ts';
import { joinPath } from '../storage/paths.ts';
import type { Storage } from '../storage/storage.ts';
import type { DeletionVectorDescriptor } from './actions.ts';
import { crc32 } from './crc32.ts';
import { resolveDataPath } from './dataPath.ts';
import { decodeRoaring64 } from './roaringBitmap.ts';
import { decodeUuid, decodeZ85 } from './z85.ts';

/** What the serialised bitmap begins with, little-endian. */
export const VECTOR_MAGIC = 1681511377;
/** The first byte of a file of vectors. */
export const VECTOR_FILE_VERSION = 1;
const UUID_SIGNS = 20;

/** The id that tells deletion vectors of one table apart (PROTOCOL.md "Deletion Vector Descriptor Schema"). */
export function uniqueId({ storageType, pathOrInlineDv, offset }: DeletionVectorDescriptor): string {
  return `${storageType}${pathOrInlineDv}${offset === undefined ? '' : `@${offset}`}`;
}

/**
 * The positions of a file's deleted rows, ascending.
 * @throws LakebookError DELTA_DELETION_VECTOR_FILE_NOT_FOUND, DELTA_DELETION_VECTOR_INVALID,
 *   DELTA_DELETION_VECTOR_SIZE_MISMATCH, DELTA_DELETION_VECTOR_CHECKSUM_MISMATCH, DELTA_DELETION_VECTOR_CARDINALITY_MISMATCH
 * @see PROTOCOL.md "Deletion Vectors" (DV-1 to DV-8)
 */
export async function loadDeletionVector(storage: Storage, table: string, descriptor: DeletionVectorDescriptor): Promise<BigInt64Array> {
  const bytes = descriptor.storageType === 'i' ? inlineBytes(table, descriptor) : await storedBytes(storage, table, descriptor);
  return decodeDeletionVector(bytes, table, descriptor);
}

/** The positions from a vector's serialised bitmap. Pure. */
export function decodeDeletionVector(bytes: Uint8Array, table: string, descriptor: DeletionVectorDescriptor): BigInt64Array {
  if (bytes.length !== descriptor.sizeInBytes) {
    throw new LakebookError('DELTA_DELETION_VECTOR_SIZE_MISMATCH', { table, deletionVector: uniqueId(descriptor), actual: bytes.length, expected: descriptor.sizeInBytes });
  }
  const magic = bytes.length < 4 ? undefined : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (magic !== VECTOR_MAGIC) throw invalid(table, descriptor, `its first bytes are ${magic ?? 'missing'} and not ${VECTOR_MAGIC}`);
  const positions = decodePositions(bytes.subarray(4), table, descriptor);
  if (positions.length !== descriptor.cardinality) {
    throw new LakebookError('DELTA_DELETION_VECTOR_CARDINALITY_MISMATCH', { table, deletionVector: uniqueId(descriptor), actual: positions.length, expected: descriptor.cardinality });
  }
  return positions;
}

/** The file of a vector that is stored in one (PROTOCOL.md "Derived Fields"). */
export function deletionVectorPath(table: string, descriptor: DeletionVectorDescriptor): string {
  const { storageType, pathOrInlineDv } = descriptor;
  if (storageType === 'p') return resolveDataPath(table, pathOrInlineDv);
  if (storageType !== 'u') throw invalid(table, descriptor, `its storage type is ${storageType}`);
  const uuid = decodeUuid(pathOrInlineDv.slice(-UUID_SIGNS));
  if (uuid === undefined) throw invalid(table, descriptor, 'its path holds no UUID');
  const prefix = pathOrInlineDv.slice(0, -UUID_SIGNS);
  return joinPath(prefix === '' ? table : joinPath(table, prefix), `deletion_vector_${uuid}.bin`);
}

function decodePositions(bytes: Uint8Array, table: string, descriptor: DeletionVectorDescriptor): BigInt64Array {
  try {
    return decodeRoaring64(bytes, descriptor.cardinality);
  } catch (error) {
    if (error instanceof RangeError) throw invalid(table, descriptor, error.message, error);
    throw error;
  }
}

function inlineBytes(table: string, descriptor: DeletionVectorDescriptor): Uint8Array {
  const bytes = decodeZ85(descriptor.pathOrInlineDv);
  if (bytes === undefined) throw invalid(table, descriptor, 'its text is no Z85');
  // Z85 comes in blocks of four bytes; what is beyond the size is padding
  return bytes.length - descriptor.sizeInBytes >= 4 ? bytes : bytes.subarray(0, descriptor.sizeInBytes);
}

/** In a file: one byte of format version; at `offset` the size, the bitmap and its checksum, numbers big-endian. */
async function storedBytes(storage: Storage, table: string, descriptor: DeletionVectorDescriptor): Promise<Uint8Array> {
  const file = deletionVectorPath(table, descriptor);
  const { offset = 0, sizeInBytes } = descriptor;
  const framed = await readFrame(storage, table, file, offset, sizeInBytes + 8);
  const start = new DataView(framed.buffer, framed.byteOffset, framed.byteLength);
  const size = framed.length < 4 ? 0 : start.getInt32(0);
  if (size !== sizeInBytes || framed.length < sizeInBytes + 8) {
    throw new LakebookError('DELTA_DELETION_VECTOR_SIZE_MISMATCH', { table, deletionVector: uniqueId(descriptor), actual: framed.length < sizeInBytes + 8 ? framed.length : size, expected: sizeInBytes });
  }
  const bitmap = framed.subarray(4, 4 + sizeInBytes);
  if (crc32(bitmap) !== start.getUint32(4 + sizeInBytes)) throw new LakebookError('DELTA_DELETION_VECTOR_CHECKSUM_MISMATCH', { table, deletionVector: uniqueId(descriptor) });
  return bitmap;
}

async function readFrame(storage: Storage, table: string, file: string, offset: number, length: number): Promise<Uint8Array> {
  try {
    const [version] = await storage.readRange(file, 0, 1);
    if (version !== VECTOR_FILE_VERSION) throw new LakebookError('DELTA_DELETION_VECTOR_INVALID', { table, deletionVector: file, detail: `its file has the format version ${version ?? 'none'}` });
    return await storage.readRange(file, offset, length);
  } catch (error) {
    if (hasCode(error, 'STORAGE_NOT_FOUND')) throw new LakebookError('DELTA_DELETION_VECTOR_FILE_NOT_FOUND', { table, file }, { cause: error });
    throw error;
  }
}

function invalid(table: string, descriptor: DeletionVectorDescriptor, detail: string, cause?: unknown): LakebookError {
  return new LakebookError('DELTA_DELETION_VECTOR_INVALID', { table, deletionVector: uniqueId(descriptor), detail }, { cause });
}
