import { expect, it } from 'vitest';
import { takeSessionToken } from './sessionToken.ts';

function windowAt(hash: string, stored?: string) {
  const storage = new Map(stored === undefined ? [] : [['lakebook.token', stored]]);
  const addresses: string[] = [];
  return {
    addresses,
    storage,
    places: {
      location: { hash, pathname: '/', search: '?x=1' },
      history: { replaceState: (_data: unknown, _unused: string, url?: string | URL | null) => void addresses.push(String(url)) },
      sessionStorage: { getItem: (key: string) => storage.get(key) ?? null, setItem: (key: string, value: string) => void storage.set(key, value) },
    },
  };
}

it('moves the token out of the address', () => {
  const { places, addresses, storage } = windowAt('#t=secret');
  expect([takeSessionToken(places), addresses, storage.get('lakebook.token')]).toEqual(['secret', ['/?x=1'], 'secret']);
});
it('finds it again after a reload', () => {
  const { places, addresses } = windowAt('', 'secret');
  expect([takeSessionToken(places), addresses]).toEqual(['secret', []]);
});
it('a new address replaces an old token', () => expect(takeSessionToken(windowAt('#t=new', 'old').places)).toBe('new'));
it('is empty where there is none', () => expect(takeSessionToken(windowAt('').places)).toBe(''));
