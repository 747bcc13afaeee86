import type { Result } from '../failures/apiFailure';
import type { ChangeRecord } from '../history/changeRecord';
import type { NetworkMapping } from '../model/networkMapping';

/**
 * Delays between checks for interrupted changes, in milliseconds. A closing window may still be finishing; after a
 * minute, a change that has not taken effect is unconfirmed; after eleven, changes are also found whose window's
 * process ID is in use by another process.
 */
const RETRY_DELAYS_MS = [10_000, 60_000, 11 * 60_000];

/**
 * Reads the current mapping as the sender of a change; undefined if the change is not due, or its sender is signed out.
 */
type ReadAsSender = (change: ChangeRecord) => Promise<Result<NetworkMapping> | undefined>;

interface Options {
  /** Whether an account is signed in; otherwise no mapping can be read. */
  readonly isSignedIn: () => boolean;
  /** Returns the journal's changes of closed windows whose outcome is unknown. */
  readonly unsettled: () => Promise<readonly ChangeRecord[]>;
  readonly read: ReadAsSender;
  /** Completes these changes in the journal and reports their outcomes. */
  readonly recover: (read: ReadAsSender) => Promise<void>;
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
    const { isSignedIn, unsettled, read, recover } = this.options;
    if (!isSignedIn()) return;
    const nextAttemptMs = RETRY_DELAYS_MS[this.attempts];
    this.attempts++;
    if (nextAttemptMs !== undefined) this.timer = setTimeout(() => void this.attempt(), nextAttemptMs).unref();
    // Read changes that were already unconfirmed when their window closed only once.
    const isFirst = this.attempts === 1;
    const isDue = ({ completed }: ChangeRecord) => !completed || isFirst;
    if (!(await unsettled()).some(isDue)) return;
    await recover(async (change) => (isDue(change) ? read(change) : undefined));
  }
}
