import { setTimeout as delay } from 'node:timers/promises';

const LIMIT_MS = 15_000;

/** Repeats a check until it throws no more, for what VS Code does in its own time. Gives back what the check does. */
export async function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(20);
    }
  }
}
