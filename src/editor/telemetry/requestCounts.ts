import type { AttemptRecord } from '../../core/api/serviceClient';
import { failureKindOfStatus } from '../../core/failures/httpStatus';
import type { EventMeasurements, EventProperties } from './events';

type RequestKey = EventProperties<'requests'>;
type RequestTotals = EventMeasurements<'requests'>;

const PERIOD_MS = 60_000;

/** Adds up requests by operation and outcome, and records the totals some time after the first. */
export class RequestCounts {
  private readonly sums = new Map<string, { readonly sort: RequestKey; readonly sum: RequestTotals }>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly record: (sort: RequestKey, sum: RequestTotals) => void) {}

  add({ operation, outcome, durationMs }: Pick<AttemptRecord, 'operation' | 'outcome' | 'durationMs'>): void {
    const sort: RequestKey = { operation, outcome: outcomeOf(outcome) };
    const key = `${sort.operation} ${sort.outcome}`;
    const { sum } = this.sums.get(key) ?? { sum: { requests: 0, durationMs: 0 } };
    this.sums.set(key, { sort, sum: { requests: sum.requests + 1, durationMs: sum.durationMs + durationMs } });
    this.timer ??= setTimeout(() => {
      this.flush();
    }, PERIOD_MS).unref();
  }

  /** Records the current totals. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const { sort, sum } of this.sums.values()) this.record(sort, sum);
    this.sums.clear();
  }
}

function outcomeOf(outcome: AttemptRecord['outcome']): RequestKey['outcome'] {
  if (typeof outcome === 'string') return outcome;
  return outcome < 300 ? 'succeeded' : failureKindOfStatus(outcome);
}
