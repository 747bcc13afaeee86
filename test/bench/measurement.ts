/** The environment of a measurement. */
export interface Bench {
  /** A new empty folder, removed at the end. */
  readonly dir: string;
  /** Aborted when the user interrupts the run: the measurement must stop everything that it has started. */
  readonly signal: AbortSignal;
}

/** `times` is a ratio to a baseline that was measured alternately in the same run. */
type Unit = 'bytes' | 'times' | 'rows' | '%' | 'ms' | 'MiB' | 'calls';

/** The target of a figure; missing it is not a failure. */
type Aim = { readonly below: number } | { readonly atMost: number };

/** A line of the table. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
  readonly aim?: Aim;
  /** How far the samples lie apart, as a share of their median; see `medians.ts`. */
  readonly spread?: number;
  /** Absolute figures, which are comparable only on the same computer; times in milliseconds. */
  readonly information?: Readonly<Record<string, number | string>>;
}

export interface Measurement {
  readonly name: string;
  /** @throws if the measurement fails, or with the signal's reason */
  readonly measure: (bench: Bench) => Promise<Row[]>;
}

export function meets(value: number, aim: Aim): boolean {
  return 'below' in aim ? value < aim.below : value <= aim.atMost;
}

export function rounded(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
