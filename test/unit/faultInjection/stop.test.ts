import { describe, expect, it } from 'vitest';
import type { Simulator } from '../../simulator/simulator';
import { BulkScenario, membersFor, type Member } from '../../support/faultInjection/bulkScenario';
import { expectNothingLeft } from '../../support/faultInjection/cleanupChecks';
import {
  checkInterruptedFailure,
  checkRecordedChange,
  checkRow,
  checkWrites,
} from '../../support/faultInjection/checks';
import { MOMENTS, type Moment } from '../../support/faultInjection/interrupt';
import { FAULTS, indistinguishableOutcome, sideEffect, type Fault } from '../../support/faultInjection/mappingFaults';
import { withService } from '../../support/faultInjection/withService';
import { describeService, isChangeCase, SERVICES, casesFor, type RequestCase } from '../../support/requestCases';

expectNothingLeft();

/** So few at a time that most have not started when the operation is stopped. */
const MAX_CONCURRENT = 2;

/** How often to repeat each case: more than an operation starts at once, so that some are not even recorded. */
const TIMES = 3;

describe.concurrent('a stopped bulk operation', () => {
  for (const [turn, fault] of FAULTS.entries()) {
    for (const [place, moment] of MOMENTS.entries()) {
      const service = SERVICES[(turn + place) % SERVICES.length] ?? {};
      const requestCases = casesFor(service).filter(isChangeCase);
      const some = Array.from({ length: TIMES }, () => requestCases).flat();
      it(`completes requests in flight and sends no more, ${moment}, under "${fault.name}", ${describeService(service)}`, async () => {
        await withService(service, (simulator) => checkStop(simulator, fault, turned(some, turn), moment));
      });
    }
  }
});

/** Rotates the cases: the first ones are those in flight. */
function turned(requestCases: readonly RequestCase[], turn: number): RequestCase[] {
  return requestCases
    .map((_, index) => requestCases[(index + turn) % requestCases.length])
    .filter((requestCase) => requestCase !== undefined);
}

async function checkStop(
  simulator: Simulator,
  fault: Fault,
  requestCases: readonly RequestCase[],
  moment: Moment,
): Promise<void> {
  const { control } = simulator;
  const act = new BulkScenario(
    simulator,
    fault,
    membersFor(simulator, fault, requestCases, () => true),
    { maxInFlight: MAX_CONCURRENT },
  );
  await act.begin();
  const stop = new AbortController();
  const acted = act.run(stop.signal);
  await control.waitForRequest(
    ({ operation, ended }) => operation !== 'get' && (moment === 'when it arrives' || ended !== 'open'),
  );
  const arrived = writesTo(simulator).length;
  stop.abort();
  await acted;

  // All requests in flight have reached the service by now.
  const sent = writesTo(simulator).length;
  expect(sent - arrived, 'changes that were under way when it was stopped').toBeLessThanOrEqual(MAX_CONCURRENT);
  for (const { provider } of act.members) await provider.lateEffect();
  for (const member of act.members) checkMember(act, member);
  expect(act.window.changeLog.unended).toEqual([]);
  await act.recover();
  expect(writesTo(simulator).length, 'changes after it has ended').toBe(sent);
}

function checkMember(act: BulkScenario, { provider }: Member): void {
  const { id, requestCase, fault, writes } = provider;
  const context = act.contextOf(provider);
  const row = act.states.row(id);
  expect(act.states.status(id).queued, context).toBeUndefined();
  checkWrites(provider, context);
  const outcome = act.outcomes.get(id);
  if (writes.length === 0) {
    // As if it had not been asked for.
    const { existence, ...status } = act.states.status(id);
    // Known of one whose mapping was deleted.
    expect(existence?.type ?? 'exists', context).toBe('exists');
    expect(status, context).toEqual({ lastKnown: status.lastKnown });
    expect(provider.isTruth(row), context).toBe(true);
    if (outcome) expect(act.failureOf(provider), context).toMatchObject({ effect: 'none', attempts: [] });
    else
      expect(
        act.window.changeLog.all.filter(({ started }) => started.serviceProviderId === id),
        context,
      ).toEqual([]);
  } else {
    checkRow(provider, row, context);
    // No outcome is unknown: what can be read has been read.
    if (!indistinguishableOutcome(requestCase, fault.name, 'the request') && !sideEffect(fault))
      expect(provider.isTruth(row), context).toBe(true);
    checkInterruptedFailure(provider, act.failureOf(provider), context);
  }
  if (outcome) checkRecordedChange(provider, act.window.changeLog, act.failureOf(provider));
}

function writesTo({ control }: Simulator) {
  return control.requests().filter(({ operation }) => operation !== 'get');
}
