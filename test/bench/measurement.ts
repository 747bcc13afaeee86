/** What a measurement works with. */
export interface Bench {
  /** An empty folder of its own; it is removed at the end. */
  readonly dir: string;
  /** Aborted when the person has had enough: whatever was started is to be ended. */
  readonly signal: AbortSignal;
}

/** `times` is a ratio to a baseline that was measured in the same run, in turns. */
type Unit = 'bytes' | 'times' | 'rows' | '%' | 'ms' | 'calls';

/** What a figure should be; none is a reason to fail. */
type Aim = { readonly below: number } | { readonly atMost: number };

/** A line of the table. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
  readonly aim?: Aim;
  /** Absolute figures, which mean something on one machine only; times in milliseconds. */
  readonly information?: Readonly<Record<string, number | string>>;
}

export interface Measurement {
  readonly name: string;
  /** @throws when something is broken, or the signal's reason */
  readonly measure: (bench: Bench) => Promise<Row[]>;
}

export function meets(value: number, aim: Aim): boolean {
  return 'below' in aim ? value < aim.below : value <= aim.atMost;
}

export function rounded(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
