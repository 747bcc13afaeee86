import type { ChangeCompleted, ChangeRecord } from '../../src/core/history/changeRecord';
import { mappedTo, OTHER_SKILL, SERVICE_PROVIDER, SKILL } from './builders';

/** A remap that succeeded, with overrides; `completed: undefined` leaves it incomplete. */
export function aChange(
  some: Partial<Omit<ChangeRecord, 'completed'>> & { readonly completed?: Partial<ChangeCompleted> | undefined } = {},
): ChangeRecord {
  const { id = 'change 1', startedAtMs = Date.UTC(2026, 10, 22, 13, 5, 33), completed, ...rest } = some;
  const change = {
    id,
    operationId: `act of ${id}`,
    startedAtMs,
    serviceProviderId: SERVICE_PROVIDER,
    name: 'Grand Meridian',
    account: 'default',
    endpoint: 'https://api.amazonalexa.com',
    operation: 'update' as const,
    before: mappedTo(SKILL),
    target: mappedTo(OTHER_SKILL),
    ...rest,
  };
  if ('completed' in some && completed === undefined) return change;
  return { ...change, completed: { id, completedAtMs: startedAtMs + 400, result: 'succeeded', ...completed } };
}

/** The read interface of the journal. Takes the changes with the newest first. */
export function historyOf(changes: Iterable<ChangeRecord>): { newestFirst(): AsyncGenerator<ChangeRecord> } {
  return {
    async *newestFirst() {
      await Promise.resolve();
      yield* changes;
    },
  };
}
