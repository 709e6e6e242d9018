import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { PRODUCT } from '../base/product.ts';
import type { Environment } from './environment.ts';

/** This machine's clock, random ids, and the user who runs the product. */
export function systemEnvironment(): Environment {
  return { now: Date.now, uuid: randomUUID, engineInfo: PRODUCT, userName: currentUser() };
}

/** A process may run under an id that has no name. */
function currentUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
