/** A stage of a limit: its start, in seconds after the first request, and the requests per second that it admits. */
export interface Stage {
  readonly fromS: number;
  readonly perSecond: number;
}

/** A token bucket whose rate changes over time. It is initially full. */
export interface Limit {
  readonly burst: number;
  /** In chronological order; the first starts at 0. */
  readonly stages: readonly Stage[];
  /** The Retry-After of a rejection, in seconds. */
  readonly retryAfterS?: number;
}

/** The minimum time, in milliseconds, in which the limit can admit this many requests with optimal timing. */
export function idealMs({ burst, stages }: Limit, requests: number): number {
  let left = Math.max(0, requests - burst);
  for (const [index, { fromS, perSecond }] of stages.entries()) {
    const lastsS = (stages[index + 1]?.fromS ?? Infinity) - fromS;
    if (left <= lastsS * perSecond) return (fromS + left / perSecond) * 1000;
    left -= lastsS * perSecond;
  }
  throw new Error('the last stage of a limit must admit requests');
}
