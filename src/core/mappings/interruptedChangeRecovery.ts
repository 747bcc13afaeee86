import type { Result } from '../failures/apiFailure';
import type { ChangeRecord } from '../history/changeRecord';
import type { NetworkMapping } from '../model/networkMapping';

/**
 * When interrupted changes are looked up again, in milliseconds after the time before: a window that was just closed may live
 * on for a moment; after a minute, a change that has not taken effect is unconfirmed; and only after eleven are those found
 * whose window's process ID another process uses by now.
 */
const RETRY_DELAYS_MS = [10_000, 60_000, 11 * 60_000];

/** Reads the current mapping as the sender of a change; undefined where that change is not due, or its sender is signed out. */
type ReadAsSender = (change: ChangeRecord) => Promise<Result<NetworkMapping> | undefined>;

interface Options {
  /** Without an account that is signed in, no mapping can be read. */
  readonly isSignedIn: () => boolean;
  /** The journal's changes of closed windows whose outcome is not known. */
  readonly unsettled: () => Promise<readonly ChangeRecord[]>;
  readonly read: ReadAsSender;
  /** Completes these changes in the journal and reports what became of them. */
  readonly recover: (read: ReadAsSender) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Decides when the changes that a closed window left open are looked up: once someone is signed in, and a few times later. */
export class InterruptedChangeRecovery {
  private attempts = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: Options) {}

  /** Looks for interrupted changes unless that was done; later attempts follow by themselves. */
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
    // A change that was unconfirmed already when its window closed is read once.
    const isFirst = this.attempts === 1;
    const isDue = ({ completed }: ChangeRecord) => !completed || isFirst;
    if (!(await unsettled()).some(isDue)) return;
    await recover(async (change) => (isDue(change) ? read(change) : undefined));
  }
}
