import { isDeepStrictEqual } from 'node:util';
import fc, { type AsyncCommand, type Scheduler } from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { resolveAccount } from '../../../../src/core/model/accounts';
import type { ConfiguredProvider } from '../../../../src/core/model/configuredProviders';
import {
  isSameMapping,
  targetOf,
  type ChangeSender,
  type MappingChange,
  type NetworkMapping,
} from '../../../../src/core/model/networkMapping';
import type { ProviderStatus } from '../../../../src/core/mappings/providerStatus';
import { MappingStore } from '../../../../src/core/mappings/mappingStore';
import { OTHER_SKILL, SKILL, aProvider, mappedTo, notMapped } from '../../../support/builders';
import { RecordedChangeLog } from '../../../support/recordedChangeLog';
import { COURSES, ScheduledService, type Course } from '../../../support/simulatedSchedule';
import { takeUnexpected, unexpected } from '../../../support/unexpected';

/** Decides the order of everything, including waits. */
let scheduler: Scheduler | undefined;
vi.mock('node:timers/promises', async (importActual) => ({
  ...(await importActual<object>()),
  setTimeout: async (_ms: number, value: unknown, { signal }: { signal?: AbortSignal } = {}) => {
    signal?.throwIfAborted();
    const aborted = new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => {
        reject(new Error('aborted'));
      });
    });
    return Promise.race([scheduler?.schedule(Promise.resolve(value), 'time passes'), aborted]);
  },
}));

const IDS = ['provider-a', 'provider-b', 'provider-c'];
const ACCOUNTS = ['default', 'second'];

/** What a confirmation shows of a change. */
interface Shown {
  readonly replaces: NetworkMapping;
  readonly sender: ChangeSender;
}

/** The actual state, whatever the rows show. */
class World {
  readonly notes = new RecordedChangeLog();
  readonly states: MappingStore;
  readonly stops: AbortController[] = [];
  readonly running: Promise<unknown>[] = [];
  /** The requested change of each journal entry, by its operation and provider. */
  private readonly requestCases = new Map<string, MappingChange>();
  /** Confirmations that are still open. */
  readonly questions: (Shown & { readonly change: MappingChange })[] = [];
  /** What was shown of each confirmed change. */
  readonly shown = new Map<MappingChange, Shown>();
  endpoint = 'https://0.example';
  private endpoints = 0;
  entries: readonly ConfiguredProvider[] = IDS.map((id) => aProvider(id));
  accounts = new Map<string, string | undefined>(ACCOUNTS.map((name) => [name, `first of ${name}`]));
  nowMs = 1_700_000_000_000;
  /** What the UI shows when it reads a row only after a change event. */
  private readonly seen = new Map<string, ProviderStatus & { row: unknown }>();
  private sessions = 0;

  constructor(
    readonly service: ScheduledService,
    settleMs: number,
  ) {
    this.states = new MappingStore(service, this.notes, { endpoint: () => this.endpoint, settleMs });
    service.signedOut = (id) => this.session(id) === undefined;
    service.isExpected = (id, expected) => isDeepStrictEqual(this.states.sender(id), expected);
    service.onSent = (requestCase) => {
      this.checkSent(requestCase);
    };
    vi.spyOn(Date, 'now').mockImplementation(() => this.nowMs);
    this.states.events.on('providerChanged', (id) => {
      expect(this.configured).toContain(id);
      const lastKnown = this.seen.get(id)?.lastKnown;
      this.look(id);
      // The last known mapping is only replaced by newer readings, and never lost.
      if (lastKnown) expect(this.states.status(id).lastKnown).toBeDefined();
    });
    this.states.events.on('entriesChanged', () => {
      this.seen.clear();
      for (const id of IDS) this.look(id);
    });
    this.states.setEntries(this.entries);
    this.states.setSessions(this.accounts);
  }

  get configured(): string[] {
    return this.entries.map(({ id }) => id);
  }

  session(id: string): string | undefined {
    const account = resolveAccount(this.entries.find((each) => each.id === id)?.account, [...this.accounts.keys()]);
    return account === undefined ? undefined : this.accounts.get(account);
  }

  act(): { stop: AbortController; wait: (promise: Promise<unknown>) => void } {
    const stop = new AbortController();
    this.stops.push(stop);
    return { stop, wait: (promise) => this.running.push(promise) };
  }

  target(operationId: string, requestCase: MappingChange): void {
    this.requestCases.set(`${operationId} ${requestCase.serviceProviderId}`, requestCase);
  }

  private targetOf({
    operationId,
    serviceProviderId,
  }: {
    operationId: string;
    serviceProviderId: string;
  }): MappingChange | undefined {
    return this.requestCases.get(`${operationId} ${serviceProviderId}`);
  }

  /** Changes the sessions; another session may see another mapping. */
  change(change: () => void): void {
    const before = new Map(IDS.map((id) => [id, this.session(id)]));
    change();
    for (const id of IDS) {
      const session = this.session(id);
      if (session === undefined || session === before.get(id)) continue;
      this.service.set(id, this.service.truth.now(id).type === 'mapped' ? notMapped : mappedTo(OTHER_SKILL));
      this.service.raiseFloor(id);
    }
  }

  sign(name: string, isIn: boolean): void {
    this.accounts = new Map(this.accounts).set(name, isIn ? `session ${String(++this.sessions)}` : undefined);
  }

  move(): void {
    this.endpoint = `https://${String(++this.endpoints)}.example`;
    this.service.move();
  }

  /** Checks that what was shown of a change still holds when it is sent, as far as can be known. */
  private checkSent(requestCase: MappingChange): void {
    const shown = this.shown.get(requestCase);
    if (!shown) return;
    const { serviceProviderId: id } = requestCase;
    if (!this.configured.includes(id) || !isDeepStrictEqual(this.states.sender(id), shown.sender))
      unexpected('sending a change though what was shown of it no longer holds');
    if (!this.service.truth.hadSince(id, this.service.floors.get(id) ?? 0, shown.replaces))
      unexpected('sending a change though its mapping was known to be another one');
  }

  look(id: string): void {
    this.seen.set(id, { ...this.states.status(id), row: this.states.row(id) });
  }

  /** What must be true once everything has ended. */
  checkSettled(): void {
    expect(takeUnexpected()).toEqual([]);
    expect(this.states.isBulkRunning).toBe(false);
    for (const id of this.configured) {
      const { inFlight, queued, readError, lastKnown, stale, unconfirmed } = this.states.status(id);
      expect({ inFlight, queued }).toEqual({});
      if (unconfirmed && lastKnown && !readError && !stale) {
        expect(isSameMapping(lastKnown.mapping, targetOf(unconfirmed.change)), 'unconfirmed, and seen').toBe(false);
      }
      if (lastKnown && !readError && !stale) this.expectTrue(id, lastKnown.mapping);
      expect({ ...this.states.status(id), row: this.states.row(id) }, 'a difference that no event told').toEqual(
        this.seen.get(id),
      );
    }
    expect(this.notes.unended).toEqual([]);
    for (const { started, closing } of this.notes.all) {
      const requestCase = this.targetOf(started);
      if (!requestCase || !closing) throw new Error('an entry without a request, or not completed');
      const isSent = this.service.sent.has(requestCase);
      if (closing.result === 'notSent') expect(isSent, 'sent, and noted as not sent').toBe(false);
      if (closing.result === 'succeeded' && !closing.failure)
        expect(this.service.applied, 'noted as done').toContain(requestCase);
      if (closing.result === 'failed' && started.before && !this.service.overtaken.has(requestCase))
        expect(this.service.applied, 'noted as failed').not.toContain(requestCase);
      // A mapping in the journal is one that the service has had.
      const { actual } = closing;
      if (actual) expect(this.service.meant(requestCase).hadSince(requestCase.serviceProviderId, 0, actual)).toBe(true);
    }
    const noted = new Set(this.notes.all.map(({ started }) => this.targetOf(started)));
    for (const requestCase of this.service.sent.keys()) expect(noted, 'sent and not noted').toContain(requestCase);
  }

  private expectTrue(id: string, mapping: NetworkMapping): void {
    const { truth, floors } = this.service;
    const floor = floors.get(id) ?? 0;
    if (truth.hadSince(id, floor, mapping)) return;
    expect(mapping, `the row of ${id}`).toEqual(truth.history(id).slice(floor));
  }
}

type Act = AsyncCommand<{ acts: number }, World, true>;

/** A command that starts a task without waiting for it. */
function command<T>(name: string, arbitrary: fc.Arbitrary<T>, begin: (world: World, given: T) => void) {
  return arbitrary.map((given): Act => {
    const run = (model: { acts: number }, world: World) => {
      model.acts++;
      begin(world, given);
      return Promise.resolve();
    };
    return { check: () => Promise.resolve(true), run, toString: () => `${name} ${JSON.stringify(given)}` };
  });
}

const id = fc.constantFrom(...IDS);
const skillId = fc.constantFrom(SKILL, OTHER_SKILL);
const mapping = fc.option(skillId).map((skill) => (skill === null ? notMapped : mappedTo(skill)));
const change: fc.Arbitrary<MappingChange> = fc.oneof(
  fc.record({ operation: fc.constantFrom('create' as const, 'update' as const), serviceProviderId: id, skillId }),
  fc.record({ operation: fc.constant('delete' as const), serviceProviderId: id }),
);
/** The changes of a bulk operation, and whether each expects the mapping that its row shows. */
const parts = fc.uniqueArray(fc.record({ change, replacesShown: fc.boolean() }), {
  selector: (part) => part.change.serviceProviderId,
  minLength: 1,
});

const refresh = command('refresh', fc.subarray(IDS, { minLength: 1 }), (world, ids) => {
  const { stop, wait } = world.act();
  wait(world.states.refresh(ids, { abortSignal: stop.signal }));
});
const changeOne = command('change', change, (world, given) => {
  const { stop, wait } = world.act();
  const requestCase = world.service.plan(given);
  const operationId = `act ${String(world.stops.length)}`;
  world.target(operationId, requestCase);
  wait(world.states.change(requestCase, { operationId, abortSignal: stop.signal }));
});
const changeAll = command('changeAll', parts, (world, given) => {
  const { stop, wait } = world.act();
  const changes = given.map((part) => {
    const requestCase = world.service.plan(part.change);
    const { lastKnown } = world.states.status(requestCase.serviceProviderId);
    return { change: requestCase, ...(part.replacesShown && lastKnown && { replaces: lastKnown.mapping }) };
  });
  const operationId = `act ${String(world.stops.length)}`;
  for (const { change: requestCase } of changes) world.target(operationId, requestCase);
  wait(
    world.states.changeAll(changes, { operationId, stopSignal: stop.signal }, (requestCase, outcome) => {
      if (outcome.type === 'changedMeanwhile') expect(world.service.sent).not.toContain(requestCase);
    }),
  );
});
const stop = command('stop', fc.nat(8), (world, act) => world.stops[act]?.abort());
const entries = fc
  .tuple(fc.subarray(IDS), fc.constantFrom(undefined, ...ACCOUNTS), fc.constantFrom(undefined, 'Clinic', 'Hotel'))
  .map(([ids, account, name]) =>
    ids.map((each) => aProvider(each, { ...(account !== undefined && { account }), ...(name && { name }) })),
  );
const configure = command('configure', entries, (world, given) => {
  world.change(() => (world.entries = given));
  world.states.setEntries(given);
});
const sign = command('sign', fc.tuple(fc.constantFrom(...ACCOUNTS), fc.boolean()), (world, given) => {
  world.change(() => {
    world.sign(...given);
  });
  world.states.setSessions(world.accounts);
});
const ask = command('ask', change, (world, given) => {
  const requestCase = world.service.plan(given);
  const { lastKnown } = world.states.status(requestCase.serviceProviderId);
  if (!lastKnown) return;
  const sender = world.states.sender(requestCase.serviceProviderId);
  world.questions.push({ change: requestCase, replaces: lastKnown.mapping, sender });
});
const answer = command('answer', fc.boolean(), (world, isMany) => {
  const { stop, wait } = world.act();
  const operationId = `act ${String(world.stops.length)}`;
  const questions = new Map(world.questions.splice(0).map((each) => [each.change.serviceProviderId, each]));
  for (const { change: requestCase, ...shown } of questions.values()) {
    world.target(operationId, requestCase);
    world.shown.set(requestCase, shown);
    if (!isMany) wait(world.states.change(requestCase, { operationId, abortSignal: stop.signal }, shown));
  }
  if (isMany)
    wait(world.states.changeAll([...questions.values()], { operationId, stopSignal: stop.signal }, () => undefined));
});
const moveEndpoint = command('another endpoint', fc.constant(null), (world) => {
  world.move();
  world.states.followEndpoints();
});
const elsewhere = command('changed elsewhere', fc.record({ id, mapping, tells: fc.boolean() }), (world, given) => {
  world.service.set(given.id, given.mapping);
  if (!given.tells) return;
  world.service.raiseFloor(given.id);
  world.states.markChangedInOtherWindow([given.id]);
});
const outage = command('outage', fc.boolean(), (world, begins) => {
  world.service.isDown = begins;
});
const clock = command('clock', fc.integer({ min: -30, max: 30 }), (world, days) => {
  world.nowMs += days * 86_400_000;
});

const commands = fc.commands<{ acts: number }, World, true>(
  [
    ...[refresh, refresh, changeOne, changeOne, changeAll, ask, ask, answer, answer, stop, stop],
    ...[configure, sign, moveEndpoint, elsewhere, elsewhere, outage, outage, outage, clock],
  ],
  { maxCommands: 12 },
);
const courses = fc.infiniteStream(fc.constantFrom<Course>('well', 'well', 'well', ...COURSES));

const runs = Number(process.env['MODEL_RUNS'] ?? 400);

describe('rows under random operations, responses, faults, cancellations and external changes', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it(
    'have one request in flight, send each change at most once, and end with the actual mapping or a reason',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.scheduler(),
          fc.array(commands, { minLength: 1, maxLength: 3 }),
          courses,
          fc.constantFrom(0, 2_000),
          async (ordering, rounds, stream, settleMs) => {
            scheduler = ordering;
            const service = new ScheduledService(ordering, stream);
            for (const each of IDS) service.truth.history(each)[0] = mappedTo(SKILL);
            const world = new World(service, settleMs);
            for (const acts of rounds) {
              await fc.scheduledModelRun(ordering, () => ({ model: { acts: 0 }, real: world }), acts);
              await ordering.waitIdle();
              await Promise.all(world.running.splice(0));
              await ordering.waitIdle();
              world.checkSettled();
            }

            service.isDown = false;
            // After recovery, one refresh shows the actual mapping everywhere.
            service.courses = fc.sample(fc.constant<Course>('well'), 20).values();
            await ordering.waitFor(world.states.refresh(world.configured));
            for (const each of world.configured) {
              if (world.session(each) !== undefined) expect(world.states.row(each)).toEqual(service.truth.now(each));
            }
          },
        ),
        { numRuns: runs },
      );
    },
    Math.max(120_000, runs * 100),
  );
});
