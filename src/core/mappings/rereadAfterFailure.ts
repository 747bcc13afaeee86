import { askedToWaitMs, mayPass, type ApiFailure } from '../failures/apiFailure';
import type { MappingSnapshot } from '../model/networkMapping';
import type { MappingStore } from './mappingStore';

/** The pause between probes, which doubles after each failure. Milliseconds. */
const MIN_PAUSE_MS = 2_000;
const MAX_PAUSE_MS = 60_000;
/** Upper limit for a requested back-off: recovery would otherwise go unnoticed for too long. Milliseconds. */
const MAX_RETRY_AFTER_MS = 5 * 60_000;

/** A row that could not be read because of a transient failure. */
interface Failed {
  readonly readError: ApiFailure;
  /** When the failure became known, by `performance.now()`. */
  readonly atMs: number;
  /** Its position among all results. */
  readonly order: number;
}

/**
 * Re-reads rows after transient failures. While the view is shown, probes one row at a time, each time another one;
 * once any row has been read, re-reads all rows that failed before.
 */
export class RereadAfterFailure {
  private readonly rows = new Map<string, Failed>();
  private readonly seen = new WeakSet<MappingSnapshot>();
  /** Orders the results: a clock may be set back. */
  private order = 0;
  private lastReadOrder = 0;
  private pauseMs = MIN_PAUSE_MS;
  private timer: NodeJS.Timeout | undefined;
  private probe: AbortController | undefined;
  private isVisible = false;

  /** @param read reads rows for the view, unless it is already reading them */
  constructor(
    private readonly providers: Pick<MappingStore, 'events' | 'status' | 'refresh' | 'provider'>,
    private readonly read: (ids: string[]) => void,
  ) {
    providers.events.on('providerChanged', this.follow).on('idle', this.settled).on('entriesChanged', this.settled);
  }

  /** The number of rows with a transient failure. */
  get count(): number {
    return this.rows.size;
  }

  /** The failure of one of these rows. */
  get failure(): ApiFailure | undefined {
    for (const { readError } of this.rows.values()) return readError;
    return undefined;
  }

  /** Whether a row is re-read here, so that the view need not read it. */
  has(id: string): boolean {
    return this.rows.has(id);
  }

  /** Sets whether the view is shown. When it is shown again, probes soon. */
  update(isVisible: boolean): void {
    const begins = isVisible && !this.isVisible;
    this.isVisible = isVisible;
    if (begins) this.pauseMs = 0;
    if (begins || !isVisible) this.rest();
    this.schedule();
  }

  dispose(): void {
    this.update(false);
    this.probe?.abort();
    this.providers.events
      .off('providerChanged', this.follow)
      .off('idle', this.settled)
      .off('entriesChanged', this.settled);
  }

  private readonly follow = (id: string): void => {
    const { lastKnown, readError, inFlight } = this.providers.status(id);
    // While a row is being re-read, its earlier failure still applies.
    if (inFlight) return;
    if (!readError || !mayPass(readError)) {
      this.rows.delete(id);
      if (!lastKnown || readError || this.seen.has(lastKnown)) return;
      this.seen.add(lastKnown);
      this.lastReadOrder = ++this.order;
      return;
    }
    if (this.rows.get(id)?.readError === readError) return;
    // The result of a probe is expected; that of another read is news.
    if (!this.probe) {
      this.pauseMs = MIN_PAUSE_MS;
      this.rest();
    }
    // The next probe uses another row.
    this.rows.delete(id);
    this.rows.set(id, { readError, atMs: performance.now(), order: ++this.order });
  };

  private readonly settled = (): void => {
    for (const [id, { readError }] of this.rows) {
      if (!this.providers.provider(id) || this.providers.status(id).readError !== readError) this.rows.delete(id);
    }
    const back = [...this.rows].filter(([, { order }]) => order < this.lastReadOrder).map(([id]) => id);
    if (back.length > 0 && this.isVisible) this.read(back);
    this.schedule();
  };

  private rest(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private schedule(): void {
    if (this.timer || this.probe || !this.isVisible) return;
    const [next] = this.rows;
    if (!next) return;
    const [, { readError, atMs }] = next;
    const askedMs = atMs + Math.min(MAX_RETRY_AFTER_MS, askedToWaitMs(readError)) - performance.now();
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        void this.probeNow();
      },
      Math.max(this.pauseMs, askedMs),
    ).unref();
  }

  private async probeNow(): Promise<void> {
    const [id] = this.rows.keys();
    if (id === undefined) return;
    const probe = new AbortController();
    this.probe = probe;
    await this.providers.refresh([id], { abortSignal: probe.signal });
    this.probe = undefined;
    this.pauseMs = this.rows.has(id) ? Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, 2 * this.pauseMs)) : MIN_PAUSE_MS;
    this.schedule();
  }
}
