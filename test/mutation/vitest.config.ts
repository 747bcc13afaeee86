import { defineConfig } from 'vitest/config';

/**
 * Runs the mutants of the pure parts of `src/core` against their own tests. Tests with sockets and files would take hours, and those
 * of pages set a time zone, which a worker thread cannot.
 */
export default defineConfig({
  test: {
    include: [
      'test/unit/core/{async,errorReport,failures,log,model,operations,presentation,providerList,rateLimit,text}/**/*.test.ts',
      'test/unit/core/api/networkError.test.ts',
      'test/unit/core/auth/{credentials,knownClient,secretCache}.test.ts',
      'test/unit/core/history/{changeDescription,historyIndex,historySearch,undo}.test.ts',
      'test/unit/core/mappings/{providerStatus,readOrder}.test.ts',
    ],
    testTimeout: 30_000,
    setupFiles: ['test/support/setup.ts', 'test/mutation/setup.ts'],
  },
});
