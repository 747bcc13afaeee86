import { describe, expect, it } from 'vitest';
import type { ChangeOutcome } from '../../../src/core/mappings/sendChange';
import type { Simulator } from '../../simulator/simulator';
import { expectNothingLeft } from '../../support/faultInjection/cleanupChecks';
import { aProvider, signedInTo, THIRD_SKILL } from '../../support/builders';
import { OneToken } from '../../support/faultInjection/oneToken';
import { FaultScenario } from '../../support/faultInjection/faultScenario';
import { withService } from '../../support/faultInjection/withService';
import { changeFor, describeCase, isChangeCase, TYPICAL_CASES, type ChangeCase } from '../../support/requestCases';

expectNothingLeft();

const UNSTRUCK = { name: 'slow', failure: { kind: 'slow' } } as const;

interface Happening {
  /** What happens while the confirmation is open. */
  readonly happens: (trial: FaultScenario, simulator: Simulator) => void | Promise<void>;
  readonly expected: Partial<ChangeOutcome>;
}

function remappedByOthers({ id }: FaultScenario, { control }: Simulator): void {
  control.setProvider({ serviceProviderId: id, skillId: THIRD_SKILL });
}

const HAPPENINGS: Record<string, Happening> = {
  'others remap, and the row shows it': {
    happens: async (trial, simulator) => {
      remappedByOthers(trial, simulator);
      await trial.states.refresh([trial.id]);
    },
    expected: { type: 'changedMeanwhile' },
  },
  'another window remaps': {
    happens: (trial, simulator) => {
      remappedByOthers(trial, simulator);
      trial.states.markChangedInOtherWindow([trial.id]);
    },
    expected: { type: 'changedMeanwhile' },
  },
  'the service provider leaves the list': {
    happens: ({ states }) => {
      states.setEntries([]);
    },
    expected: { type: 'notSent', reason: 'notListed' },
  },
  'another endpoint is set': {
    happens: ({ states, window }) => {
      window.url = 'https://production.example';
      states.followEndpoints();
    },
    expected: { type: 'notSent', reason: 'endpointChanged' },
  },
  'another account is to serve it': {
    happens: ({ states, id }) => {
      states.setEntries([aProvider(id, { account: 'other' })]);
    },
    expected: { type: 'notSent', reason: 'sessionChanged' },
  },
  'another person signs in': {
    happens: ({ states }) => {
      states.setSessions(new Map([...signedInTo('other'), ['default', 'another session']]));
    },
    expected: { type: 'notSent', reason: 'sessionChanged' },
  },
};

const METHODS = {
  alone: (trial: FaultScenario, [planned]: readonly Parameters<FaultScenario['states']['changeAll']>[0][number][]) => {
    if (!planned) throw new Error('expected a change');
    const { change, ...expected } = planned;
    return trial.states.change(change, { operationId: 'act' }, expected);
  },
  'as one of many': async (trial: FaultScenario, changes: Parameters<FaultScenario['states']['changeAll']>[0]) => {
    const stop = new AbortController().signal;
    return (await trial.states.changeAll(changes, { operationId: 'act', stopSignal: stop }, () => undefined))[0];
  },
};

describe.concurrent('a confirmed change whose context changed while the confirmation was open', () => {
  for (const requestCase of TYPICAL_CASES.filter(isChangeCase)) {
    for (const [what, happening] of Object.entries(HAPPENINGS)) {
      for (const way of Object.keys(METHODS) as (keyof typeof METHODS)[]) {
        it(`is not sent when ${what}, ${way}, ${describeCase(requestCase)}`, async () => {
          await withService(requestCase.switches, (simulator) => checkUnsent(simulator, requestCase, happening, way));
        });
      }
    }
  }
});

async function checkUnsent(
  simulator: Simulator,
  requestCase: ChangeCase,
  { happens, expected }: Happening,
  way: keyof typeof METHODS,
): Promise<void> {
  const tokens = new OneToken(simulator.control.demo.accessToken);
  const trial = new FaultScenario(simulator, requestCase, UNSTRUCK, 'the request', {
    tokens,
    accounts: ['default', 'other'],
  });
  const { provider, states, window, id } = trial;
  await trial.begin();
  const { lastKnown } = states.status(id);
  const planned = [
    {
      change: changeFor(requestCase, id),
      sender: states.sender(id),
      ...(lastKnown && { replaces: lastKnown.mapping }),
    },
  ];
  await happens(trial, simulator);
  expect(await METHODS[way](trial, planned)).toMatchObject(expected);
  expect(provider.writes, trial.context).toEqual([]);
  expect(window.changeLog.all, trial.context).toEqual([]);
  const { inFlight, queued } = states.status(id);
  expect({ inFlight, queued }, trial.context).toEqual({});
}
