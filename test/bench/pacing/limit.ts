/** From a moment on, in seconds after the first request, the service admits so many requests a second. */
export interface Stage {
  readonly fromS: number;
  readonly perSecond: number;
}

/** A token bucket whose pace changes with time; it is full at the beginning. */
export interface Limit {
  readonly burst: number;
  /** In the order of time; the first begins at 0. */
  readonly stages: readonly Stage[];
  /** What a refusal asks to wait, in seconds. */
  readonly retryAfterS?: number;
}

/** The least time, in milliseconds, in which the limit can admit so many requests, however cleverly they are sent. */
export function idealMs({ burst, stages }: Limit, requests: number): number {
  let left = Math.max(0, requests - burst);
  for (const [index, { fromS, perSecond }] of stages.entries()) {
    const lastsS = (stages[index + 1]?.fromS ?? Infinity) - fromS;
    if (left <= lastsS * perSecond) return (fromS + left / perSecond) * 1000;
    left -= lastsS * perSecond;
  }
  throw new Error('a limit ends with a stage that lasts');
}
