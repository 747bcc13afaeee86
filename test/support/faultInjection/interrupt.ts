import { isChangeCase, REQUEST_CASES, type RequestCase } from '../requestCases';
import { FAULTS, type Fault } from './mappingFaults';
import type { FaultScenario } from './faultScenario';

/** When something else happens while a wish is under way, seen from the service. */
export const MOMENTS = ['when it arrives', 'when it is answered'] as const;
export type Moment = (typeof MOMENTS)[number];

interface Combination<Event> {
  readonly requestCase: RequestCase;
  readonly fault: Fault;
  readonly event: Event;
  readonly moment: Moment;
}

/**
 * Every change under every fault, each with one of the events at one of the moments: they take turns, so that each change and
 * each fault meets all of them.
 */
export function combinations<Event>(events: readonly Event[]): Combination<Event>[] {
  return REQUEST_CASES.filter(isChangeCase).flatMap((requestCase, place) =>
    FAULTS.flatMap((fault, turn) => {
      const event = events[(place + turn) % events.length];
      const moment = MOMENTS[Math.floor((place + turn) / events.length) % MOMENTS.length];
      return event === undefined || moment === undefined ? [] : [{ requestCase, fault, event, moment }];
    }),
  );
}

/**
 * Begins the wish of a trial, under its fault, and waits for the moment.
 *
 * @returns what ends when the wish does, and whether it has ended before the moment
 */
export async function begin(trial: FaultScenario, moment: Moment): Promise<{ acted: Promise<void>; wasOver: boolean }> {
  const { provider } = trial;
  const { lastIndex } = provider;
  trial.arm();
  const acted = trial.act();
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
 * Carries out the wish of a trial and lets something happen while it is under way.
 *
 * @returns whether it was over before
 */
export async function interrupt(trial: FaultScenario, moment: Moment, event: () => void): Promise<boolean> {
  const { acted, wasOver } = await begin(trial, moment);
  event();
  await acted;
  await trial.provider.lateEffect();
  return wasOver;
}
