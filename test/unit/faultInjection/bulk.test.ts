import { describe, expect, it } from 'vitest';
import type { Simulator } from '../../simulator/simulator';
import { BulkScenario, membersFor, type Member } from '../../support/faultInjection/bulkScenario';
import { expectNothingLeft } from '../../support/faultInjection/cleanupChecks';
import {
  checkFailure,
  checkRecordedChange,
  checkRow,
  checkMessage,
  checkWrites,
} from '../../support/faultInjection/checks';
import { FAULTS, sideEffect, type Fault } from '../../support/faultInjection/mappingFaults';
import { withService } from '../../support/faultInjection/withService';
import {
  describeService,
  isChangeCase,
  SERVICES,
  usualFailure,
  casesFor,
  type RequestCase,
} from '../../support/requestCases';

expectNothingLeft();

const PORTIONS = ['one', 'some', 'all'] as const;

/** Which providers of an operation the fault affects, by index; `turn` differs from fault to fault. */
const STRIKES: Record<(typeof PORTIONS)[number], (place: number, turn: number, count: number) => boolean> = {
  one: (place, turn, count) => place === turn % count,
  some: (place, turn) => place % 2 === turn % 2,
  all: () => true,
};

/** Milliseconds. A busy computer takes long to find the rate after a 429; only a test that hangs takes this long. */
const TIMEOUT_MS = 120_000;

for (const [index, service] of SERVICES.entries()) {
  describe.concurrent(`a bulk operation, ${describeService(service)}`, { timeout: TIMEOUT_MS }, () => {
    const reads = casesFor(service).filter((requestCase) => !isChangeCase(requestCase));
    const acts = { changes: casesFor(service).filter(isChangeCase), reads: [...reads, ...reads] };
    for (const [turn, fault] of FAULTS.entries()) {
      // How many providers are affected does not depend on the service options.
      for (const portion of index === 0 ? PORTIONS : (['some'] as const)) {
        for (const [kind, requestCases] of Object.entries(acts)) {
          // Reads depend on few service options.
          if (kind === 'reads' && index > 0 && !service.skillIdForm) continue;
          it(`shows the actual mapping of all ${kind} when "${fault.name}" affects ${portion}`, async () => {
            const isAffected = (place: number) => STRIKES[portion](place, turn, requestCases.length);
            await withService(service, (simulator) => checkAct(simulator, fault, requestCases, isAffected));
          });
        }
      }
    }
  });
}

async function checkAct(
  simulator: Simulator,
  fault: Fault,
  requestCases: readonly RequestCase[],
  isAffected: (index: number) => boolean,
): Promise<void> {
  const act = new BulkScenario(simulator, fault, membersFor(simulator, fault, requestCases, isAffected));
  await act.begin();
  await act.run();
  expect([...act.finished].sort(), 'each is told to have ended once').toEqual([...act.ids].sort());
  for (const member of act.members) {
    if (member.isAffected) await member.provider.lateEffect();
    checkMember(act, member);
  }
  expect(act.window.changeLog.unended).toEqual([]);
  await act.recover();
}

function checkMember(act: BulkScenario, { provider, isAffected }: Member): void {
  const context = act.contextOf(provider);
  const row = act.states.row(provider.id);
  const failure = act.failureOf(provider);
  expect(act.states.status(provider.id).queued, context).toBeUndefined();
  if (isAffected) {
    checkRow(provider, row, context);
    checkFailure(provider, failure, context);
  } else {
    expect(row.type === 'unreadable' || provider.isTruth(row), context).toBe(true);
    expect([usualFailure(provider.requestCase), sideEffect(act.fault)], context).toContain(failure?.kind);
    if (failure) checkMessage(failure);
  }
  checkRecordedChange(provider, act.window.changeLog, failure);
  checkWrites(provider, context);
}
