import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isSameMapping, targetOf } from '../../../src/core/model/networkMapping';
import { effectOf } from '../../simulator/failure';
import type { Simulator } from '../../simulator/simulator';
import { expectNothingLeft } from '../../support/faultInjection/cleanupChecks';
import { THIRD_SKILL } from '../../support/builders';
import { checkAfterwards, checkMessage, checkWrites } from '../../support/faultInjection/checks';
import { begin, MOMENTS, type Moment } from '../../support/faultInjection/interrupt';
import { FAULTS, indistinguishableOutcome, SETTLE_MS, type Fault } from '../../support/faultInjection/mappingFaults';
import { FaultScenario } from '../../support/faultInjection/faultScenario';
import { withService } from '../../support/faultInjection/withService';
import { changeFor, describeCase, isChangeCase, TYPICAL_CASES, type RequestCase } from '../../support/requestCases';

expectNothingLeft();

/** What others set the mapping to meanwhile. */
const OTHERS = { 'remap it': THIRD_SKILL, 'delete it': null } as const;
type Others = keyof typeof OTHERS;

describe.concurrent('a change during which others change the mapping', () => {
  for (const requestCase of TYPICAL_CASES.filter(isChangeCase)) {
    for (const [turn, fault] of FAULTS.entries()) {
      for (const [place, moment] of MOMENTS.entries()) {
        // A mapping restored by others cannot be distinguished.
        const mayDelete = requestCase.before !== null && (turn + place) % 2 === 0;
        const others = mayDelete ? 'delete it' : 'remap it';
        it(`reports no wrong outcome when they ${others} ${moment}, ${describeCase(requestCase)}, under "${fault.name}"`, async () => {
          await withService(requestCase.switches, (simulator) =>
            checkOthers(simulator, requestCase, fault, moment, others),
          );
        });
      }
    }
  }
});

async function checkOthers(
  { control, ...simulator }: Simulator,
  requestCase: RequestCase,
  fault: Fault,
  moment: Moment,
  others: Others,
): Promise<void> {
  const trial = new FaultScenario({ control, ...simulator }, requestCase, fault, 'the request');
  const { provider, states, window, id } = trial;
  await trial.begin();
  const { acted } = await begin(trial, moment);
  control.setProvider({ serviceProviderId: id, skillId: OTHERS[others] });
  await acted;
  // A late effect is no longer possible: the mapping it was to change is gone.
  if (effectOf(fault.failure) === 'later') await delay(SETTLE_MS);

  const { context } = trial;
  const [note, ...more] = window.changeLog.all;
  expect(more).toEqual([]);
  const { result, actual } = note?.closing ?? {};
  if (indistinguishableOutcome(requestCase, fault.name, 'the request') === undefined) {
    const target = targetOf(changeFor(requestCase, id));
    const isAsWished = isSameMapping(provider.truth, target);
    // Whether by this change or by others, the mapping is or was as requested.
    if (result === 'succeeded')
      expect(isAsWished || provider.effects > 0 || others === 'delete it', context).toBe(true);
    if (result === 'failed' || result === 'notSent') expect(provider.effects, context).toBe(0);
    if (actual && isSameMapping(actual, target)) expect(result, context).toBe('succeeded');
  }
  if (trial.failure) checkMessage(trial.failure);
  checkWrites(provider, context);

  trial.disarm();
  await states.refresh([id]);
  expect(trial.showsTheTruth, `after the fault is over: ${trial.context}`).toBe(true);
  checkAfterwards(provider, states.status(id));
}
