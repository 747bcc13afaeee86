import path from 'node:path';
import { defineConfig } from 'vitest/config';

/** The tests under each fault that the simulator knows, which take longer than all other unit tests. */
const FAULT_MATRIX = 'test/unit/faultInjection/**/*.test.ts';

const unit = {
  // Nearly all concurrent tests wait for sockets, not for the processor.
  maxConcurrency: 32,
  // Only a test that hangs takes this long, also on a busy computer.
  testTimeout: 60_000,
  setupFiles: ['test/support/setup.ts'],
  // Vitest leaves one processor idle by default, which is half of them where there are two.
  maxWorkers: '100%',
  sequence: { groupOrder: 2 },
};

export default defineConfig({
  test: {
    projects: [
      {
        // The commands run in plain Node.js, with a scripted user.
        resolve: { alias: { vscode: path.resolve('test/support/fakeVscode.ts') } },
        test: { ...unit, name: 'unit', include: ['test/unit/**/*.test.ts'], exclude: [FAULT_MATRIX] },
      },
      {
        test: {
          ...unit,
          name: 'faults',
          include: [FAULT_MATRIX],
          // Measures memory under all kinds of failures at once, so it has no sample.
          exclude: process.env['FAULT_MATRIX'] === 'sample' ? ['**/memory.test.ts'] : [],
        },
      },
      {
        test: {
          name: 'runner',
          include: ['test/runner/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          globalSetup: ['test/package/build.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'ui',
          include: ['test/ui/**/*.test.ts'],
          globalSetup: ['test/ui/build.ts'],
          // Each file starts its own VS Code and browser: one at a time is faster and more stable.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 20_000 } },
        },
      },
      {
        test: {
          name: 'pictures',
          include: ['test/pictures/**/*.test.ts'],
          globalSetup: ['test/ui/build.ts'],
          testTimeout: 600_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 60_000 } },
        },
      },
    ],
  },
});
