import { defineConfig } from 'vitest/config';

/**
 * Runs the mutants of the pure parts of `src/core` against their own tests. Tests with sockets and files would take hours, and those
 * of pages set a time zone, which a worker thread cannot.
 */
export default defineConfig({
  test: {
    include: [
      'test/unit/core/{async,errorReport,failures,model,operations,presentation,providerList,rateLimit,text}/**/*.test.ts',
      'test/unit/core/api/networkError.test.ts',
      'test/unit/core/auth/credentials.test.ts',
      'test/unit/core/history/{changeDescription,undo}.test.ts',
      'test/unit/core/mappings/providerStatus.test.ts',
    ],
    testTimeout: 30_000,
    setupFiles: ['test/support/setup.ts', 'test/mutation/setup.ts'],
  },
});
