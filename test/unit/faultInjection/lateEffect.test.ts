import { describe, expect, it } from 'vitest';
import type { Failure } from '../../simulator/failure';
import type { Simulator } from '../../simulator/simulator';
import { expectNothingLeft } from '../../support/faultInjection/cleanupChecks';
import { checkWrites } from '../../support/faultInjection/checks';
import type { Fault } from '../../support/faultInjection/mappingFaults';
import { FaultScenario } from '../../support/faultInjection/faultScenario';
import { withService } from '../../support/faultInjection/withService';
import { describeCase, isChangeCase, TYPICAL_CASES, type RequestCase } from '../../support/requestCases';

expectNothingLeft();

/** How a change ends that the service still completes. */
const ENDS = {
  'an answer of a gateway (504)': { kind: 'answer', status: 504 },
  'an answer of a gateway (502)': { kind: 'answer', status: 502 },
  'a time-out (408)': { kind: 'answer', status: 408 },
  'no answer': { kind: 'hang' },
  'a broken connection': { kind: 'reset' },
  'a cancellation': { kind: 'hang' },
} as const satisfies Record<string, Failure>;

/**
 * When it takes effect after that, and when its mapping is re-read after the first two times. Milliseconds,
 * scaled down.
 */
const LATE_MS = [1, 300, 900];
const CHECKS_MS = [150, 500, 2_500];

describe.concurrent('a change that takes effect late', () => {
  for (const requestCase of TYPICAL_CASES.filter(isChangeCase)) {
    for (const [end, failure] of Object.entries(ENDS)) {
      for (const laterMs of LATE_MS) {
        it(`is found ${laterMs} ms after ${end}, ${describeCase(requestCase)}`, async () => {
          const fault: Fault = { name: 'hangThenWrite', failure: { ...failure, effect: 'later', laterMs } };
          await withService(requestCase.switches, (simulator) =>
            checkLateEffect(simulator, requestCase, fault, end === 'a cancellation'),
          );
        });
      }
    }
  }
});

async function checkLateEffect(
  simulator: Simulator,
  requestCase: RequestCase,
  fault: Fault,
  isCanceled: boolean,
): Promise<void> {
  const trial = new FaultScenario(simulator, requestCase, fault, 'the request', { checksMs: CHECKS_MS });
  const { provider, states, window, id } = trial;
  await trial.begin();
  trial.arm();
  const stop = new AbortController();
  const acted = trial.act(stop.signal);
  await Promise.race([acted, provider.arrival(({ operation }) => operation === requestCase.operation)]);
  if (isCanceled) stop.abort();
  await acted;
  trial.disarm();
  // On a busy computer, the timeout may have passed before the request arrived.
  if (provider.writes.length === 0) return;
  const closing = () => window.changeLog.all[0]?.closing;
  expect(['unconfirmed', 'succeeded'], trial.context).toContain(trial.outcome?.type);

  await provider.lateEffect();
  await trial.until(() => trial.showsTheTruth && closing()?.result === 'succeeded');
  const { existence, ...status } = states.status(id);
  // Known of one whose mapping was deleted.
  expect(existence?.type ?? 'exists', trial.context).toBe('exists');
  expect(status, trial.context).toEqual({ lastKnown: status.lastKnown });
  expect(window.changeLog.all.length, trial.context).toBe(1);
  checkWrites(provider, trial.context);
}
