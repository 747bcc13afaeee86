import { describe, expect, it, vi } from 'vitest';
import { renew } from '../../../src/core/auth/loginWithAmazon';
import { endsSession } from '../../../src/core/failures/signInFailure';
import { faultCatalogue, faultNames, type CatalogueEntry, type FaultName } from '../../simulator/faultCatalog';
import type { Simulator } from '../../simulator/simulator';
import { expectNothingLeft } from '../../support/faultInjection/cleanupChecks';
import { checkFailure, checkNote, checkRow, checkWords, checkWrites } from '../../support/faultInjection/checks';
import { begin } from '../../support/faultInjection/interrupt';
import { FAULTS, isEndless, type Fault } from '../../support/faultInjection/mappingFaults';
import { RENEWAL_MEANINGS } from '../../support/faultInjection/renewalFaults';
import { Trial } from '../../support/faultInjection/faultScenario';
import { TrueSessions } from '../../support/faultInjection/realSessions';
import { withService } from '../../support/faultInjection/withService';
import { describeWish, USUAL_WISHES, WISHES, type Wish } from '../../support/requestCases';

expectNothingLeft();

const DUE = 'has expired by the clock before it is sent';
const REFUSED = 'is refused when it is sent';
const REFUSED_LATER = 'is refused when the mapping is read after it';
const WAYS = [DUE, REFUSED, REFUSED_LATER] as const;
type Way = (typeof WAYS)[number];

describe.concurrent('a wish during which the access token is renewed', () => {
  for (const [place, wish] of WISHES.entries()) {
    for (const [turn, fault] of FAULTS.entries()) {
      const way = WAYS[(place + turn) % WAYS.length] ?? DUE;
      it(`shows the truth when the token ${way}, ${describeWish(wish)}, under "${fault.name}"`, async () => {
        await withService(wish.switches, (simulator) => checkRenewed(simulator, wish, fault, way));
      });
    }
  }
});

async function checkRenewed(simulator: Simulator, wish: Wish, fault: Fault, way: Way): Promise<void> {
  const sessions = new TrueSessions(simulator);
  const session = await sessions.signIn();
  const trial = new Trial(simulator, wish, fault, 'the request', { tokens: sessions });
  const { provider, window, states, id } = trial;
  await sessions.follow(states);
  await trial.begin();
  const refuse = () => {
    simulator.control.expireToken(session.accessToken);
  };
  if (way === REFUSED_LATER) {
    const { acted } = await begin(trial, 'when it is answered');
    refuse();
    await acted;
  } else if (way === REFUSED) {
    // The fault strikes what is sent with the other token.
    refuse();
    window.isHasty = isEndless(fault.failure);
    provider.begin();
    const acted = trial.act();
    await Promise.race([acted, provider.arrival(({ status }) => status === 401)]);
    provider.strike();
    await acted;
    await provider.lateEffect();
  } else {
    await sessions.expire(session);
    trial.arm();
    await trial.act();
    await provider.lateEffect();
  }
  const { story } = trial;
  checkRow(provider, trial.row, story);
  checkFailure(provider, trial.failure, story);
  checkNote(provider, window.noted, trial.failure);
  checkWrites(provider, story);
  expect(sessions.renewals.filter(({ failure }) => failure)).toEqual([]);
  expect(sessions.renewals.length, 'renewals').toBeLessThanOrEqual(1);

  trial.disarm();
  await states.refresh([id]);
  expect(trial.showsTheTruth, `after the fault is over: ${trial.story}`).toBe(true);
  expect((await sessions.session())?.id, 'the session').toBe(session.id);
  expect(sessions.renewals.length, 'renewals').toBe(1);
  expect(simulator.control.requests().filter(({ ended }) => ended === 'open')).toEqual([]);
  sessions.dispose();
}

describe.concurrent('a wish for which the access token cannot be renewed', () => {
  for (const name of faultNames) {
    for (const wish of USUAL_WISHES) {
      for (const way of [DUE, REFUSED] as const) {
        it(`says so and keeps the truth when the token ${way}, ${describeWish(wish)}, under "${name}"`, async () => {
          await withService(wish.switches, (simulator) => checkNotRenewed(simulator, wish, name, way));
        });
      }
    }
  }
});

async function checkNotRenewed(simulator: Simulator, wish: Wish, name: FaultName, way: Way): Promise<void> {
  const { control } = simulator;
  const { failure: how }: CatalogueEntry = faultCatalogue[name];
  const meaning = RENEWAL_MEANINGS[name];
  const sessions = new TrueSessions(simulator, meaning === 'timeout' ? hurried(simulator) : renew);
  const session = await sessions.signIn();
  const trial = new Trial(simulator, wish, UNSTRUCK, 'the request', { tokens: sessions });
  const { provider, window, states, id } = trial;
  await sessions.follow(states);
  await trial.begin();
  const { lastIndex } = provider;
  control.addFault({ ...how, ...(how.laterMs && { laterMs: 5 }), operation: 'token' });
  if (way === DUE) await sessions.expire(session);
  control.expireToken(session.accessToken);
  await trial.act();
  await sessions.tell(states);

  const { failure, story } = trial;
  const sent = provider.requests.filter(({ index }) => index > lastIndex);
  checkNote(provider, window.noted, failure);
  checkWrites(provider, story);
  if (failure) checkWords(failure);
  expect(sessions.renewals.length, 'renewals').toBe(1);
  if (meaning === 'it works') {
    // A token that is not known to the service is refused.
    expect(failure?.kind, story).toBe(name === 'successUnapplied' ? 'unauthorized' : undefined);
    expect(trial.row.type === 'unreadable' || trial.showsTheTruth, story).toBe(true);
  } else {
    const isOver = endsSession(meaning);
    expect(failure, story).toMatchObject({ kind: isOver ? 'signedOut' : 'renewalFailed', effect: 'none' });
    expect(failure?.signIn?.kind, story).toBe(meaning);
    expect(failure?.attempts.length, story).toBe(way === DUE ? 0 : 1);
    // The wish, and a read of what became of it.
    expect(sent.length, 'requests with a token that is refused').toBeLessThanOrEqual(way === DUE ? 0 : 2);
    expect(provider.effects, story).toBe(0);
    if (isOver) expect(trial.row.type, story).toBe('signedOut');
    else expect(trial.row.type === 'unreadable' || trial.showsTheTruth, story).toBe(true);
    expect((await sessions.session())?.id, 'the session').toBe(isOver ? undefined : session.id);
    expect(window.noted.all.map(({ closing }) => closing?.result)).toEqual(
      wish.operation === 'get' ? [] : [way === DUE ? 'notSent' : 'failed'],
    );
  }

  control.clearFaults();
  sessions.reload();
  if (!(await sessions.session())) await sessions.signIn();
  await sessions.tell(states);
  await states.refresh([id]);
  expect(trial.showsTheTruth, `after the fault is over: ${trial.story}`).toBe(true);
  expect(control.requests().filter(({ ended }) => ended === 'open')).toEqual([]);
  sessions.dispose();
}

/** The service itself is well in these tests. */
const UNSTRUCK: Fault = { name: 'slow', failure: { kind: 'slow' } };

/** Asks Login with Amazon, with a limit of time that passes as soon as the request has arrived. */
function hurried({ control }: Simulator): typeof renew {
  return (...given) => {
    if (control.faults().length === 0) return renew(...given);
    const limit = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(limit.signal);
    const renewed = renew(...given);
    timeout.mockRestore();
    void control
      .waitForRequest(({ operation, ended }) => operation === 'token' && ended === 'open')
      .then(() => {
        limit.abort(new DOMException('The limit has passed.', 'TimeoutError'));
      });
    return renewed;
  };
}
