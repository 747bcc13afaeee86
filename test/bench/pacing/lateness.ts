import { monitorEventLoopDelay } from 'node:perf_hooks';

/** The sampling interval of the event loop, which the histogram includes. Milliseconds. */
const RESOLUTION_MS = 10;

/** The event loop delay of a process, in milliseconds. */
export interface Late {
  /** The 99th percentile. */
  readonly mostlyMs: number;
  readonly worstMs: number;
}

/** Measures the event loop delay of this process. If it is close to a latency, the figures reflect the computer instead. */
export class Lateness {
  private readonly histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor() {
    this.histogram.enable();
  }

  /** The delay since this was created. */
  end(): Late {
    this.histogram.disable();
    const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
    return { mostlyMs: late(this.histogram.percentile(99)), worstMs: late(this.histogram.max) };
  }
}

/** The greater delay of two processes. */
export function later(one: Late, other: Late): Late {
  return { mostlyMs: Math.max(one.mostlyMs, other.mostlyMs), worstMs: Math.max(one.worstMs, other.worstMs) };
}
