import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FailureKind } from '../../../../src/core/failures/apiFailure';
import type { ProviderStatus } from '../../../../src/core/mappings/providerStatus';
import { RereadAfterFailure } from '../../../../src/core/mappings/rereadAfterFailure';
import type { MappingStore } from '../../../../src/core/mappings/mappingStore';
import { aFailure, aProvider, aReading, notMapped } from '../../../support/builders';

/** Rows that are read immediately, from a service that may fail. */
class Rows {
  readonly events: MappingStore['events'] = new EventEmitter();
  readonly statuses = new Map<string, ProviderStatus>();
  /** Each read with its time. */
  readonly reads: { readonly ids: readonly string[]; readonly atMs: number }[] = [];
  failsWith: FailureKind | undefined = 'network';
  retryAfterMs: number | undefined;
  failing: (id: string) => boolean = () => true;

  constructor(count: number) {
    for (let index = 0; index < count; index++) this.statuses.set(`row ${index}`, {});
  }

  readonly status = (id: string): ProviderStatus => this.statuses.get(id) ?? {};
  readonly provider = (id: string) => (this.statuses.has(id) ? aProvider(id) : undefined);

  readonly refresh = async (ids: readonly string[]): Promise<void> => {
    this.reads.push({ ids, atMs: Date.now() });
    await Promise.resolve();
    for (const id of ids) {
      const { failsWith, retryAfterMs } = this;
      const status: ProviderStatus =
        failsWith && this.failing(id)
          ? { readError: aFailure(failsWith, { ...(retryAfterMs !== undefined && { retryAfterMs }) }) }
          : { lastKnown: aReading(notMapped, Date.now()) };
      this.statuses.set(id, status);
      this.events.emit('providerChanged', id);
    }
    this.events.emit('idle');
  };

  get all(): string[] {
    return [...this.statuses.keys()];
  }

  get unread(): string[] {
    return this.all.filter((id) => !this.status(id).lastKnown);
  }
}

const minutes = (count: number) => vi.advanceTimersByTimeAsync(count * 60_000);
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);

describe('rows that could not be read', () => {
  let rows: Rows;
  let recovery: RereadAfterFailure;

  beforeEach(() => {
    vi.useFakeTimers();
    rows = new Rows(300);
    recovery = new RereadAfterFailure(rows, (ids) => void rows.refresh(ids));
    recovery.update(true);
  });
  afterEach(() => {
    recovery.dispose();
    vi.useRealTimers();
  });

  const failAll = async () => {
    await rows.refresh(rows.all);
    rows.reads.length = 0;
  };

  it('are probed one at a time, at growing intervals, a different one each time', async () => {
    await failAll();
    const beganMs = Date.now();
    await minutes(10);
    expect(rows.reads.every(({ ids }) => ids.length === 1)).toBe(true);
    expect(new Set(rows.reads.map(({ ids }) => ids[0])).size).toBe(rows.reads.length);
    expect(rows.reads.slice(0, 7).map(({ atMs }) => (atMs - beganMs) / 1_000)).toEqual([2, 6, 14, 30, 62, 122, 182]);
  });

  it('are all read as soon as one probe succeeds, and no more after that', async () => {
    await failAll();
    await seconds(10);
    rows.failsWith = undefined;
    await seconds(10);
    expect(rows.unread).toEqual([]);
    expect([recovery.count, recovery.failure]).toEqual([0, undefined]);
    rows.reads.length = 0;
    await minutes(10);
    expect(rows.reads).toEqual([]);
  });

  it('are all read as soon as an interactive read of one succeeds', async () => {
    await failAll();
    await seconds(1);
    rows.failsWith = undefined;
    await rows.refresh(['row 7']);
    await seconds(0);
    expect(rows.unread).toEqual([]);
  });

  it('are not read while the view is hidden, and immediately when it is shown', async () => {
    await failAll();
    recovery.update(false);
    await minutes(60);
    expect(rows.reads).toEqual([]);
    rows.failsWith = undefined;
    // Not even after a read by a command.
    await rows.refresh(['row 7']);
    rows.reads.length = 0;
    await minutes(60);
    expect(rows.reads).toEqual([]);
    recovery.update(true);
    await seconds(0);
    expect(rows.unread).toEqual([]);
  });

  it('are probed once, not each time the view is shown', async () => {
    await failAll();
    await minutes(10);
    rows.reads.length = 0;
    for (let times = 0; times < 50; times++) recovery.update(true);
    await seconds(1);
    expect(rows.reads).toEqual([]);
  });

  it('are probed soon again when another read has failed', async () => {
    await failAll();
    await minutes(10);
    rows.reads.length = 0;
    await rows.refresh(['row 7']);
    await seconds(2);
    expect(rows.reads.map(({ ids }) => ids.length)).toEqual([1, 1]);
  });

  it('are not read repeatedly when the clock was set back after others were read', async () => {
    rows.failing = (id) => id !== 'row 5';
    await failAll();
    vi.setSystemTime(Date.now() - 3_600_000);
    rows.failing = () => true;
    await rows.refresh(['row 5']);
    rows.reads.length = 0;
    await minutes(10);
    expect(rows.reads.length).toBeLessThan(20);
    expect(rows.reads.every(({ ids }) => ids.length === 1)).toBe(true);
  });

  it('are not read for as long as the service asks, up to five minutes', async () => {
    rows.retryAfterMs = 90_000;
    await failAll();
    await seconds(89);
    expect(rows.reads).toEqual([]);
    rows.retryAfterMs = 86_400_000;
    await seconds(1);
    expect(rows.reads).toHaveLength(1);
    rows.reads.length = 0;
    for (const id of rows.all) await rows.refresh([id]);
    rows.reads.length = 0;
    await seconds(299);
    expect(rows.reads).toEqual([]);
    await seconds(1);
    expect(rows.reads).toHaveLength(1);
  });

  it.each([
    'unavailable',
    'timeout',
    'network',
    'nameResolution',
    'certificate',
    'proxy',
    'serverError',
    'throttled',
  ] as const)('are read again after %s', async (kind) => {
    rows.failsWith = kind;
    await failAll();
    rows.failsWith = undefined;
    await seconds(3);
    expect(rows.unread).toEqual([]);
  });

  it.each(['unauthorized', 'forbidden', 'signedOut', 'accountMissing', 'badRequest', 'canceled'] as const)(
    'are not read automatically after %s',
    async (kind) => {
      rows.failsWith = kind;
      await failAll();
      await minutes(10);
      expect([rows.reads, recovery.count]).toEqual([[], 0]);
    },
  );

  it('are read again when Login with Amazon was unreachable for a renewal', async () => {
    rows.statuses.set('row 1', {
      readError: aFailure('renewalFailed', { signIn: { kind: 'unavailable' }, attempts: [] }),
    });
    rows.events.emit('providerChanged', 'row 1');
    rows.events.emit('idle');
    rows.failsWith = undefined;
    await seconds(3);
    expect(rows.status('row 1').lastKnown).toBeDefined();
  });

  it('cost only an occasional probe while others can be read', async () => {
    rows.failing = (id) => id === 'row 3' || id === 'row 4';
    await failAll();
    await minutes(10);
    expect(rows.reads.length).toBeLessThan(20);
    expect(new Set(rows.reads.flatMap(({ ids }) => ids))).toEqual(new Set(['row 3', 'row 4']));
  });

  it('are dropped when they leave the list or another endpoint is set', async () => {
    await failAll();
    rows.statuses.clear();
    rows.events.emit('entriesChanged');
    await minutes(10);
    expect([rows.reads, recovery.count]).toEqual([[], 0]);
  });

  it('are not read after dispose', async () => {
    await failAll();
    recovery.dispose();
    await minutes(10);
    rows.events.emit('idle');
    expect(rows.reads).toEqual([]);
  });
});
