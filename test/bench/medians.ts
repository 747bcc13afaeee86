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

/** The ratio to the baseline as a figure of a row, with the spread of the samples that spread more. */
export function ratio(
  samples: readonly number[],
  baseline: readonly number[],
  digits = 3,
): { readonly value: number; readonly spread: number } {
  return {
    value: Number(ratioOfMedians(samples, baseline).toFixed(digits)),
    spread: Math.max(spread(samples), spread(baseline)),
  };
}

/** Half of the interquartile range as a share of the median, which shows how reliable that is. */
export function spread(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const half = Math.ceil(sorted.length / 2);
  return (median(sorted.slice(-half)) - median(sorted.slice(0, half))) / 2 / median(sorted);
}
