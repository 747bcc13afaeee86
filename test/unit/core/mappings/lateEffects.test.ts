import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RequestContext } from '../../../../src/core/api/serviceClient';
import type { ApiFailure, FailureKind, Result } from '../../../../src/core/failures/apiFailure';
import { targetOf, type MappingChange, type NetworkMapping } from '../../../../src/core/model/networkMapping';
import type { ChangeRecord } from '../../../../src/core/history/changeRecord';
import { changesToUndo, planUndoStep } from '../../../../src/core/history/undo';
import { MappingStore } from '../../../../src/core/mappings/mappingStore';
import {
  aFailure,
  aProvider,
  mappedTo,
  notMapped,
  OTHER_SKILL,
  signedInTo,
  signedOut,
  SKILL,
  THIRD_SKILL,
} from '../../../support/builders';
import { RecordedChangeLog } from '../../../support/recordedChangeLog';
import { historyOf } from '../../../support/recordedChanges';
import { quiet } from '../../../support/eventLoopTurns';
import { VirtualDelays } from '../../../support/virtualDelays';

let delays = new VirtualDelays();
vi.mock('node:timers/promises', async (importActual) => ({
  ...(await importActual<object>()),
  setTimeout: (ms: number, value: unknown) => delays.wait(ms, value),
}));

const ID = 'hotel';
const URL = 'https://api.example.com';
const HOUR_MS = 3_600_000;
const A = mappedTo(SKILL);
const B = mappedTo(OTHER_SKILL);
const C = mappedTo(THIRD_SKILL);

/** How a change ends for its client, and when it takes effect at the service. */
interface Course {
  readonly failure?: { readonly kind: FailureKind } & Partial<ApiFailure>;
  /**
   * The delay until it takes effect after it ended for its client. If undefined: immediately with a response,
   * never with a failure.
   */
  readonly lateMs?: number;
}

/** A service whose changes may take effect long after their clients stopped waiting. */
class SlowService {
  held: NetworkMapping = A;
  course: Course = {};
  /** The failure of all reads. */
  outage: FailureKind | undefined;
  readonly readAtMs: number[] = [];

  async get(serviceProviderId: string): Promise<Result<NetworkMapping>> {
    await Promise.resolve();
    this.readAtMs.push(delays.nowMs);
    if (this.outage) return { ok: false, failure: aFailure(this.outage, { serviceProviderId }) };
    return { ok: true, value: this.held };
  }

  async change(change: MappingChange, { abortSignal: signal }: RequestContext = {}): Promise<Result<NetworkMapping>> {
    const { failure, lateMs } = this.course;
    if (failure?.kind === 'canceled') await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    const takeEffect = () => (this.held = targetOf(change));
    if (!failure) return { ok: true, value: takeEffect() };
    if (lateMs !== undefined) void delays.wait(lateMs).then(takeEffect);
    return {
      ok: false,
      failure: aFailure(failure.kind, { operation: change.operation, effect: 'unknown', ...failure }),
    };
  }

  /** Lets others change the mapping after a delay. */
  setLater(ms: number, mapping: NetworkMapping): void {
    void delays.wait(ms).then(() => (this.held = mapping));
  }
}

const TIMEOUT: Course = { failure: { kind: 'timeout' } };
const WITHOUT_ANSWER: readonly Course[] = [
  TIMEOUT,
  { failure: { kind: 'unavailable', status: 504 } },
  { failure: { kind: 'unavailable', status: 502 } },
  { failure: { kind: 'badRequest', status: 408 } },
  { failure: { kind: 'network' } },
  { failure: { kind: 'canceled' } },
];

const remap = (skillId = OTHER_SKILL): MappingChange => ({ operation: 'update', serviceProviderId: ID, skillId });
const DELETION: MappingChange = { operation: 'delete', serviceProviderId: ID };

let service: SlowService;
let notes: RecordedChangeLog;
let states: MappingStore;
let found: MappingChange[];
let endpoint: string;

beforeEach(async () => {
  delays = new VirtualDelays();
  vi.spyOn(Date, 'now').mockImplementation(() => delays.nowMs);
  service = new SlowService();
  notes = new RecordedChangeLog();
  endpoint = URL;
  states = new MappingStore(service, notes, { endpoint: () => endpoint });
  states.setEntries([aProvider(ID)]);
  states.setSessions(signedInTo());
  found = [];
  states.events.on('lateEffect', (change) => found.push(change));
  await states.refresh([ID]);
  service.readAtMs.length = 0;
});

/** Makes a change and waits until it has ended for its caller. */
async function make(change: MappingChange, course: Course) {
  service.course = course;
  const stop = new AbortController();
  const changing = states.change(change, { operationId: 'act', abortSignal: stop.signal });
  if (course.failure?.kind === 'canceled') {
    await delays.wait(0);
    stop.abort();
  }
  let outcome: Awaited<typeof changing> | undefined;
  void changing.then((ended) => {
    outcome = ended;
  });
  do await quiet();
  while (!outcome && (await delays.next()));
  return changing;
}

const closings = () => notes.all.map(({ closing }) => closing);
const results = () => closings().map((closing) => closing?.result);

describe('a change without a response', () => {
  for (const course of WITHOUT_ANSWER) {
    const { kind, status } = course.failure ?? { kind: undefined };
    describe(`of kind ${String(kind)} ${String(status ?? '')}`, () => {
      beforeEach(() => {
        // The cancellation waits for its own event loop turn.
        if (kind === 'canceled') void delays.settle();
      });

      it.each([1_000, 5_000, 10_000, 30_000, 60_000])('that took effect after %s ms is found', async (lateMs) => {
        const outcome = await make(remap(), { ...course, lateMs });
        const isSeenAtOnce = lateMs === 1_000 && kind !== 'canceled';
        if (kind !== 'canceled') expect(outcome.type).toBe(isSeenAtOnce ? 'succeeded' : 'unconfirmed');
        await delays.settle();
        expect(states.row(ID)).toEqual(B);
        expect(states.status(ID)).not.toHaveProperty('unconfirmed');
        expect(states.status(ID)).not.toHaveProperty('lastFailure');
        expect(closings()).toMatchObject([{ result: 'succeeded', actual: B, failure: kind }]);
        expect(found).toEqual(isSeenAtOnce ? [] : [remap()]);
      });

      it('that never takes effect is unconfirmed for as long as the earlier mapping is read', async () => {
        expect(await make(remap(), course)).toMatchObject({ type: 'unconfirmed' });
        await delays.settle();
        expect(service.readAtMs.at(-1)).toBeGreaterThanOrEqual(60_000);
        expect(states.row(ID)).toEqual(A);
        expect(states.status(ID)).toMatchObject({ unconfirmed: { change: remap(), before: A }, lastFailure: { kind } });
        expect(closings()).toMatchObject([{ result: 'unconfirmed', actual: A }]);
        expect(found).toEqual([]);
      });
    });
  }

  it('is checked after about 2, 5, 15 and 60 s and then no more', async () => {
    await make(remap(), TIMEOUT);
    await delays.settle();
    expect(service.readAtMs).toEqual([0, 2_000, 7_000, 17_000, 62_000]);
  });

  it('is checked immediately when it was canceled', async () => {
    void delays.settle();
    await make(remap(), { failure: { kind: 'canceled' } });
    await delays.settle();
    expect(service.readAtMs).toEqual([0, 5_000, 15_000, 60_000]);
  });

  it('is not checked again once it was found', async () => {
    await make(remap(), { ...TIMEOUT, lateMs: 10_000 });
    await delays.settle();
    expect(service.readAtMs).toEqual([0, 2_000, 7_000, 17_000]);
  });

  it('is found by any later read, however late', async () => {
    await make(remap(), { ...TIMEOUT, lateMs: HOUR_MS });
    await delays.settle();
    expect(states.status(ID).unconfirmed).toBeDefined();
    await states.refresh([ID]);
    await delays.settle();
    expect(states.status(ID)).toEqual({ lastKnown: { mapping: B, readAtMs: HOUR_MS } });
    expect(results()).toEqual(['succeeded']);
    expect(found).toEqual([remap()]);
  });

  it('can be undone once it was found, and counts as unconfirmed before', async () => {
    const toUndo = async () => {
      const recorded = notes.all.map(({ started, closing }, index): ChangeRecord => {
        const id = String(index);
        return { ...started, id, startedAtMs: 0, ...(closing && { completed: { id, completedAtMs: 0, ...closing } }) };
      });
      const [change] = await changesToUndo(historyOf(recorded).newestFirst(), () => URL);
      const lastKnown = states.status(ID).lastKnown?.mapping;
      return change && lastKnown && planUndoStep(change, lastKnown);
    };
    await make(remap(), { ...TIMEOUT, lateMs: 10_000 });
    expect(await toUndo()).toEqual({ type: 'unconfirmed' });
    await delays.settle();
    expect(await toUndo()).toEqual({ type: 'restore', change: remap(SKILL) });
  });

  it('is found by a read that comes before its journal entry is completed', async () => {
    const close = notes.complete.bind(notes);
    const written: (() => void)[] = [];
    notes.complete = async (...closing) => {
      await new Promise<void>((resolve) => written.push(resolve));
      await close(...closing);
    };
    service.course = { ...TIMEOUT, lateMs: 3_000 };
    const changing = states.change(remap(), { operationId: 'act' });
    while (delays.nowMs < 3_000) await delays.next();
    await states.refresh([ID]);
    expect(states.row(ID)).toEqual(B);
    for (let next = written.pop(); next; next = written.pop()) {
      next();
      await delays.settle();
    }
    await changing;
    expect(results()).toEqual(['succeeded']);
  });

  it.each([
    ['a remap by others', C],
    ['a deletion by others', notMapped],
  ])('is completed when it is followed by %s, without further checks', async (_what, mapping) => {
    await make(remap(), TIMEOUT);
    service.setLater(1_000, mapping);
    await delays.settle();
    expect(service.readAtMs).toEqual([0, 2_000, 7_000]);
    expect(states.row(ID)).toEqual(mapping);
    expect(states.status(ID)).not.toHaveProperty('unconfirmed');
    expect(closings()).toMatchObject([{ result: 'unconfirmed', actual: mapping }]);
    expect(found).toEqual([]);
  });

  it('is completed when the first read returns a mapping set by others', async () => {
    service.setLater(1_000, C);
    expect(await make(remap(), TIMEOUT)).toMatchObject({ type: 'unconfirmed', reading: { mapping: C } });
    await delays.settle();
    expect(service.readAtMs).toEqual([0, 2_000]);
    expect(closings()).toMatchObject([{ result: 'unconfirmed', actual: C }]);
  });

  it('uses the first mapping read as the earlier one when that was unknown', async () => {
    states = new MappingStore(service, notes, { endpoint: () => URL });
    states.setEntries([aProvider(ID)]);
    states.setSessions(signedInTo());
    await make(remap(), TIMEOUT);
    expect(states.status(ID).unconfirmed).toMatchObject({ change: remap(), before: A });
    service.setLater(1_000, C);
    await delays.settle();
    expect(states.status(ID)).not.toHaveProperty('unconfirmed');
  });

  it('is found even if it could not be read at first', async () => {
    states = new MappingStore(service, notes, { endpoint: () => URL });
    states.setEntries([aProvider(ID)]);
    states.setSessions(signedInTo());
    service.outage = 'unavailable';
    await make(remap(), { ...TIMEOUT, lateMs: 100 });
    await delays.next();
    service.outage = undefined;
    await delays.settle();
    expect(states.status(ID)).not.toHaveProperty('unconfirmed');
    expect(results()).toEqual(['succeeded']);
  });

  it('is found by a later check when the mapping could not be read at first', async () => {
    service.outage = 'unavailable';
    expect(await make(remap(), { ...TIMEOUT, lateMs: 100 })).toMatchObject({
      type: 'unconfirmed',
      verificationError: { kind: 'unavailable' },
    });
    await delays.next();
    service.outage = undefined;
    await delays.settle();
    expect(states.row(ID)).toEqual(B);
    expect(results()).toEqual(['succeeded']);
  });

  it('that was a deletion is found when nothing is mapped any more', async () => {
    await make(DELETION, { ...TIMEOUT, lateMs: 10_000 });
    await delays.settle();
    expect(closings()).toMatchObject([{ result: 'succeeded', actual: notMapped }]);
  });

  it.each([
    ['while it is unconfirmed', false],
    ['while it is in progress', true],
  ])('is not checked when its provider leaves the list %s, until it is listed again', async (_when, isEarly) => {
    service.course = { ...TIMEOUT, lateMs: 10_000 };
    if (isEarly)
      setImmediate(() => {
        states.setEntries([]);
      });
    await make(remap(), service.course);
    states.setEntries([]);
    await delays.settle();
    expect(service.readAtMs).toEqual([0, 2_000]);
    expect(results()).toEqual(['unconfirmed']);
    states.setEntries([aProvider(ID)]);
    await states.refresh([ID]);
    await delays.settle();
    expect(results()).toEqual(['succeeded']);
    expect(states.status(ID)).not.toHaveProperty('unconfirmed');
  });
});

describe('a change with a failure response from the service', () => {
  const failed: Course = { failure: { kind: 'serverError', status: 500 } };

  it('failed when the earlier mapping is read', async () => {
    expect(await make(remap(), failed)).toMatchObject({ type: 'failed' });
    await delays.settle();
    expect(service.readAtMs).toEqual([0, 2_000]);
    expect(states.status(ID)).not.toHaveProperty('unconfirmed');
    expect(results()).toEqual(['failed']);
  });

  it('is unconfirmed when others have changed the mapping since', async () => {
    service.setLater(1_000, C);
    expect(await make(remap(), failed)).toMatchObject({ type: 'unconfirmed', reading: { mapping: C } });
    await delays.settle();
    expect(states.status(ID)).not.toHaveProperty('unconfirmed');
    expect(closings()).toMatchObject([{ result: 'unconfirmed', actual: C }]);
  });

  it.each([
    ['took effect', 'succeeded', B],
    ['failed', 'failed', A],
    ['is unconfirmed', 'unconfirmed', C],
  ])('that could not be read %s when the next read shows it', async (_what, result, actual) => {
    service.outage = 'unavailable';
    expect(await make(remap(), failed)).toMatchObject({ type: 'unconfirmed' });
    expect(states.status(ID).unconfirmed).toBeDefined();
    service.outage = undefined;
    service.held = actual;
    await delays.settle();
    expect(states.status(ID)).not.toHaveProperty('unconfirmed');
    expect(closings()).toMatchObject([{ result, actual }]);
  });

  it('took effect when a later read shows it, even if the earlier mapping was unknown', async () => {
    states = new MappingStore(service, notes, { endpoint: () => URL });
    states.setEntries([aProvider(ID)]);
    states.setSessions(signedInTo());
    service.outage = 'unavailable';
    await make(remap(), failed);
    service.outage = undefined;
    service.held = B;
    await states.refresh([ID]);
    await delays.settle();
    expect(closings()).toMatchObject([{ result: 'succeeded', actual: B }]);
  });
});

describe('another change while one is unconfirmed', () => {
  it('that restores the earlier mapping proves nothing about the first', async () => {
    service.outage = 'unavailable';
    await make(remap(), { failure: { kind: 'serverError', status: 500 } });
    service.outage = undefined;
    expect(await make(remap(SKILL), {})).toMatchObject({ type: 'succeeded' });
    await delays.settle();
    expect(closings()).toMatchObject([{ result: 'unconfirmed' }, { result: 'succeeded', actual: A }]);
  });

  it('with the same target leaves the first unconfirmed when it succeeds, because the mapping does not distinguish them', async () => {
    await make(remap(), { ...TIMEOUT, lateMs: 30_000 });
    expect(await make(remap(), {})).toMatchObject({ type: 'succeeded' });
    expect(states.status(ID)).not.toHaveProperty('unconfirmed');
    await delays.settle();
    expect(results()).toEqual(['unconfirmed', 'succeeded']);
    expect(found).toEqual([]);
  });

  it('with the same target that was not applied leaves the first one to be found', async () => {
    await make(remap(), { ...TIMEOUT, lateMs: 10_000 });
    expect(await make(remap(), { failure: { kind: 'forbidden', status: 403, effect: 'none' } })).toMatchObject({
      type: 'failed',
    });
    expect(states.status(ID).unconfirmed).toBeDefined();
    await delays.settle();
    expect(states.row(ID)).toEqual(B);
    expect(results()).toEqual(['succeeded', 'failed']);
    expect(found).toEqual([remap()]);
  });

  it('is overwritten by the late effect of the first, which the row and the journal show', async () => {
    await make(remap(), { ...TIMEOUT, lateMs: 30_000 });
    expect(await make(remap(THIRD_SKILL), {})).toMatchObject({ type: 'succeeded' });
    expect(states.status(ID)).toMatchObject({ lastKnown: { mapping: C }, unconfirmed: { change: remap() } });
    await delays.settle();
    expect(states.row(ID)).toEqual(B);
    expect(results()).toEqual(['succeeded', 'succeeded']);
    expect(found).toEqual([remap()]);
  });

  it('completes the first one after its last check', async () => {
    await make(remap(), TIMEOUT);
    await make(remap(THIRD_SKILL), {});
    await delays.settle();
    expect(states.status(ID)).toEqual({ lastKnown: { mapping: C, readAtMs: 62_000 } });
    expect(closings()).toMatchObject([
      { result: 'unconfirmed', actual: C },
      { result: 'succeeded', actual: C },
    ]);
  });

  it('may be unconfirmed too; each is found by its target', async () => {
    await make(remap(), { ...TIMEOUT, lateMs: 10_000 });
    await make(remap(THIRD_SKILL), { ...TIMEOUT, lateMs: 30_000 });
    expect(states.status(ID).unconfirmed?.change).toEqual(remap(THIRD_SKILL));
    await delays.settle();
    expect(states.row(ID)).toEqual(C);
    expect(results()).toEqual(['succeeded', 'succeeded']);
    expect(found).toEqual([remap(), remap(THIRD_SKILL)]);
  });
});

describe('while a change is unconfirmed', () => {
  it('nothing is read when signed out, and reads of another session prove nothing', async () => {
    await make(DELETION, { ...TIMEOUT, lateMs: 10_000 });
    states.setSessions(new Map([['default', undefined]]));
    expect(states.status(ID).unconfirmed).toBeDefined();
    await delays.settle();
    expect(service.readAtMs).toEqual([0, 2_000]);
    states.setSessions(new Map([['default', 'another session']]));
    expect(states.status(ID)).not.toHaveProperty('unconfirmed');
    service.held = notMapped;
    await states.refresh([ID]);
    await delays.settle();
    expect(states.row(ID)).toEqual(notMapped);
    expect(closings()).toMatchObject([{ result: 'unconfirmed', actual: A }]);
    expect(found).toEqual([]);
  });

  it('another account for the service provider ends the checks', async () => {
    await make(remap(), { ...TIMEOUT, lateMs: 10_000 });
    states.setSessions(signedInTo('default', 'other'));
    states.setEntries([aProvider(ID, { account: 'other' })]);
    expect(states.status(ID)).not.toHaveProperty('unconfirmed');
    await delays.settle();
    expect(service.readAtMs).toEqual([0, 2_000]);
    expect(results()).toEqual(['unconfirmed']);
  });

  it('a sign-out leaves it to be found by the same session', async () => {
    await make(remap(), { ...TIMEOUT, lateMs: 1 });
    states.setSessions(signedOut);
    await delays.settle();
    states.setSessions(signedInTo());
    await states.refresh([ID]);
    await delays.settle();
    expect(results()).toEqual(['succeeded']);
  });

  it('no check is sent to another endpoint', async () => {
    await make(remap(), { ...TIMEOUT, lateMs: 10_000 });
    endpoint = 'https://api.eu.example.com';
    states.followEndpoints();
    await delays.settle();
    expect(service.readAtMs).toEqual([0, 2_000]);
    expect(states.status(ID)).toEqual({});
    expect(results()).toEqual(['unconfirmed']);
  });

  it('no read goes to a new endpoint that is set while the change is in progress', async () => {
    service.course = TIMEOUT;
    const changing = states.change(remap(), { operationId: 'act' });
    await delays.next();
    endpoint = 'https://api.eu.example.com';
    states.followEndpoints();
    await delays.settle();
    expect(await changing).toMatchObject({ type: 'unconfirmed' });
    await delays.settle();
    expect(service.readAtMs).toEqual([0]);
    expect(states.status(ID)).toEqual({});
    expect(results()).toEqual(['unconfirmed']);
  });
});
