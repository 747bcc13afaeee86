import { describe, expect, it } from 'vitest';
import type { Simulator } from '../../simulator/simulator';
import { BulkScenario, membersFor } from '../../support/faultInjection/bulkScenario';
import { expectNothingLeft } from '../../support/faultInjection/cleanupChecks';
import { checkRecordedChange, checkRow, checkWrites } from '../../support/faultInjection/checks';
import { FAULTS, indistinguishableOutcome, type Fault } from '../../support/faultInjection/mappingFaults';
import { withService } from '../../support/faultInjection/withService';
import { isChangeCase, BASIC_CASES, type RequestCase } from '../../support/requestCases';

expectNothingLeft();

/** Milliseconds. A busy computer takes long to find the rate after a 429; only a test that hangs takes this long. */
const TIMEOUT_MS = 120_000;

const CHANGES = BASIC_CASES.filter(isChangeCase);
const ACTS: Record<string, readonly RequestCase[]> = {
  changes: CHANGES,
  reads: CHANGES.map((requestCase) => ({ ...requestCase, operation: 'get' })),
};

/** A fault that affects all requests, then none. */
describe.concurrent('a complete outage', { timeout: TIMEOUT_MS }, () => {
  for (const fault of FAULTS) {
    for (const [kind, requestCases] of Object.entries(ACTS)) {
      it(`leaves rows with the actual mapping or a reason, and recovers after ${kind} under "${fault.name}"`, async () => {
        await withService({}, (simulator) => checkOutage(simulator, fault, requestCases));
      });
    }
  }
});

async function checkOutage(simulator: Simulator, fault: Fault, requestCases: readonly RequestCase[]): Promise<void> {
  const { control } = simulator;
  const act = new BulkScenario(
    simulator,
    fault,
    membersFor(simulator, fault, requestCases, () => false),
  );
  const { states, window } = act;
  await act.begin();
  const outage = control.addFault({ ...fault.failure, operation: 'mapping' });
  await act.run();
  for (const { provider } of act.members) {
    const context = act.contextOf(provider);
    if (indistinguishableOutcome(provider.requestCase, fault.name, 'everything') === undefined)
      checkRow(provider, states.row(provider.id), context);
    checkWrites(provider, context);
  }
  expect(window.changeLog.unended).toEqual([]);

  control.removeFault(outage);
  await act.recover();
  for (const { provider } of act.members) {
    if (
      provider.requestCase.operation === 'get' ||
      indistinguishableOutcome(provider.requestCase, fault.name, 'everything')
    )
      continue;
    checkRecordedChange(provider, window.changeLog, act.failureOf(provider));
    // All is read by now: what is still not known to have ended may take effect later.
    const { unconfirmed } = states.status(provider.id);
    const [note] = window.changeLog.all.filter(({ started }) => started.serviceProviderId === provider.id);
    expect(note?.closing?.result === 'unconfirmed', act.contextOf(provider)).toBe(unconfirmed !== undefined);
  }
}
