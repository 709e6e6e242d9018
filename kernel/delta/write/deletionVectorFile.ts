import type { Storage } from '../../storage/storage.ts';
import type { Environment } from '../../storage/environment.ts';
import type { DeletionVectorDescriptor, Metadata } from '../actions.ts';
import { crc32 } from '../crc32.ts';
import { deletionVectorPath, VECTOR_FILE_VERSION, VECTOR_MAGIC } from '../deletionVector.ts';
import { encodeRoaring64, type Positions } from '../roaringBitmapEncoder.ts';
import { encodeUuid } from '../z85.ts';

/** A file that holds so much takes no further vector (as Spark packs them): it is kept as long as any one of them counts. */
const PACKED_BYTES = 2 * 1024 * 1024;

/** What names a file of vectors. */
export interface VectorFileNames {
  /** How long the name of a random folder around the file is; 0 for none. */
  readonly prefixLength?: number;
  readonly newUuid?: () => string;
}

/** As the table's properties ask for. */
export function vectorFileNames({ configuration }: Pick<Metadata, 'configuration'>, environment: Environment): VectorFileNames {
  const isRandom = configuration['delta.randomizeFilePrefixes']?.toLowerCase() === 'true';
  const prefixLength = isRandom ? Number(configuration['delta.randomPrefixLength'] ?? PREFIX_LENGTH_DEFAULT) : 0;
  return { prefixLength, newUuid: () => environment.uuid() };
}

const PREFIX_LENGTH_DEFAULT = 2;

/**
 * Writes the vectors of a commit, several to a file, and gives back what the commit's actions say of each, in their order.
 * The files are on disk by then; without a commit nobody looks at them.
 * @param vectors the positions of each data file's deleted rows, those that were deleted before included
 * @see PROTOCOL.md "Deletion Vector File Storage Format" (DV-9 to DV-11)
 */
export async function writeDeletionVectors(
  storage: Storage,
  table: string,
  vectors: readonly { readonly positions: Positions }[],
  names: VectorFileNames = {},
): Promise<readonly DeletionVectorDescriptor[]> {
  const descriptors: DeletionVectorDescriptor[] = [];
  let file = new VectorFile(names);
  for (const { positions } of vectors) {
    if (file.sizeBytes > PACKED_BYTES) {
      await file.write(storage, table);
      file = new VectorFile(names);
    }
    descriptors.push(file.append(positions));
  }
  if (vectors.length > 0) await file.write(storage, table);
  return descriptors;
}

/** A vector's serialised bitmap: what a descriptor's size counts, whether it is stored in a file or inline. */
export function encodeDeletionVector(positions: Positions): Uint8Array {
  const bytes = encodeRoaring64(positions, 4);
  new DataView(bytes.buffer).setUint32(0, VECTOR_MAGIC, true);
  return bytes;
}

/** One byte of format version; then of each vector the size, the bitmap and its checksum, numbers big-endian. */
class VectorFile {
  readonly #pathOrInlineDv: string;
  readonly #chunks: Uint8Array[] = [Uint8Array.of(VECTOR_FILE_VERSION)];
  #sizeBytes = 1;

  constructor({ prefixLength = 0, newUuid = () => crypto.randomUUID() }: VectorFileNames) {
    const prefix = prefixLength === 0 ? '' : newUuid().replaceAll('-', '').slice(0, prefixLength);
    this.#pathOrInlineDv = prefix + encodeUuid(newUuid());
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  append(positions: Positions): DeletionVectorDescriptor {
    const bitmap = encodeDeletionVector(positions);
    const descriptor = this.#describe(bitmap.length, positions.length);
    for (const chunk of [bigEndian(bitmap.length), bitmap, bigEndian(crc32(bitmap))]) {
      this.#chunks.push(chunk);
      this.#sizeBytes += chunk.length;
    }
    return descriptor;
  }

  async write(storage: Storage, table: string): Promise<void> {
    const bytes = new Uint8Array(this.#sizeBytes);
    let at = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    await storage.put(deletionVectorPath(table, this.#describe(0, 0)), bytes);
  }

  #describe(sizeInBytes: number, cardinality: number): DeletionVectorDescriptor {
    return { storageType: 'u', pathOrInlineDv: this.#pathOrInlineDv, offset: this.#sizeBytes, sizeInBytes, cardinality };
  }
}

function bigEndian(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, value);
  return new Uint8Array(view.buffer);
}
