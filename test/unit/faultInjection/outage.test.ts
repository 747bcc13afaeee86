import { describe, expect, it } from 'vitest';
import type { Simulator } from '../../simulator/simulator';
import { Act, membersFor } from '../../support/faultInjection/act';
import { expectNothingLeft } from '../../support/faultInjection/cleanupChecks';
import { checkNote, checkRow, checkWrites } from '../../support/faultInjection/checks';
import { FAULTS, lie, type Fault } from '../../support/faultInjection/mappingFaults';
import { withService } from '../../support/faultInjection/withService';
import { isChangeCase, PLAIN_WISHES, type RequestCase } from '../../support/requestCases';

expectNothingLeft();

/** Milliseconds. A busy computer takes long to find the rate after a 429; only a test that hangs takes this long. */
const TIMEOUT_MS = 120_000;

const CHANGES = PLAIN_WISHES.filter(isChangeCase);
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
  const act = new Act(
    simulator,
    fault,
    membersFor(simulator, fault, requestCases, () => false),
  );
  const { states, window } = act;
  await act.begin();
  const outage = control.addFault({ ...fault.failure, operation: 'mapping' });
  await act.run();
  for (const { provider } of act.members) {
    const story = act.storyOf(provider);
    if (lie(provider.requestCase, fault.name, 'everything') === undefined)
      checkRow(provider, states.row(provider.id), story);
    checkWrites(provider, story);
  }
  expect(window.noted.unended).toEqual([]);

  control.removeFault(outage);
  await act.recover();
  for (const { provider } of act.members) {
    if (provider.requestCase.operation === 'get' || lie(provider.requestCase, fault.name, 'everything')) continue;
    checkNote(provider, window.noted, act.failureOf(provider));
    // Everything was read by now: only an unconfirmed change may still take effect.
    const { unconfirmed } = states.status(provider.id);
    const [note] = window.noted.all.filter(({ started }) => started.serviceProviderId === provider.id);
    expect(note?.closing?.result === 'inDoubt', act.storyOf(provider)).toBe(unconfirmed !== undefined);
  }
}
