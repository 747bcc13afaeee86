import { describe, expect, it, vi } from 'vitest';
import { refreshTokens } from '../../../src/core/auth/loginWithAmazon';
import { invalidatesSession } from '../../../src/core/failures/signInFailure';
import { faultCatalog, type CatalogEntry, type FaultName } from '../../simulator/faultCatalog';
import type { Simulator } from '../../simulator/simulator';
import { expectNothingLeft } from '../../support/faultInjection/cleanupChecks';
import {
  checkFailure,
  checkRecordedChange,
  checkRow,
  checkMessage,
  checkWrites,
} from '../../support/faultInjection/checks';
import { begin } from '../../support/faultInjection/interrupt';
import { FAULT_NAMES, FAULTS, isEndless, type Fault } from '../../support/faultInjection/mappingFaults';
import { RENEWAL_MEANINGS } from '../../support/faultInjection/renewalFaults';
import { FaultScenario } from '../../support/faultInjection/faultScenario';
import { RealSessions } from '../../support/faultInjection/realSessions';
import { withService } from '../../support/faultInjection/withService';
import { describeCase, TYPICAL_CASES, REQUEST_CASES, type RequestCase } from '../../support/requestCases';

expectNothingLeft();

const DUE = 'has expired by the clock before it is sent';
const REFUSED = 'is refused when it is sent';
const REFUSED_LATER = 'is refused when the mapping is read after it';
const METHODS = [DUE, REFUSED, REFUSED_LATER] as const;
type Method = (typeof METHODS)[number];

describe.concurrent('a request during a renewal of the access token', () => {
  for (const [place, requestCase] of REQUEST_CASES.entries()) {
    for (const [turn, fault] of FAULTS.entries()) {
      const way = METHODS[(place + turn) % METHODS.length] ?? DUE;
      it(`shows the actual mapping when the token ${way}, ${describeCase(requestCase)}, under "${fault.name}"`, async () => {
        await withService(requestCase.switches, (simulator) => checkRenewed(simulator, requestCase, fault, way));
      });
    }
  }
});

async function checkRenewed(simulator: Simulator, requestCase: RequestCase, fault: Fault, way: Method): Promise<void> {
  const sessions = new RealSessions(simulator);
  const session = await sessions.signIn();
  const trial = new FaultScenario(simulator, requestCase, fault, 'the request', { tokens: sessions });
  const { provider, window, states, id } = trial;
  await sessions.connect(states);
  await trial.begin();
  const refuse = () => {
    simulator.control.expireToken(session.accessToken);
  };
  if (way === REFUSED_LATER) {
    const { acted } = await begin(trial, 'when it is answered');
    refuse();
    await acted;
  } else if (way === REFUSED) {
    // The fault affects what is sent with the new token.
    refuse();
    window.usesShortTimeout = isEndless(fault.failure);
    provider.begin();
    const acted = trial.act();
    await Promise.race([acted, provider.arrival(({ status }) => status === 401)]);
    provider.injectFault();
    await acted;
    await provider.lateEffect();
  } else {
    await sessions.expire(session);
    trial.arm();
    await trial.act();
    await provider.lateEffect();
  }
  const { context } = trial;
  checkRow(provider, trial.row, context);
  checkFailure(provider, trial.failure, context);
  checkRecordedChange(provider, window.changeLog, trial.failure);
  checkWrites(provider, context);
  expect(sessions.renewals.filter(({ failure }) => failure)).toEqual([]);
  expect(sessions.renewals.length, 'renewals').toBeLessThanOrEqual(1);

  trial.disarm();
  await states.refresh([id]);
  expect(trial.showsTheTruth, `after the fault is over: ${trial.context}`).toBe(true);
  expect((await sessions.session())?.id, 'the session').toBe(session.id);
  expect(sessions.renewals.length, 'renewals').toBe(1);
  expect(simulator.control.requests().filter(({ ended }) => ended === 'open')).toEqual([]);
  sessions.dispose();
}

describe.concurrent('a request whose access token cannot be renewed', () => {
  for (const name of FAULT_NAMES) {
    for (const requestCase of TYPICAL_CASES) {
      for (const way of [DUE, REFUSED] as const) {
        it(`says so and shows the actual mapping when the token ${way}, ${describeCase(requestCase)}, under "${name}"`, async () => {
          await withService(requestCase.switches, (simulator) => checkNotRenewed(simulator, requestCase, name, way));
        });
      }
    }
  }
});

async function checkNotRenewed(
  simulator: Simulator,
  requestCase: RequestCase,
  name: FaultName,
  way: Method,
): Promise<void> {
  const { control } = simulator;
  const { failure: how }: CatalogEntry = faultCatalog[name];
  const meaning = RENEWAL_MEANINGS[name];
  const sessions = new RealSessions(simulator, meaning === 'timeout' ? hurried(simulator) : refreshTokens);
  const session = await sessions.signIn();
  const trial = new FaultScenario(simulator, requestCase, UNSTRUCK, 'the request', { tokens: sessions });
  const { provider, window, states, id } = trial;
  await sessions.connect(states);
  await trial.begin();
  const { lastIndex } = provider;
  control.addFault({ ...how, ...(how.laterMs && { laterMs: 5 }), operation: 'token' });
  if (way === DUE) await sessions.expire(session);
  control.expireToken(session.accessToken);
  await trial.act();
  await sessions.sync(states);

  const { failure, context } = trial;
  const sent = provider.requests.filter(({ index }) => index > lastIndex);
  checkRecordedChange(provider, window.changeLog, failure);
  checkWrites(provider, context);
  if (failure) checkMessage(failure);
  expect(sessions.renewals.length, 'renewals').toBe(1);
  if (meaning === 'it works') {
    // A token that is not known to the service is refused.
    expect(failure?.kind, context).toBe(name === 'successUnapplied' ? 'unauthorized' : undefined);
    expect(trial.row.type === 'unreadable' || trial.showsTheTruth, context).toBe(true);
  } else {
    const isOver = invalidatesSession(meaning);
    expect(failure, context).toMatchObject({ kind: isOver ? 'signedOut' : 'renewalFailed', effect: 'none' });
    expect(failure?.signIn?.kind, context).toBe(meaning);
    expect(failure?.attempts.length, context).toBe(way === DUE ? 0 : 1);
    // The request, and a read of its outcome.
    expect(sent.length, 'requests with a token that is refused').toBeLessThanOrEqual(way === DUE ? 0 : 2);
    expect(provider.effects, context).toBe(0);
    if (isOver) expect(trial.row.type, context).toBe('signedOut');
    else expect(trial.row.type === 'unreadable' || trial.showsTheTruth, context).toBe(true);
    expect((await sessions.session())?.id, 'the session').toBe(isOver ? undefined : session.id);
    expect(window.changeLog.all.map(({ closing }) => closing?.result)).toEqual(
      requestCase.operation === 'get' ? [] : [way === DUE ? 'notSent' : 'failed'],
    );
  }

  control.clearFaults();
  sessions.reload();
  if (!(await sessions.session())) await sessions.signIn();
  await sessions.sync(states);
  await states.refresh([id]);
  expect(trial.showsTheTruth, `after the fault is over: ${trial.context}`).toBe(true);
  expect(control.requests().filter(({ ended }) => ended === 'open')).toEqual([]);
  sessions.dispose();
}

/** The service itself has no fault in these tests. */
const UNSTRUCK: Fault = { name: 'slow', failure: { kind: 'slow' } };

/** Sends the request to Login with Amazon; it times out as soon as it has arrived. */
function hurried({ control }: Simulator): typeof refreshTokens {
  return (...given) => {
    if (control.faults().length === 0) return refreshTokens(...given);
    const limit = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(limit.signal);
    const renewed = refreshTokens(...given);
    timeout.mockRestore();
    void control
      .waitForRequest(({ operation, ended }) => operation === 'token' && ended === 'open')
      .then(() => {
        limit.abort(new DOMException('The limit has passed.', 'TimeoutError'));
      });
    return renewed;
  };
}
