import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ChangeRecord } from '../../../../src/core/history/changeRecord';
import { InterruptedChangeRecovery } from '../../../../src/core/mappings/interruptedChangeRecovery';
import { aChange } from '../../../support/recordedChanges';

const OPEN = aChange({ id: 'open', completed: undefined });
const UNCONFIRMED = aChange({ id: 'unconfirmed', completed: { result: 'unconfirmed' } });

let isSignedIn: boolean;
let unsettled: readonly ChangeRecord[];
/** For each time that changes were recovered, the IDs of those that were read. */
let recovered: string[][];
let errors: unknown[];
let recovery: InterruptedChangeRecovery;

beforeEach(() => {
  vi.useFakeTimers();
  isSignedIn = true;
  unsettled = [OPEN, UNCONFIRMED];
  recovered = [];
  errors = [];
  recovery = new InterruptedChangeRecovery({
    isSignedIn: () => isSignedIn,
    unsettled: () => Promise.resolve(unsettled),
    recover: (isDue) => {
      recovered.push(unsettled.filter(isDue).map(({ id }) => id));
      return Promise.resolve();
    },
    onError: (error) => errors.push(error),
  });
});

afterEach(() => {
  recovery.dispose();
  vi.useRealTimers();
});

it('waits until an account is signed in', async () => {
  isSignedIn = false;
  await recovery.start();
  expect(recovered).toEqual([]);
  isSignedIn = true;
  await recovery.start();
  expect(recovered).toEqual([['open', 'unconfirmed']]);
});

it('looks again after 10 s, a minute and eleven minutes, and then no more', async () => {
  await recovery.start();
  const times: number[] = [];
  for (let ms = 0; ms < 20 * 60_000; ms += 1_000) {
    const before = recovered.length;
    await vi.advanceTimersByTimeAsync(1_000);
    if (recovered.length > before) times.push(ms + 1_000);
  }
  expect(times).toEqual([10_000, 70_000, 730_000]);
});

it('reads once what was unconfirmed already when its window closed', async () => {
  await recovery.start();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(recovered).toEqual([['open', 'unconfirmed'], ['open']]);
});

it('starts once, however often it is told to', async () => {
  await recovery.start();
  await recovery.start();
  expect(recovered).toHaveLength(1);
});

it('reads nothing where the journal has nothing to recover', async () => {
  unsettled = [];
  await recovery.start();
  expect(recovered).toEqual([]);
});

it('reports an error and looks again later', async () => {
  unsettled = [
    new Proxy(OPEN, {
      get: () => {
        throw new Error('disk');
      },
    }),
  ];
  await recovery.start();
  expect(errors).toEqual([new Error('disk')]);
  unsettled = [OPEN];
  await vi.advanceTimersByTimeAsync(10_000);
  expect(recovered).toEqual([['open']]);
});

it('looks no more once it is disposed of', async () => {
  await recovery.start();
  recovery.dispose();
  await vi.advanceTimersByTimeAsync(20 * 60_000);
  expect(recovered).toHaveLength(1);
});
