import { createCipheriv, createDecipheriv, randomBytes, type CipherGCM, type DecipherGCM } from 'node:crypto';
import type { JavaScriptFunction, ScalarValue } from '../sql/scalarFunctions.ts';

const TAG_BYTES = 16;
const IV_BYTES: Readonly<Record<string, number>> = { ECB: 0, CBC: 16, GCM: 12 };

/** The initialisation vector, the encrypted bytes and, for GCM, the tag, as Spark puts them together; null where the key does not fit. */
function encrypt(value: Uint8Array, key: Uint8Array, iv: Uint8Array, aad: Uint8Array, mode: string): Uint8Array | null {
  const size = IV_BYTES[mode] ?? 0;
  if (iv.length > 0 && iv.length !== size) return null;
  const vector = iv.length > 0 ? iv : new Uint8Array(randomBytes(size));
  return attempt(() => {
    const cipher = createCipheriv(`aes-${key.length * 8}-${mode.toLowerCase()}`, key, mode === 'ECB' ? null : vector);
    if (mode === 'GCM' && aad.length > 0) (cipher as CipherGCM).setAAD(aad);
    const body = [cipher.update(value), cipher.final()];
    return Buffer.concat([vector, ...body, ...(mode === 'GCM' ? [(cipher as CipherGCM).getAuthTag()] : [])]);
  });
}

function decrypt(value: Uint8Array, key: Uint8Array, aad: Uint8Array, mode: string): Uint8Array | null {
  const size = IV_BYTES[mode] ?? 0;
  const end = mode === 'GCM' ? value.length - TAG_BYTES : value.length;
  if (end < size) return null;
  return attempt(() => {
    const decipher = createDecipheriv(`aes-${key.length * 8}-${mode.toLowerCase()}`, key, mode === 'ECB' ? null : value.subarray(0, size));
    if (mode === 'GCM') {
      (decipher as DecipherGCM).setAuthTag(value.subarray(end));
      if (aad.length > 0) (decipher as DecipherGCM).setAAD(aad);
    }
    return Buffer.concat([decipher.update(value.subarray(size, end)), decipher.final()]);
  });
}

/** OpenSSL throws for keys of another length and for bytes that the key does not fit. */
function attempt(run: () => Uint8Array): Uint8Array | null {
  try {
    return new Uint8Array(run());
  } catch {
    return null;
  }
}

/** What emitted statements call of Node's cryptography. NULL where key and bytes do not belong together. */
export const CIPHER_FUNCTIONS: readonly JavaScriptFunction[] = [
  { name: 'js_aes_encrypt', parameters: ['BLOB', 'BLOB', 'BLOB', 'BLOB', 'VARCHAR'], returns: 'BLOB', evaluate: (...values): ScalarValue => encrypt(...(values as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, string])) },
  { name: 'js_aes_decrypt', parameters: ['BLOB', 'BLOB', 'BLOB', 'BLOB', 'VARCHAR'], returns: 'BLOB', evaluate: (value, key, _iv, aad, mode): ScalarValue => decrypt(value as Uint8Array, key as Uint8Array, aad as Uint8Array, mode as string) },
];
