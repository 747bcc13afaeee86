import type { ExclusiveWrites } from '../crossWindow/exclusiveWrites';

/**
 * How long a secret is used without asking for it again, in milliseconds, in case VS Code does not report a change by a
 * window that shares no lock.
 */
const MAX_AGE_MS = 5_000;

/**
 * How long what the lock shows is used without asking again, in milliseconds, because hundreds of requests are sent in a
 * second. VS Code takes longer to pass a write to another window.
 */
const ACTIVITY_AGE_MS = 50;

/**
 * Reads a secret, but asks VS Code only if it may have changed: it is kept in another process, and each request to the
 * service needs it.
 *
 * A secret is used again while neither VS Code nor the lock that windows take to write it shows any activity. After the
 * lock was released, it is not kept until the write has reached all windows.
 */
export class SecretCache {
  private kept: { readonly secret: string | undefined; readonly readAtMs: number } | undefined;
  /** Counts the changes, so that a secret read before one is not kept after it. */
  private changes = 0;
  private activity: unknown;
  private asked: { readonly activity: Promise<unknown>; readonly atMs: number } | undefined;
  /** When the last activity was noticed. */
  private activeAtMs = -Infinity;

  constructor(
    private readonly read: () => PromiseLike<string | undefined>,
    private readonly writes: Pick<ExclusiveWrites, 'activity' | 'propagationMs'>,
  ) {}

  async get(): Promise<string | undefined> {
    const activity = await this.currentActivity();
    const startedAtMs = performance.now();
    if (activity !== this.activity) {
      this.activity = activity;
      this.activeAtMs = startedAtMs;
      this.changed();
    }
    if (this.kept && startedAtMs - this.kept.readAtMs < MAX_AGE_MS) return this.kept.secret;
    const { changes } = this;
    const secret = await this.read();
    const isPropagated = activity !== undefined && startedAtMs - this.activeAtMs >= this.writes.propagationMs;
    if (isPropagated && changes === this.changes) this.kept = { secret, readAtMs: startedAtMs };
    return secret;
  }

  /** The secret has changed, or is about to. */
  changed(): void {
    this.kept = undefined;
    this.changes++;
  }

  private currentActivity(): Promise<unknown> {
    const nowMs = performance.now();
    if (!this.asked || nowMs - this.asked.atMs >= ACTIVITY_AGE_MS) {
      this.asked = { activity: this.writes.activity(), atMs: nowMs };
    }
    return this.asked.activity;
  }
}
