import { setMaxListeners } from 'node:events';
import type { MappingChange } from '../model/networkMapping';
import type { ChangeContext, PlannedWrite } from './plannedWrite';
import type { ProviderStatuses } from './providerStatuses';
import type { ChangeOutcome } from './sendChange';

interface Dependencies {
  readonly statuses: ProviderStatuses;
  /** Performs one change; throws what the journal throws. */
  readonly execute: (planned: PlannedWrite, context: ChangeContext) => Promise<ChangeOutcome>;
  /** Stops further changes, also when one could not be recorded. */
  readonly end: AbortController;
  /** Maximum changes at the same time. */
  readonly atOnce: number;
}

/** Performs the changes of one operation; see `MappingStore.changeAll`. Loaded with the first one. */
export async function changeAll(
  changes: readonly PlannedWrite[],
  { operationId, stopSignal, ...context }: ChangeContext & { readonly stopSignal: AbortSignal },
  onSettled: (change: MappingChange, outcome: ChangeOutcome) => void,
  { statuses, execute, end, atOnce }: Dependencies,
): Promise<(ChangeOutcome | undefined)[]> {
  const over = AbortSignal.any([stopSignal, end.signal]);
  // Each change in progress listens, which is not a leak.
  setMaxListeners(atOnce * 4, over);
  for (const { change } of changes) {
    statuses.apply(change.serviceProviderId, { type: 'queued', operation: change.operation });
  }
  const common = { askedAtMs: performance.now(), ...context, operationId, stopSignal: over };
  const outcomes: (ChangeOutcome | undefined)[] = changes.map(() => undefined);
  const errors: unknown[] = [];
  const next = changes.entries();
  const changeOneByOne = async () => {
    for (const [index, planned] of next) {
      const { serviceProviderId } = planned.change;
      try {
        if (over.aborted) continue;
        const outcome = await execute(planned, common);
        outcomes[index] = outcome;
        onSettled(planned.change, outcome);
      } catch (error) {
        end.abort();
        errors.push(error);
      } finally {
        if (statuses.get(serviceProviderId).queued) statuses.apply(serviceProviderId, { type: 'dequeued' });
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, changeOneByOne));
  if (errors.length > 0) throw errors[0];
  return outcomes;
}
