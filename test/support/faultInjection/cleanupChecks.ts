import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';

/** Resources that keep a process alive and must be released. Excludes unreferenced timers and idle handles. */
const RESOURCE_TYPES = ['TCPSocketWrap', 'TCPServerWrap', 'Timeout'];

/** At 20 ms each: longer than any pending timeout or delay. */
const MAX_CHECKS = 400;

function activeResources(): number[] {
  const names = process.getActiveResourcesInfo();
  return RESOURCE_TYPES.map((name) => names.filter((each) => each === name).length);
}

/** The types of which there are more than before, with their counts. */
function leakedSince(before: readonly number[]): string[] {
  return activeResources().flatMap((now, index) =>
    now > (before[index] ?? 0) ? [`${RESOURCE_TYPES[index] ?? ''} ${now}`] : [],
  );
}

/**
 * Registers a check that the tests of a file leave nothing behind: no socket, server or timer, and no unhandled rejection.
 */
export function expectNothingLeft(): void {
  const unhandled: unknown[] = [];
  const record = (reason: unknown) => unhandled.push(reason);
  let before: readonly number[] = [];
  beforeAll(() => {
    before = activeResources();
    process.on('unhandledRejection', record);
  });
  afterAll(async () => {
    // Connections that were just closed take a few turns of the event loop to disappear.
    for (let checks = 0; checks < MAX_CHECKS && leakedSince(before).length > 0; checks++) await delay(20);
    expect(leakedSince(before), 'resources that keep the process alive').toEqual([]);
    process.off('unhandledRejection', record);
    expect(unhandled, 'unhandled rejections').toEqual([]);
  });
}
