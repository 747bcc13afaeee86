import { describe, expect, it } from 'vitest';
import type { ChangeOutcome } from '../../../src/core/mappings/sendChange';
import type { Simulator } from '../../simulator/simulator';
import { expectNothingLeft } from '../../support/faultInjection/cleanupChecks';
import { aProvider, signedInTo, THIRD_SKILL } from '../../support/builders';
import { OneToken } from '../../support/faultInjection/oneToken';
import { Trial } from '../../support/faultInjection/faultScenario';
import { withService } from '../../support/faultInjection/withService';
import { changeFor, describeWish, isWishedChange, USUAL_WISHES, type WishedChange } from '../../support/requestCases';

expectNothingLeft();

const UNSTRUCK = { name: 'slow', failure: { kind: 'slow' } } as const;

interface Happening {
  /** What happens while a person looks at the question. */
  readonly happens: (trial: Trial, simulator: Simulator) => void | Promise<void>;
  readonly expected: Partial<ChangeOutcome>;
}

function remappedByOthers({ id }: Trial, { control }: Simulator): void {
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
      trial.states.changedElsewhere([trial.id]);
    },
    expected: { type: 'changedMeanwhile' },
  },
  'the service provider leaves the list': {
    happens: ({ states }) => {
      states.configure([]);
    },
    expected: { type: 'notSent', reason: 'notListed' },
  },
  'another endpoint is set': {
    happens: ({ states, window }) => {
      window.url = 'https://production.example';
      states.forget();
    },
    expected: { type: 'notSent', reason: 'endpointChanged' },
  },
  'another account is to serve it': {
    happens: ({ states, id }) => {
      states.configure([aProvider(id, { account: 'other' })]);
    },
    expected: { type: 'notSent', reason: 'sessionChanged' },
  },
  'another person signs in': {
    happens: ({ states }) => {
      states.setAccounts(new Map([...signedInTo('other'), ['default', 'another session']]));
    },
    expected: { type: 'notSent', reason: 'sessionChanged' },
  },
};

const WAYS = {
  alone: (trial: Trial, [planned]: readonly Parameters<Trial['states']['changeAll']>[0][number][]) => {
    if (!planned) throw new Error('expected a change');
    const { change, ...expected } = planned;
    return trial.states.change(change, { actId: 'act' }, expected);
  },
  'as one of many': async (trial: Trial, changes: Parameters<Trial['states']['changeAll']>[0]) => {
    const stop = new AbortController().signal;
    return (await trial.states.changeAll(changes, { actId: 'act', stop }, () => undefined))[0];
  },
};

describe.concurrent('a change that was confirmed after something else happened', () => {
  for (const wish of USUAL_WISHES.filter(isWishedChange)) {
    for (const [what, happening] of Object.entries(HAPPENINGS)) {
      for (const way of Object.keys(WAYS) as (keyof typeof WAYS)[]) {
        it(`is not sent when ${what}, ${way}, ${describeWish(wish)}`, async () => {
          await withService(wish.switches, (simulator) => checkUnsent(simulator, wish, happening, way));
        });
      }
    }
  }
});

async function checkUnsent(
  simulator: Simulator,
  wish: WishedChange,
  { happens, expected }: Happening,
  way: keyof typeof WAYS,
): Promise<void> {
  const tokens = new OneToken(simulator.control.demo.accessToken);
  const trial = new Trial(simulator, wish, UNSTRUCK, 'the request', { tokens, accounts: ['default', 'other'] });
  const { provider, states, window, id } = trial;
  await trial.begin();
  const { known } = states.status(id);
  const planned = [
    { change: changeFor(wish, id), sender: states.sender(id), ...(known && { replaces: known.mapping }) },
  ];
  await happens(trial, simulator);
  expect(await WAYS[way](trial, planned)).toMatchObject(expected);
  expect(provider.writes, trial.story).toEqual([]);
  expect(window.noted.all, trial.story).toEqual([]);
  const { activity, queued } = states.status(id);
  expect({ activity, queued }, trial.story).toEqual({});
}
