import type { ChangeRecord } from '../history/changeRecord';

/**
 * Delays between checks for interrupted changes, in milliseconds. A closing window may still be finishing; after a
 * minute, a change that has not taken effect is unconfirmed; after eleven, changes are also found whose window's
 * process ID is in use by another process.
 */
const RETRY_DELAYS_MS = [10_000, 60_000, 11 * 60_000];

interface Options {
  /** Whether an account is signed in; otherwise no mapping can be read. */
  readonly isSignedIn: () => boolean;
  /** Returns the journal's changes of closed windows whose outcome is unknown. */
  readonly unsettled: () => Promise<readonly ChangeRecord[]>;
  /** Reads what shows the outcomes of those changes that are due, completes them in the journal, and reports that. */
  readonly recover: (isDue: (change: ChangeRecord) => boolean) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/**
 * Schedules the recovery of changes that a closed window left open: once an account is signed in, and a few times
 * later.
 */
export class InterruptedChangeRecovery {
  private attempts = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: Options) {}

  /** Starts checking for interrupted changes, once; schedules the later checks. */
  async start(): Promise<void> {
    if (this.attempts === 0) await this.attempt();
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private async attempt(): Promise<void> {
    try {
      await this.recover();
    } catch (error) {
      this.options.onError(error);
    }
  }

  private async recover(): Promise<void> {
    const { isSignedIn, unsettled, recover } = this.options;
    if (!isSignedIn()) return;
    const nextAttemptMs = RETRY_DELAYS_MS[this.attempts];
    this.attempts++;
    if (nextAttemptMs !== undefined) this.timer = setTimeout(() => void this.attempt(), nextAttemptMs).unref();
    // Read changes that were already unconfirmed when their window closed only once.
    const isFirst = this.attempts === 1;
    const isDue = ({ completed }: ChangeRecord) => !completed || isFirst;
    if (!(await unsettled()).some(isDue)) return;
    await recover(isDue);
  }
}
