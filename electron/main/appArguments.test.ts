import path from 'node:path';
import { expect, it } from 'vitest';
import { defaultWorkspace, readAppArguments } from './appArguments.ts';
import { errorPageUrl } from './errorPage.ts';

it.each([
  { name: 'a folder from the working folder', argv: ['--no-sandbox', '.', '--workspace', 'data'], workspace: '/here/data', port: undefined },
  { name: 'with an equals sign', argv: ['--workspace=/data', '--port=4000'], workspace: '/data', port: '4000' },
  { name: 'nothing named', argv: ['--user-data-dir=/x'], workspace: '/fallback', port: undefined },
])('arguments: $name', ({ argv, workspace, port }) => {
  expect(readAppArguments(argv, '/here', '/fallback')).toEqual({ workspace, port });
});

it('opens the last folder while it is there, else the home folder', () => {
  expect(defaultWorkspace('/nowhere', import.meta.dirname)).toBe(import.meta.dirname);
  expect(defaultWorkspace('/nowhere', '/gone')).toBe(process.env['HOME']);
  expect(defaultWorkspace(path.resolve(import.meta.dirname, '../..'), undefined)).toMatch(/quickstart$/);
});

it('the error page shows text as text', () => {
  const page = decodeURIComponent(errorPageUrl('No <b>host</b>', '[PORT_IN_USE] "x" & <script>1</script>'));
  expect(page).toContain('No &#60;b&#62;host');
  expect(page).not.toContain('<script>');
});
