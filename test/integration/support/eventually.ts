import { setTimeout as delay } from 'node:timers/promises';

const TIMEOUT_MS = 15_000;

/** Repeats a check until it no longer throws, and returns its result. For what VS Code does asynchronously. */
export async function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(20);
    }
  }
}
