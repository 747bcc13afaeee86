import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/core/model/networkMapping';
import { startSimulator, type Simulator } from '../../simulator/simulator';
import { expectImmediate } from '../expectImmediate';
import { describeCase, PLAIN_WISHES, TYPICAL_CASES, REQUEST_CASES } from '../requestCases';
import { checkAfterwards, checkFailure, checkNoneOpen, checkNote, checkRow, checkWords, checkWrites } from './checks';
import { expectedKind, FAULTS, lie, REACHES, SETTLE_MS } from './mappingFaults';
import { FaultScenario } from './faultScenario';

/** When a person cancels, seen from the service. A wish that is over before has nothing to cancel. */
const MOMENTS = ['when it arrives', 'when it is answered', 'when the mapping is read after it'] as const;
type Moment = (typeof MOMENTS)[number];

/** Registers the tests of one operation: each wish, in the state it can meet, under each fault. */
export function testEveryFault(operation: Operation): void {
  for (const requestCase of REQUEST_CASES.filter((each) => each.operation === operation)) {
    describe.concurrent(describeCase(requestCase), () => {
      let simulator: Simulator;
      beforeAll(async () => {
        simulator = await startSimulator({ seed: [], switches: requestCase.switches });
      });
      afterAll(() => simulator.stop());

      // Where nothing can be read, the open points of the service make no difference to what a row can show.
      const isPlain = PLAIN_WISHES.includes(requestCase);
      for (const fault of FAULTS) {
        for (const reach of isPlain ? REACHES : (['the request'] as const)) {
          it(`shows the truth after "${fault.name}" struck ${reach}`, async () => {
            await checkTruth(new FaultScenario(simulator, requestCase, fault, reach));
          });
        }
        for (const moment of TYPICAL_CASES.includes(requestCase) ? MOMENTS : (['when it arrives'] as const)) {
          if (operation === 'get' && moment === 'when the mapping is read after it') continue;
          it(`shows the truth and sends nothing more when cancelled ${moment}, under "${fault.name}"`, async () => {
            await checkCancel(
              new FaultScenario(simulator, requestCase, fault, 'the request', { checksMs: [SETTLE_MS] }),
              moment,
            );
          });
        }
      }
    });
  }
}

async function checkTruth(trial: FaultScenario): Promise<void> {
  const { provider, window, states, id } = trial;
  await trial.begin();
  trial.arm();
  await trial.act();
  await provider.lateEffect();

  const { story } = trial;
  checkRow(provider, trial.row, story);
  checkFailure(provider, trial.failure, story);
  checkNote(provider, window.noted, trial.failure);
  checkWrites(provider, story);
  expect(states.status(id).lastKnown, 'what was known').toBeDefined();
  const { readError } = states.status(id);
  if (readError) checkWords(readError);

  trial.disarm();
  await states.refresh([id]);
  expect(trial.showsTheTruth, `after the fault is over: ${trial.story}`).toBe(true);
  checkAfterwards(provider, states.status(id));
  await checkNoneOpen(provider);
}

async function checkCancel(trial: FaultScenario, moment: Moment): Promise<void> {
  const { provider } = trial;
  await trial.begin();
  const { lastIndex } = provider;
  trial.arm();
  const stop = new AbortController();
  const acted = trial.act(stop.signal);
  const target = provider.arrival(
    ({ index, operation, ended }) =>
      index > lastIndex &&
      operation === provider.requestCase.operation &&
      (moment !== 'when it is answered' || ended !== 'open'),
  );
  const due =
    moment === 'when the mapping is read after it'
      ? Promise.all([target, provider.arrival(({ index, operation }) => index > lastIndex && operation === 'get')])
      : target;
  const wasOver = await Promise.race([acted.then(() => true), due.then(() => false)]);
  const sent = provider.writes.length;
  stop.abort();
  await expectImmediate(acted);
  trial.disarm();
  await provider.lateEffect();

  // The truth is read in the background, and read again should the change come late. What was over before it could be
  // cancelled may also have ended in a row that could not be read.
  const lied = lie(provider.requestCase, provider.fault.name, provider.reach);
  await trial.until(() =>
    lied ? trial.row.type !== 'checking' : trial.showsTheTruth || (wasOver && trial.row.type === 'unreadable'),
  );
  if (!wasOver) expect(provider.writes.length, 'writes after the cancel').toBe(sent);
  expect(provider.effects, 'writes that took effect').toBeLessThanOrEqual(1);
  const { failure } = trial;
  if (failure) {
    expect([expectedKind(provider.requestCase, provider.fault.name), 'cancelled'], trial.story).toContain(failure.kind);
    checkWords(failure);
  }
}
