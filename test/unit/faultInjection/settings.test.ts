import { describe, expect, it, vi } from 'vitest';
import { isSameMapping } from '../../../src/core/model/networkMapping';
import { startSimulator, type Simulator } from '../../simulator/simulator';
import { expectNothingLeft } from '../../support/faultInjection/cleanupChecks';
import { aProvider, mappingOf, THIRD_SKILL } from '../../support/builders';
import {
  checkInterruptedFailure,
  checkNoneOpen,
  checkRecordedChange,
  checkRow,
  checkWrites,
} from '../../support/faultInjection/checks';
import { combinations, interrupt, type Moment } from '../../support/faultInjection/interrupt';
import { FAULTS, type Fault } from '../../support/faultInjection/mappingFaults';
import { OneToken } from '../../support/faultInjection/oneToken';
import { FaultScenario } from '../../support/faultInjection/faultScenario';
import { withService } from '../../support/faultInjection/withService';
import { describeCase, isChangeCase, REQUEST_CASES, type RequestCase } from '../../support/requestCases';

expectNothingLeft();

const EVENTS = ['the endpoint changes', 'it is removed', 'it is renamed', 'it gets another account'] as const;
type Event = (typeof EVENTS)[number];

describe.concurrent('a change during which the settings change', () => {
  for (const { requestCase, fault, event, moment } of combinations(EVENTS)) {
    it(`shows the actual mapping when ${event} ${moment}, ${describeCase(requestCase)}, under "${fault.name}"`, async () => {
      await withService(requestCase.switches, (simulator) =>
        event === 'the endpoint changes'
          ? checkOtherEndpoint(simulator, requestCase, fault, moment)
          : checkOtherEntry(simulator, requestCase, fault, moment, event),
      );
    });
  }
});

describe('a change for the earlier endpoint', () => {
  const [requestCase] = REQUEST_CASES.filter(isChangeCase);
  const slow = FAULTS.find(({ name }) => name === 'slow');
  const hang = FAULTS.find(({ name }) => name === 'hangAfterWrite');
  if (!requestCase || !slow || !hang) throw new Error('expected a request case and two faults');

  it('is neither recorded nor sent when another endpoint was set while it was queued', async () => {
    await withService({}, async (simulator) => {
      const trial = aTrial(simulator, requestCase, slow);
      await trial.begin();
      const acted = trial.act();
      trial.window.url = 'http://127.0.0.1:9';
      trial.states.followEndpoints();
      await acted;
      expect(trial.failure).toMatchObject({ kind: 'canceled', attempts: [], effect: 'none' });
      expect([...trial.window.changeLog.all, ...trial.provider.writes]).toEqual([]);
    });
  });

  it('is not sent to another endpoint that was set while it was being recorded', async () => {
    await withService({}, async (simulator) => {
      const trial = aTrial(simulator, requestCase, slow);
      await trial.begin();
      const { changeLog } = trial.window;
      vi.spyOn(changeLog, 'begin').mockImplementationOnce((change) => {
        trial.window.url = 'http://127.0.0.1:9';
        trial.states.followEndpoints();
        return changeLog.begin(change);
      });
      await trial.act();
      expect(trial.failure).toMatchObject({ kind: 'canceled', attempts: [], effect: 'none' });
      expect(changeLog.all.map(({ closing }) => closing?.result)).toEqual(['notSent']);
      expect(trial.provider.writes).toEqual([]);
    });
  });

  it('stays unconfirmed when it was canceled and another endpoint was set', async () => {
    await withService({}, async (simulator) => {
      const trial = aTrial(simulator, requestCase, hang);
      const other = await startSimulator({ seed: [{ serviceProviderId: trial.id, skillId: THIRD_SKILL }] });
      try {
        await trial.begin();
        trial.arm();
        const stop = new AbortController();
        const acted = trial.act(stop.signal);
        await trial.provider.arrival(({ operation }) => operation === requestCase.operation);
        stop.abort();
        trial.window.url = other.url;
        trial.states.followEndpoints();
        await acted;
        await vi.waitFor(() => {
          expect(trial.window.changeLog.all[0]?.closing).toEqual({ result: 'unconfirmed', failure: 'canceled' });
        });
      } finally {
        await other.stop();
      }
    });
  });
});

async function checkOtherEndpoint(
  simulator: Simulator,
  requestCase: RequestCase,
  fault: Fault,
  moment: Moment,
): Promise<void> {
  const trial = aTrial(simulator, requestCase, fault);
  const { provider, window, states, id } = trial;
  const other = await startSimulator({ seed: [{ serviceProviderId: id, skillId: THIRD_SKILL }] });
  try {
    await trial.begin();
    await interrupt(trial, moment, () => {
      window.url = other.url;
      states.followEndpoints();
    });
    expect(['checking', 'mapped'], trial.context).toContain(trial.row.type);
    if (trial.row.type === 'mapped') expect(trial.row.skillId, trial.context).toBe(THIRD_SKILL);
    checkInterruptedFailure(provider, trial.failure, trial.context);
    checkRecordedChange(provider, window.changeLog, trial.failure);
    checkWrites(provider, trial.context);

    trial.disarm();
    await states.refresh([id]);
    expect(trial.row, trial.context).toEqual({ type: 'mapped', skillId: THIRD_SKILL });
    const asked = other.control.requests().map(({ operation }) => operation);
    expect(
      asked.filter((operation) => operation !== 'get'),
      'writes to the other service',
    ).toEqual([]);
    expect(isSameMapping(mappingOf(other.control.mappingOf(id)), mappingOf(THIRD_SKILL))).toBe(true);
  } finally {
    await other.stop();
  }
}

async function checkOtherEntry(
  simulator: Simulator,
  requestCase: RequestCase,
  fault: Fault,
  moment: Moment,
  event: Exclude<Event, 'the endpoint changes'>,
): Promise<void> {
  const trial = aTrial(simulator, requestCase, fault);
  const { provider, window, states, id } = trial;
  await trial.begin();
  await interrupt(trial, moment, () => {
    states.setEntries(
      {
        'it is removed': [],
        'it is renamed': [aProvider(id, { name: 'Grand Meridian' })],
        'it gets another account': [aProvider(id, { account: 'other' })],
      }[event],
    );
  });
  if (event === 'it is renamed') checkRow(provider, trial.row, trial.context);
  if (event === 'it is removed') expect(states.status(id), 'what is left of it').toEqual({});
  if (trial.outcome?.type !== 'notSent') checkInterruptedFailure(provider, trial.failure, trial.context);
  else {
    // It was to be sent again, after an answer that refused it.
    expect([event, trial.outcome.reason], trial.context).toEqual(['it is removed', 'notListed']);
    expect(provider.effects, trial.context).toBe(0);
  }
  checkRecordedChange(provider, window.changeLog, trial.failure);
  checkWrites(provider, trial.context);

  trial.disarm();
  if (event === 'it is removed') states.setEntries([aProvider(id)]);
  await states.refresh([id]);
  expect(trial.showsTheTruth, `after the fault is over: ${trial.context}`).toBe(true);
  await checkNoneOpen(provider);
}

/** Both services accept the same token. */
function aTrial(simulator: Simulator, requestCase: RequestCase, fault: Fault): FaultScenario {
  const tokens = new OneToken(simulator.control.demo.accessToken);
  return new FaultScenario(simulator, requestCase, fault, 'the request', { tokens, accounts: ['default', 'other'] });
}
