#!/usr/bin/env node
import { createInterface } from 'node:readline/promises';
import { runCommandLine } from './commandLine';
import type { Terminal } from './terminal';

const { stdin, stdout, stderr } = process;

const stop = new AbortController();

function stopAfterCurrentChanges(): void {
  if (stop.signal.aborted) return;
  stop.abort();
  stderr.write('\nStopping. Changes in progress complete; press Ctrl+C again to end at once.\n');
}

/** Whether a line of progress is shown. */
let hasProgress = false;

const terminal: Terminal = {
  out: (text) => {
    stdout.write(text);
  },
  error: (text) => {
    stderr.write(text);
  },
  progress: (text) => {
    if (!stderr.isTTY || (text === '' && !hasProgress)) return;
    stderr.write(`\r\u001b[K${text}`);
    hasProgress = text !== '';
  },
  ask:
    stdin.isTTY && stderr.isTTY
      ? async (question) => {
          const lines = createInterface({ input: stdin, output: stderr });
          // The terminal is in raw mode, so that Ctrl+C is no signal.
          lines.on('SIGINT', stopAfterCurrentChanges);
          try {
            return await lines.question(question, { signal: stop.signal });
          } catch {
            return '';
          } finally {
            lines.close();
          }
        }
      : undefined,
  stopSignal: stop.signal,
};

// The second one ends the process as usual.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stopAfterCurrentChanges);
// What reads the output may have enough, such as `head`.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

void runCommandLine(process.argv.slice(2), { environment: process.env, folder: process.cwd(), terminal }).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    // A defect. Its message may contain anything, so only say where it was.
    const place = error instanceof Error ? /at .*$/m.exec(error.stack ?? '')?.[0] : undefined;
    stderr.write(
      `Error: something went wrong in alexa-network-mapping (${place ?? 'unknown place'}). Run check to see what the service has.\n`,
    );
    process.exitCode = 1;
  },
);
