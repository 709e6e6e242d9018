import { defineConfig } from '@playwright/test';
import type { ShellOption } from './e2e/fixtures/app.ts';

// A config file's default export is what its tool reads.
export default defineConfig<ShellOption>({
  testDir: 'e2e/specs',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  workers: 1,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['line'], ...(process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] === undefined ? [] : [['json'] as const])],
  projects: [
    { name: 'electron', use: { shell: 'electron' } },
    // Packaging makes a desktop app; a browser has nothing to try there.
    { name: 'chromium', use: { shell: 'chromium' }, testIgnore: '**/package.spec.ts' },
  ],
});
