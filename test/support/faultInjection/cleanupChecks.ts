import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';

/** What keeps a process alive and must not be left behind. Unreferenced timers and idle handles are not among it. */
const HELD = ['TCPSocketWrap', 'TCPServerWrap', 'Timeout'];

/** Some seconds: more than any limit or pause that is still to come. */
const MOST_LOOKS = 400;

function held(): number[] {
  const names = process.getActiveResourcesInfo();
  return HELD.map((name) => names.filter((each) => each === name).length);
}

/** What there is more of than before. */
function leftSince(before: readonly number[]): string[] {
  return held().flatMap((now, index) => (now > (before[index] ?? 0) ? [`${HELD[index] ?? ''} ${now}`] : []));
}

/**
 * Registers, for a whole file, that what its tests leave behind is as before: no socket, no server, no timer, and no rejection
 * that nobody has handled.
 */
export function expectNothingLeft(): void {
  const unhandled: unknown[] = [];
  const hear = (reason: unknown) => unhandled.push(reason);
  let before: readonly number[] = [];
  beforeAll(() => {
    before = held();
    process.on('unhandledRejection', hear);
  });
  afterAll(async () => {
    // Connections that were closed a moment ago take some turns until they are gone.
    for (let looks = 0; looks < MOST_LOOKS && leftSince(before).length > 0; looks++) await delay(20);
    expect(leftSince(before), 'what still keeps the process alive').toEqual([]);
    process.off('unhandledRejection', hear);
    expect(unhandled, 'rejections that nobody handled').toEqual([]);
  });
}
