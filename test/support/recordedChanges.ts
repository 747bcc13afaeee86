import type { ClosedChange, RecordedChange } from '../../src/core/history/changeRecord';
import { mappedTo, OTHER_SKILL, SERVICE_PROVIDER, SKILL } from './builders';

/** A remap that was carried out, but for what is given; `closed: undefined` leaves it open. */
export function aChange(
  some: Partial<Omit<RecordedChange, 'closed'>> & { readonly closed?: Partial<ClosedChange> | undefined } = {},
): RecordedChange {
  const { id = 'change 1', openedAtMs = Date.UTC(2026, 10, 22, 13, 5, 33), closed, ...rest } = some;
  const change = {
    id,
    actId: `act of ${id}`,
    openedAtMs,
    serviceProviderId: SERVICE_PROVIDER,
    name: 'Grand Meridian',
    account: 'default',
    endpoint: 'https://api.amazonalexa.com',
    operation: 'update' as const,
    before: mappedTo(SKILL),
    wished: mappedTo(OTHER_SKILL),
    ...rest,
  };
  if ('closed' in some && closed === undefined) return change;
  return { ...change, closed: { id, closedAtMs: openedAtMs + 400, result: 'done', ...closed } };
}

/** What a journal is to whoever reads it: the newest change first. */
export function historyOf(changes: Iterable<RecordedChange>): { newestFirst(): AsyncGenerator<RecordedChange> } {
  return {
    async *newestFirst() {
      await Promise.resolve();
      yield* changes;
    },
  };
}
