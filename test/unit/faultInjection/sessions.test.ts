import { describe, expect, it } from 'vitest';
import type { Simulator } from '../../simulator/simulator';
import { signedInTo, signedOut } from '../../support/builders';
import { expectNothingLeft } from '../../support/faultInjection/cleanupChecks';
import {
  checkInterruptedFailure,
  checkNoneOpen,
  checkRecordedChange,
  checkWrites,
} from '../../support/faultInjection/checks';
import { combinations, interrupt, type Moment } from '../../support/faultInjection/interrupt';
import { indistinguishableOutcome, type Fault } from '../../support/faultInjection/mappingFaults';
import { OneToken } from '../../support/faultInjection/oneToken';
import { FaultScenario } from '../../support/faultInjection/faultScenario';
import { withService } from '../../support/faultInjection/withService';
import { describeCase, type RequestCase } from '../../support/requestCases';

expectNothingLeft();

const EVENTS = [
  'the user signs out',
  'the user signs in again',
  'the user signs in with an account that has no access',
] as const;
type Event = (typeof EVENTS)[number];

describe.concurrent('a change during which the session changes', () => {
  for (const [index, { requestCase, fault, event, moment }] of combinations(EVENTS).entries()) {
    it(`shows the actual mapping when ${event} ${moment}, ${describeCase(requestCase)}, under "${fault.name}"`, async () => {
      // Either response of a service to a valid token without access.
      const noAccess = index % 2 === 0 ? 401 : 403;
      await withService({ ...requestCase.switches, noAccess }, (simulator) =>
        checkOtherSession(simulator, requestCase, fault, moment, event),
      );
    });
  }
});

async function checkOtherSession(
  { control, ...simulator }: Simulator,
  requestCase: RequestCase,
  fault: Fault,
  moment: Moment,
  event: Event,
): Promise<void> {
  const tokens = new OneToken(control.demo.accessToken);
  const trial = new FaultScenario({ control, ...simulator }, requestCase, fault, 'the request', { tokens });
  const { provider, window, states, id } = trial;
  await trial.begin();
  let sent = 0;
  const wasOver = await interrupt(trial, moment, () => {
    sent = provider.writes.length;
    tokens.token = {
      'the user signs out': undefined,
      'the user signs in again': control.issueAccessToken(),
      'the user signs in with an account that has no access': control.demo.otherAccountAccessToken,
    }[event];
    states.setSessions(event === 'the user signs out' ? signedOut : new Map([['default', 'another session']]));
  });
  const { context } = trial;
  if (event === 'the user signs out') {
    expect(trial.row.type, context).toBe('signedOut');
    if (!wasOver) expect(provider.writes.length, `writes after the sign-out: ${context}`).toBe(sent);
  } else if (indistinguishableOutcome(requestCase, fault.name, 'the request') === undefined) {
    // What was read with the session before is read again when the view is shown.
    expect(['checking', 'unreadable'].includes(trial.row.type) || trial.showsTheTruth, context).toBe(true);
  }
  checkInterruptedFailure(provider, trial.failure, context);
  checkRecordedChange(provider, window.changeLog, trial.failure);
  checkWrites(provider, context);

  trial.disarm();
  if (event === 'the user signs in with an account that has no access') {
    await states.refresh([id]);
    expect(trial.row, context).toMatchObject({
      type: 'unreadable',
      readError: { kind: control.switches().noAccess === 401 ? 'unauthorized' : 'forbidden' },
    });
  }
  tokens.token = control.demo.accessToken;
  states.setSessions(signedInTo());
  await states.refresh([id]);
  expect(trial.showsTheTruth, `after the fault is over: ${trial.context}`).toBe(true);
  await checkNoneOpen(provider);
}
