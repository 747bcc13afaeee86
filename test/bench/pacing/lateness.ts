import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How often the event loop is looked at; the histogram holds this time as well. Milliseconds. */
const RESOLUTION_MS = 10;

/** How late a process ran what was due, in milliseconds. */
export interface Late {
  /** The 99th percentile. */
  readonly mostlyMs: number;
  readonly worstMs: number;
}

/** Watches how late this process runs what is due. Where that comes near a latency, figures tell of the machine. */
export class Lateness {
  private readonly histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor() {
    this.histogram.enable();
  }

  /** How late it was since this was made. */
  end(): Late {
    this.histogram.disable();
    const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
    return { mostlyMs: late(this.histogram.percentile(99)), worstMs: late(this.histogram.max) };
  }
}

/** The later of two processes. */
export function later(one: Late, other: Late): Late {
  return { mostlyMs: Math.max(one.mostlyMs, other.mostlyMs), worstMs: Math.max(one.worstMs, other.worstMs) };
}
