import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSameSkill } from '../../src/core/identifiers';
import { isSameMapping, type NetworkMapping, type Operation } from '../../src/core/networkMapping';
import type { RowState } from '../../src/core/providerStatus';
import { ServiceProviders } from '../../src/state/serviceProviders';
import { faultCatalogue, faultNames, type CatalogueEntry, type FaultName } from '../simulator/catalogue';
import { effectOf, type Failure } from '../simulator/failure';
import type { RecordedRequest } from '../simulator/request-log';
import { startSimulator, type Simulator } from '../simulator/simulator';
import { NotedChanges } from './notedChanges';
import { PreparedTokens } from './accessTokens';
import { atOnce } from './atOnce';
import { aProvider, mappingOf, signedInTo } from './builders';
import { clientOf } from './simulatedService';
import { changeFor, describeWish, isCarriedOut, PLAIN_WISHES, WISHES, type Wish } from './wishes';

/**
 * How often a fault strikes: the wished request alone, so that the mapping can be read afterwards; or every request of
 * the provider until the fault is removed, so that it cannot.
 */
const REACHES = ['the request', 'everything'] as const;
type Reach = (typeof REACHES)[number];

/** When a person cancels, seen from the service. A wish that is over before has nothing to cancel. */
const MOMENTS = ['when it arrives', 'when it is answered', 'when the mapping is read after it'] as const;
type Moment = (typeof MOMENTS)[number];

/** A change that comes late comes this long after the connection is gone; the row is read again much later than that. */
const LATER_MS = 5;
const SETTLE_MS = 200;
const QUICK_LIMIT_MS = 300;

/** Every fault of the catalogue that the mapping API can have, with its times shortened. */
const FAULTS = faultNames.flatMap((name): { name: FaultName; failure: Failure }[] => {
  const { failure, operation }: CatalogueEntry = faultCatalogue[name];
  return operation === 'token'
    ? []
    : [{ name, failure: { ...failure, ...(failure.laterMs && { laterMs: LATER_MS }) } }];
});

function shows(row: RowState, mapping: NetworkMapping): boolean {
  return row.type === 'mapped' && mapping.type === 'mapped'
    ? isSameSkill(row.skillId, mapping.skillId)
    : row.type === mapping.type;
}

/**
 * Why no client can tell the truth: the fault gives exactly the answer that the reference documents for another state.
 * The row must then show what that answer says. Undefined everywhere else.
 */
function lie(wish: Wish, fault: FaultName, reach: Reach): 'nothing is mapped' | 'it is done' | undefined {
  // 404 with the Error object is how the service says that nothing is mapped.
  const isReadAfter = wish.operation === 'get' || reach === 'everything';
  if (fault === 'notFound' && isReadAfter) return 'nothing is mapped';
  // The confirmation of the reference, sent although nothing was changed. A 2xx that is as documented is not doubted:
  // to read after each of them would double the requests, and the service may answer a read from before the change.
  if (fault === 'successUnapplied' && isCarriedOut(wish)) return 'it is done';
  return undefined;
}

/** Registers the tests of one operation: each wish, in the state it can meet, under each fault. */
export function testEveryFault(operation: Operation): void {
  const wishes = WISHES.filter((wish) => wish.operation === operation);
  for (const wish of wishes) {
    describe.concurrent(describeWish(wish), () => {
      let simulator: Simulator;
      beforeAll(async () => {
        simulator = await startSimulator({ seed: [], switches: wish.switches });
      });
      afterAll(() => simulator.stop());

      // Where nothing can be read, the open points of the service make no difference to what a row can show.
      const isPlain = PLAIN_WISHES.includes(wish);
      for (const { name, failure } of FAULTS) {
        for (const reach of isPlain ? REACHES : (['the request'] as const)) {
          it(`shows the truth after "${name}" struck ${reach}`, async () => {
            await checkTruth(new Trial(simulator, wish, name, failure, reach));
          });
        }
        for (const moment of wish === wishes[0] ? MOMENTS : []) {
          if (operation === 'get' && moment === 'when the mapping is read after it') continue;
          it(`shows the truth and sends nothing more when cancelled ${moment}, under "${name}"`, async () => {
            await checkCancel(new Trial(simulator, wish, name, failure, 'the request'), moment);
          });
        }
      }
    });
  }
}

/** One provider of its own, the state that shows it, and the fault that awaits it. */
class Trial {
  readonly id: string;
  readonly states: ServiceProviders;
  readonly notes = new NotedChanges();
  private readonly forgetPace: () => void;
  private isArmed = false;
  private static count = 0;

  constructor(
    private readonly simulator: Simulator,
    readonly wish: Wish,
    readonly fault: FaultName,
    readonly failure: Failure,
    readonly reach: Reach,
  ) {
    this.id = `amzn1.comms.csp.id.${++Trial.count}`;
    const { control } = simulator;
    control.setProvider({ serviceProviderId: this.id, skillId: wish.before });
    const tokens = new PreparedTokens(control.demo.accessToken);
    // Each request may ask for another token once: the wish, and the reads after it.
    for (let request = 0; request < 8; request++) tokens.thenReplaceWith(control.issueAccessToken());
    const newClient = () => clientOf(simulator.url, tokens, { maxAttempts: 2 });
    let patient = newClient();
    // Of the pace that the fault has taught, nothing is left: it has tests of its own.
    this.forgetPace = () => (patient = newClient());
    const hasty = clientOf(simulator.url, tokens, {
      maxAttempts: 2,
      attemptLimitMs: QUICK_LIMIT_MS,
    });
    // Only where there will never be an answer may the limit be short: elsewhere a busy computer could run into it.
    const isEndless = failure.kind === 'hang' || failure.kind === 'hangAfterHeaders' || failure.kind === 'drip';
    const client = () => (isEndless && this.isArmed ? hasty : patient);
    this.states = new ServiceProviders(
      { get: (...asked) => client().get(...asked), change: (...asked) => client().change(...asked) },
      this.notes,
      SETTLE_MS,
    );
    this.states.configure([aProvider(this.id)]);
    this.states.setAccounts(signedInTo());
  }

  /** Reads the mapping while all is well, so that something is known. */
  async begin(): Promise<void> {
    await this.states.refresh([this.id]);
    expect(this.showsTheTruth, 'before the fault').toBe(true);
  }

  arm(): void {
    this.isArmed = true;
    this.simulator.control.addFault({
      ...this.failure,
      serviceProviderId: this.id,
      operation: this.reach === 'everything' ? 'mapping' : this.wish.operation,
    });
  }

  disarm(): void {
    this.isArmed = false;
    this.forgetPace();
    const { control } = this.simulator;
    for (const { id, serviceProviderId } of control.faults())
      if (serviceProviderId === this.id) control.removeFault(id);
  }

  async act(signal?: AbortSignal): Promise<void> {
    const context = signal ? { signal } : {};
    if (this.wish.operation === 'get') await this.states.refresh([this.id], context);
    else await this.states.change(changeFor(this.wish, this.id), { actId: 'act', ...context });
  }

  /** Waits for a change that the service was asked for and will carry out late. */
  async lateEffect(): Promise<void> {
    if (effectOf(this.failure) !== 'later' || !isCarriedOut(this.wish) || this.writes.length === 0) return;
    await this.arrival(({ operation, tookEffect }) => operation !== 'get' && tookEffect);
  }

  arrival(matches: (request: RecordedRequest) => boolean): Promise<RecordedRequest> {
    return this.simulator.control.waitForRequest(
      (request) => request.serviceProviderId === this.id && matches(request),
    );
  }

  /** Waits until the row is as expected; it is looked at whenever it changes. */
  async until(isAsExpected: () => boolean): Promise<void> {
    const patience = AbortSignal.timeout(10_000);
    while (!isAsExpected()) {
      await once(this.states.events, 'changed', { signal: patience }).catch(() => {
        throw new Error(`the row stays as it is: ${this.story}`);
      });
    }
  }

  /** For the message of an assertion. */
  get story(): string {
    const { row, truth, states, id } = this;
    return JSON.stringify({ row, truth, failure: states.status(id).lastFailure });
  }

  get truth(): NetworkMapping {
    return mappingOf(this.simulator.control.mappingOf(this.id));
  }

  get row(): RowState {
    return this.states.row(this.id);
  }

  get showsTheTruth(): boolean {
    return shows(this.row, this.truth);
  }

  get lastIndex(): number {
    return this.simulator.control.requests().at(-1)?.index ?? 0;
  }

  get requests(): RecordedRequest[] {
    return this.simulator.control.requests().filter(({ serviceProviderId }) => serviceProviderId === this.id);
  }

  get writes(): RecordedRequest[] {
    return this.requests.filter(({ operation }) => operation !== 'get');
  }

  /** Writes that the service did not refuse unseen (401, 429): a wish may have one. */
  get countedWrites(): number {
    return this.writes.filter(({ status }) => status !== 401 && status !== 429).length;
  }

  get effects(): number {
    const { create, update, delete: deleted } = this.simulator.control.writesTo(this.id);
    return create + update + deleted;
  }
}

async function checkTruth(trial: Trial): Promise<void> {
  await trial.begin();
  trial.arm();
  await trial.act();
  await trial.lateEffect();

  const { row, id, states, story } = trial;
  checkNotes(trial);
  expect(row.type, story).not.toBe('checking');
  switch (lie(trial.wish, trial.fault, trial.reach)) {
    case 'nothing is mapped':
      expect(row.type, story).toBe('notMapped');
      break;
    case 'it is done':
      expect(row.type, story).toBe(trial.wish.operation === 'delete' ? 'notMapped' : 'mapped');
      break;
    case undefined:
      expect(row.type === 'unreadable' || trial.showsTheTruth, story).toBe(true);
  }
  expect(states.status(id).known, 'what was known').toBeDefined();
  expect(trial.countedWrites, 'writes that were not refused').toBeLessThanOrEqual(1);
  expect(trial.effects, 'writes that took effect').toBeLessThanOrEqual(1);

  trial.disarm();
  await states.refresh([id]);
  expect(trial.showsTheTruth, `after the fault is over: ${trial.story}`).toBe(true);
  expect(states.status(id)).toEqual({ known: states.status(id).known });
}

/** Each change was noted, and its note tells what became of it, or that nobody knows. */
function checkNotes({ wish, notes, fault, reach, truth, story }: Trial): void {
  expect(notes.all.length, story).toBe(wish.operation === 'get' ? 0 : 1);
  expect(notes.unended, story).toEqual([]);
  const [note] = notes.all;
  if (!note?.closing || lie(wish, fault, reach)) return;
  const { result, holds } = note.closing;
  if (holds) expect(isSameMapping(holds, truth), story).toBe(true);
  if (result === 'done') expect(isSameMapping(truth, note.opened.wished), story).toBe(true);
}

async function checkCancel(trial: Trial, moment: Moment): Promise<void> {
  await trial.begin();
  const { lastIndex } = trial;
  trial.arm();
  const stop = new AbortController();
  const acted = trial.act(stop.signal);
  const wished = trial.arrival(
    ({ index, operation, ended }) =>
      index > lastIndex && operation === trial.wish.operation && (moment !== 'when it is answered' || ended !== 'open'),
  );
  const due =
    moment === 'when the mapping is read after it'
      ? Promise.all([wished, trial.arrival(({ index, operation }) => index > lastIndex && operation === 'get')])
      : wished;
  const wasOver = await Promise.race([acted.then(() => true), due.then(() => false)]);
  const sent = trial.writes.length;
  stop.abort();
  await atOnce(acted);
  trial.disarm();
  await trial.lateEffect();

  // The truth is read in the background, and read again should the change come late. What was over before it could be
  // cancelled may also have ended in a row that could not be read.
  const lied = lie(trial.wish, trial.fault, trial.reach);
  await trial.until(() =>
    lied ? trial.row.type !== 'checking' : trial.showsTheTruth || (wasOver && trial.row.type === 'unreadable'),
  );
  if (!wasOver) expect(trial.writes.length, 'writes after the cancel').toBe(sent);
  expect(trial.effects, 'writes that took effect').toBeLessThanOrEqual(1);
}
