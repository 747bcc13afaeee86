import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        // The commands run in plain Node.js, with a scripted user.
        resolve: { alias: { vscode: path.resolve('test/support/fakeVscode.ts') } },
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          // Nearly all concurrent tests wait for sockets, not for the CPU.
          maxConcurrency: 32,
          // Only a test that hangs takes this long, even on a busy computer.
          testTimeout: 30_000,
          setupFiles: ['test/support/setup.ts'],
          // By default, one CPU is left idle: half of them if there are two.
          maxWorkers: '100%',
          sequence: { groupOrder: 2 },
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
    ],
  },
});
