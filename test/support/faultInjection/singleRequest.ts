import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/core/model/networkMapping';
import { startSimulator, type Simulator } from '../../simulator/simulator';
import { expectImmediate } from '../expectImmediate';
import { describeCase, BASIC_CASES, TYPICAL_CASES, REQUEST_CASES } from '../requestCases';
import {
  checkAfterwards,
  checkFailure,
  checkNoneOpen,
  checkRecordedChange,
  checkRow,
  checkMessage,
  checkWrites,
} from './checks';
import { expectedKind, FAULTS, indistinguishableOutcome, FAULT_SCOPES, SETTLE_MS } from './mappingFaults';
import { FaultScenario } from './faultScenario';

/** When the user cancels, as seen by the service. A request that has ended by then has nothing to cancel. */
const MOMENTS = ['when it arrives', 'when it is answered', 'when the mapping is read after it'] as const;
type Moment = (typeof MOMENTS)[number];

/** Registers the tests of one operation: each of its request cases under each fault. */
export function testEveryFault(operation: Operation): void {
  for (const requestCase of REQUEST_CASES.filter((each) => each.operation === operation)) {
    describe.concurrent(describeCase(requestCase), () => {
      let simulator: Simulator;
      beforeAll(async () => {
        simulator = await startSimulator({ seed: [], switches: requestCase.switches });
      });
      afterAll(() => simulator.stop());

      // If nothing can be read, the switches of the simulator do not affect what a row can show.
      const isBasic = BASIC_CASES.includes(requestCase);
      for (const fault of FAULTS) {
        for (const scope of isBasic ? FAULT_SCOPES : (['the request'] as const)) {
          it(`shows the actual mapping after "${fault.name}" on ${scope}`, async () => {
            await checkTruth(new FaultScenario(simulator, requestCase, fault, scope));
          });
        }
        for (const moment of TYPICAL_CASES.includes(requestCase) ? MOMENTS : (['when it arrives'] as const)) {
          if (operation === 'get' && moment === 'when the mapping is read after it') continue;
          it(`shows the actual mapping and sends nothing more when canceled ${moment}, under "${fault.name}"`, async () => {
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

async function checkTruth(scenario: FaultScenario): Promise<void> {
  const { provider, window, states, id } = scenario;
  await scenario.begin();
  scenario.arm();
  await scenario.act();
  await provider.lateEffect();

  const { context } = scenario;
  checkRow(provider, scenario.row, context);
  checkFailure(provider, scenario.failure, context);
  checkRecordedChange(provider, window.changeLog, scenario.failure);
  checkWrites(provider, context);
  expect(states.status(id).lastKnown, 'last known mapping').toBeDefined();
  const { readError } = states.status(id);
  if (readError) checkMessage(readError);

  scenario.disarm();
  await states.refresh([id]);
  expect(scenario.showsTheTruth, `after the fault is over: ${scenario.context}`).toBe(true);
  checkAfterwards(provider, states.status(id));
  await checkNoneOpen(provider);
}

async function checkCancel(scenario: FaultScenario, moment: Moment): Promise<void> {
  const { provider } = scenario;
  await scenario.begin();
  const { lastIndex } = provider;
  scenario.arm();
  const stop = new AbortController();
  const acted = scenario.act(stop.signal);
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
  scenario.disarm();
  await provider.lateEffect();

  // The mapping is re-read in the background, and again in case the change takes effect late. A request that ended before it
  // could be canceled may also have left an unreadable row.
  const isIndistinguishable = indistinguishableOutcome(provider.requestCase, provider.fault.name, provider.scope);
  await scenario.until(() =>
    isIndistinguishable
      ? scenario.row.type !== 'checking'
      : scenario.showsTheTruth || (wasOver && scenario.row.type === 'unreadable'),
  );
  if (!wasOver) expect(provider.writes.length, 'writes after the cancel').toBe(sent);
  expect(provider.effects, 'writes that took effect').toBeLessThanOrEqual(1);
  const { failure } = scenario;
  if (failure) {
    expect([expectedKind(provider.requestCase, provider.fault.name), 'canceled'], scenario.context).toContain(
      failure.kind,
    );
    checkMessage(failure);
  }
}
