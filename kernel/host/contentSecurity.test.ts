import { expect, it } from 'vitest';
import { appPolicy, FRAME_POLICY, isAllowedOrigin, isOwnHostHeader } from './contentSecurity.ts';
import { userStateFolder } from './statePaths.ts';

it('the app runs its own scripts only, and frames one page of its own only', () => {
  const policy = appPolicy('http://127.0.0.1:4000');
  expect(policy.split('; ')).toEqual(expect.arrayContaining(["default-src 'none'", "script-src 'self'", "connect-src 'self'", 'frame-src http://127.0.0.1:4000/frame.html', "frame-ancestors 'none'"]));
  expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline/);
  expect(FRAME_POLICY).toMatch(/^sandbox allow-scripts; default-src 'none';/);
  expect(FRAME_POLICY).not.toMatch(/allow-same-origin|connect-src|https?:/);
});

it.each([
  { host: '127.0.0.1:4000', own: true },
  { host: 'localhost:4000', own: true },
  { host: '127.0.0.1:4001', own: false },
  { host: 'evil.example:4000', own: false },
  { host: undefined, own: false },
])('the name $host is ours: $own', ({ host, own }) => {
  expect(isOwnHostHeader(host, 4000)).toBe(own);
});

it.each([
  { origin: 'http://127.0.0.1:4000', allowed: true },
  { origin: undefined, allowed: true },
  { origin: 'null', allowed: false },
  { origin: 'http://localhost:4000', allowed: false },
  { origin: 'https://127.0.0.1:4000', allowed: false },
])('the origin $origin is let in: $allowed', ({ origin, allowed }) => {
  expect(isAllowedOrigin(origin, '127.0.0.1:4000')).toBe(allowed);
});

it.each([
  { name: 'the override wins', env: { LAKEBOOK_STATE: '/s', XDG_STATE_HOME: '/x' }, platform: 'linux', folder: '/s' },
  { name: 'XDG', env: { XDG_STATE_HOME: '/x' }, platform: 'linux', folder: '/x/lakebook' },
  { name: 'a relative XDG path does not count', env: { XDG_STATE_HOME: 'x' }, platform: 'linux', folder: '/u/.local/state/lakebook' },
  { name: 'macOS', env: {}, platform: 'darwin', folder: '/u/Library/Application Support/Lakebook' },
])('state lies where the system keeps it: $name', ({ env, platform, folder }) => {
  expect(userStateFolder(env, platform, '/u')).toBe(folder);
});
