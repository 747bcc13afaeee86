import { defineConfig } from 'vitest/config';

/**
 * The tests that the mutants of `src/core` meet: its own. Those over sockets and files would take hours, and those of pages
 * set a time zone, which a worker thread cannot.
 */
export default defineConfig({
  test: {
    include: ['test/unit/core/**/*.test.ts', 'test/unit/{curl,errorReport}.test.ts'],
    testTimeout: 30_000,
    setupFiles: ['test/support/setup.ts', 'test/mutation/setup.ts'],
  },
});
