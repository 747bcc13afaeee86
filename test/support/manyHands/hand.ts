import { unexpected } from '../unexpected';

/** When the process of a hand can end, by what it or the service does. */
export const MOMENTS = ['recorded', 'sent', 'arrived', 'answered', 'completed'] as const;
export type Moment = (typeof MOMENTS)[number];

/** When a process is to end: at the given occurrence of a moment. */
export interface Crash {
  readonly moment: Moment;
  readonly occurrence: number;
}

/** A process that uses the service: a window or a run of the command line. Once it has ended, nothing of it goes on. */
export class Hand {
  isAlive = true;
  private readonly endings: (() => void)[] = [];
  private left: number;

  /** @param pid unique */
  constructor(
    readonly name: string,
    readonly pid: number,
    private crash: Crash | undefined,
  ) {
    this.left = crash?.occurrence ?? Infinity;
  }

  /** Calls back when the process ends; at once if it has. */
  onEnd(callback: () => void): void {
    if (this.isAlive) this.endings.push(callback);
    else callback();
  }

  /** Ends the process if this is the moment for that. */
  reach(moment: Moment): void {
    if (!this.isAlive || this.crash?.moment !== moment) return;
    if (--this.left <= 0) this.end();
  }

  /** Lets the process live, whatever happens. */
  spare(): void {
    this.crash = undefined;
  }

  end(): void {
    if (!this.isAlive) unexpected(`the end of ${this.name}, which has ended`);
    this.isAlive = false;
    for (const callback of this.endings.splice(0)) callback();
  }
}
