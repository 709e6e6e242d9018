import { defineConfig } from 'vitest/config';

// A config file's default export is what its tool reads.
export default defineConfig({
  test: {
    include: ['{kernel,renderer,electron,extensions,build,bench,e2e}/**/*.test.{ts,tsx}'],
    environment: 'node',
    testTimeout: 30_000,
    env: { TZ: 'UTC' },
  },
});
