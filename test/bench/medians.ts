/** The median, which a few samples taken while the machine was busy do not move. */
export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  const upper = sorted[Math.ceil((sorted.length - 1) / 2)];
  if (lower === undefined || upper === undefined) throw new Error('there is nothing to take the median of');
  return (lower + upper) / 2;
}

/** How many times the baseline it is; the two are to be sampled in turns, so that a busy moment strikes both. */
export function ratioOfMedians(samples: readonly number[], baseline: readonly number[]): number {
  return median(samples) / median(baseline);
}

/** Between which figures the middle half of the samples lies: how far to trust their median. */
export function middleHalf(samples: readonly number[]): string {
  const sorted = samples.toSorted((a, b) => a - b);
  const half = Math.ceil(sorted.length / 2);
  return `${median(sorted.slice(0, half)).toFixed(2)}–${median(sorted.slice(-half)).toFixed(2)}`;
}
