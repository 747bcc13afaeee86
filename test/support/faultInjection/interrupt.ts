import { isChangeCase, REQUEST_CASES, type RequestCase } from '../requestCases';
import { FAULTS, type Fault } from './mappingFaults';
import type { FaultScenario } from './faultScenario';

/** When an event happens during a request, as seen by the service. */
export const MOMENTS = ['when it arrives', 'when it is answered'] as const;
export type Moment = (typeof MOMENTS)[number];

interface Combination<Event> {
  readonly requestCase: RequestCase;
  readonly fault: Fault;
  readonly event: Event;
  readonly moment: Moment;
}

/**
 * Every change under every fault, each with one event at one moment. Events and moments alternate, so that each change and each
 * fault is combined with all of them.
 */
export function combinations<Event>(events: readonly Event[]): Combination<Event>[] {
  return REQUEST_CASES.filter(isChangeCase).flatMap((requestCase, caseIndex) =>
    FAULTS.flatMap((fault, faultIndex) => {
      const event = events[(caseIndex + faultIndex) % events.length];
      const moment = MOMENTS[Math.floor((caseIndex + faultIndex) / events.length) % MOMENTS.length];
      return event === undefined || moment === undefined ? [] : [{ requestCase, fault, event, moment }];
    }),
  );
}

/**
 * Sends the request of a scenario, under its fault, and waits for the moment.
 *
 * @returns a promise that settles with the request, and whether it has settled before the moment
 */
export async function begin(
  scenario: FaultScenario,
  moment: Moment,
): Promise<{ acted: Promise<void>; wasOver: boolean }> {
  const { provider } = scenario;
  const { lastIndex } = provider;
  scenario.arm();
  const acted = scenario.act();
  const due = provider.arrival(
    ({ index, operation, ended }) =>
      index > lastIndex &&
      operation === provider.requestCase.operation &&
      (moment === 'when it arrives' || ended !== 'open'),
  );
  const wasOver = await Promise.race([acted.then(() => true), due.then(() => false)]);
  return { acted, wasOver };
}

/**
 * Sends the request of a scenario and lets an event happen while it is in progress.
 *
 * @returns whether the request had ended before the event
 */
export async function interrupt(scenario: FaultScenario, moment: Moment, event: () => void): Promise<boolean> {
  const { acted, wasOver } = await begin(scenario, moment);
  event();
  await acted;
  await scenario.provider.lateEffect();
  return wasOver;
}
