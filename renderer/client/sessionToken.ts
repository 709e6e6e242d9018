const STORAGE_KEY = 'lakebook.token';

/** The parts of a window that hold the token. */
export interface TokenPlaces {
  readonly location: Pick<Location, 'hash' | 'pathname' | 'search'>;
  readonly history: Pick<History, 'replaceState'>;
  readonly sessionStorage: Pick<Storage, 'getItem' | 'setItem'>;
}

/**
 * Moves the token from the address (`#t=…`) into the session storage, so that a reload keeps it and neither the address
 * bar nor a copied link shows it. '' where there is none.
 */
export function takeSessionToken({ location, history, sessionStorage }: TokenPlaces): string {
  const token = new URLSearchParams(location.hash.replace(/^#/, '')).get('t');
  if (token === null) return sessionStorage.getItem(STORAGE_KEY) ?? '';
  sessionStorage.setItem(STORAGE_KEY, token);
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  return token;
}
