/** The median, which is robust against a few samples taken while the computer was busy. */
export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  const upper = sorted[Math.ceil((sorted.length - 1) / 2)];
  if (lower === undefined || upper === undefined) throw new Error('there are no samples');
  return (lower + upper) / 2;
}

/** The ratio to the baseline; sample the two alternately, so that a busy moment affects both. */
export function ratioOfMedians(samples: readonly number[], baseline: readonly number[]): number {
  return median(samples) / median(baseline);
}

/** The interquartile range of the samples, which shows how reliable their median is. */
export function middleHalf(samples: readonly number[]): string {
  const sorted = samples.toSorted((a, b) => a - b);
  const half = Math.ceil(sorted.length / 2);
  return `${median(sorted.slice(0, half)).toFixed(2)}–${median(sorted.slice(-half)).toFixed(2)}`;
}
