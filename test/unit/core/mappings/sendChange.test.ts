import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RequestContext } from '../../../../src/core/api/serviceClient';
import type { Result } from '../../../../src/core/failures/apiFailure';
import { sendAndVerify } from '../../../../src/core/mappings/sendChange';
import type { MappingChange, NetworkMapping } from '../../../../src/core/model/networkMapping';
import { aFailure, mappedTo, OTHER_SKILL, SERVICE_PROVIDER, SKILL } from '../../../support/builders';

const change: MappingChange = { operation: 'update', serviceProviderId: SERVICE_PROVIDER, skillId: OTHER_SKILL };
const never = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Returns the contexts of the reads after a change that failed without a response after some time. */
async function readsAfter(durationMs: number): Promise<RequestContext[]> {
  const reads: RequestContext[] = [];
  const client = {
    change: (): Promise<Result<NetworkMapping>> => {
      vi.advanceTimersByTime(durationMs);
      const attempt = { startedAtMs: 0, durationMs, outcome: 'timeout' as const };
      return Promise.resolve({ ok: false, failure: aFailure('timeout', { effect: 'unknown', attempts: [attempt] }) });
    },
    get: (_id: string, context: RequestContext = {}): Promise<Result<NetworkMapping>> => {
      reads.push(context);
      return Promise.resolve({ ok: false, failure: aFailure('timeout') });
    },
  };
  const outcome = await sendAndVerify(client, change, { urgent: true, interactive: true }, mappedTo(SKILL), 0, never);
  expect(outcome).toMatchObject({ type: 'unconfirmed', failure: { replaced: mappedTo(SKILL) } });
  return reads;
}

/** Like {@link readsAfter}, but the first read takes some time and shows the earlier mapping. */
async function limitsOfReads(firstReadMs: number): Promise<(number | undefined)[]> {
  const limits: (number | undefined)[] = [];
  const attempt = { startedAtMs: 0, durationMs: 0, outcome: 'unavailable' as const };
  const failure = aFailure('unavailable', { effect: 'unknown', attempts: [attempt] });
  const client = {
    change: (): Promise<Result<NetworkMapping>> => Promise.resolve({ ok: false, failure }),
    get: (_id: string, { limitMs }: RequestContext = {}): Promise<Result<NetworkMapping>> => {
      limits.push(limitMs);
      vi.advanceTimersByTime(firstReadMs);
      return Promise.resolve({ ok: true, value: mappedTo(SKILL) });
    },
  };
  await sendAndVerify(client, change, { urgent: true }, mappedTo(SKILL), 1, never);
  return limits;
}

describe('the verification of a change without a response', () => {
  it.each([
    [1_000, 18_000],
    [15_000, 4_000],
    [60_000, 4_000],
  ])('after %i ms takes %i ms at most, and prompts for nothing', async (durationMs, limitMs) => {
    expect(await readsAfter(durationMs)).toEqual([{ urgent: true, interactive: false, limitMs }]);
  });

  it('shares the time among its reads', async () => {
    expect(await limitsOfReads(5_000)).toEqual([19_000, 14_000]);
    expect(await limitsOfReads(17_000)).toEqual([19_000, 4_000]);
  });

  it('leaves the change unconfirmed when the user cancels the wait for a late effect', async () => {
    const attempt = { startedAtMs: 0, durationMs: 0, outcome: 500 };
    const failure = aFailure('serverError', { effect: 'unknown', status: 500, attempts: [attempt] });
    const cancel = new AbortController();
    const client = {
      change: (): Promise<Result<NetworkMapping>> => Promise.resolve({ ok: false, failure }),
      get: (): Promise<Result<NetworkMapping>> => {
        queueMicrotask(() => {
          cancel.abort();
        });
        return Promise.resolve({ ok: true, value: mappedTo(SKILL) });
      },
    };
    const context = { abortSignal: cancel.signal };
    const outcome = await sendAndVerify(client, change, context, mappedTo(SKILL), 60_000, never);
    expect(outcome).toMatchObject({ type: 'unconfirmed', reading: { mapping: mappedTo(SKILL) } });
  });
});
