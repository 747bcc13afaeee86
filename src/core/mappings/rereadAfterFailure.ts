import { askedToWaitMs, mayPass, type ApiFailure } from '../failures/apiFailure';
import type { MappingSnapshot } from '../model/networkMapping';
import type { MappingStore } from './mappingStore';

/** Between the probes, which become rarer. Milliseconds. */
const MIN_PAUSE_MS = 2_000;
const MAX_PAUSE_MS = 60_000;
/** What the service asks for is kept, but not for longer than this: nobody would know that it is back. */
const MAX_RETRY_AFTER_MS = 5 * 60_000;

/** A row that could not be read for a reason which may pass. */
interface Failed {
  readonly readError: ApiFailure;
  /** When that was learned, by `performance.now()`. */
  readonly atMs: number;
  /** Which of all that was learned this was. */
  readonly order: number;
}

/**
 * Brings back the rows that could not be read for a reason which may pass: one of them is read again now and then while somebody
 * looks, each time another one, and when any row has been read since, all that had failed before are read.
 */
export class RereadAfterFailure {
  private readonly rows = new Map<string, Failed>();
  private readonly seen = new WeakSet<MappingSnapshot>();
  /** Counts what is learned: the clock may be set back, and then nothing would be later than what was read. */
  private order = 0;
  private lastReadOrder = 0;
  private pauseMs = MIN_PAUSE_MS;
  private timer: NodeJS.Timeout | undefined;
  private probe: AbortController | undefined;
  private isVisible = false;

  /** @param read reads rows for the view, unless it does so already */
  constructor(
    private readonly providers: Pick<MappingStore, 'events' | 'status' | 'refresh' | 'provider'>,
    private readonly read: (ids: string[]) => void,
  ) {
    providers.events.on('providerChanged', this.follow).on('idle', this.settled).on('entriesChanged', this.settled);
  }

  /** How many rows could not be read for a reason that may pass. */
  get count(): number {
    return this.rows.size;
  }

  /** The failure of one of them. */
  get failure(): ApiFailure | undefined {
    for (const { readError } of this.rows.values()) return readError;
    return undefined;
  }

  /** Whether a row is looked after here, so that nobody else needs to read it. */
  has(id: string): boolean {
    return this.rows.has(id);
  }

  /** Takes note whether somebody looks. Who begins to look is not kept waiting for the next probe. */
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
    // While it is read again, the reason of before is still the one.
    if (inFlight) return;
    if (!readError || !mayPass(readError)) {
      this.rows.delete(id);
      if (!lastKnown || readError || this.seen.has(lastKnown)) return;
      this.seen.add(lastKnown);
      this.lastReadOrder = ++this.order;
      return;
    }
    if (this.rows.get(id)?.readError === readError) return;
    // What a probe finds is no news; what somebody else meets is.
    if (!this.probe) {
      this.pauseMs = MIN_PAUSE_MS;
      this.rest();
    }
    // The next probe is for another one.
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
