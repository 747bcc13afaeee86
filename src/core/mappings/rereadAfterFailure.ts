import { askedToWaitMs, mayPass, type Failure } from '../failures/apiFailure';
import type { Reading } from '../model/networkMapping';
import type { ServiceProviders } from './mappingStore';

/** Between the probes, which become rarer. Milliseconds. */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
/** What the service asks for is kept, but not for longer than this: nobody would know that it is back. */
const LONGEST_ASKED_MS = 5 * 60_000;

/** A row that could not be read for a reason which may pass. */
interface Failed {
  readonly doubt: Failure;
  /** When that was learned, by `performance.now()`. */
  readonly atMs: number;
  /** Which of all that was learned this was. */
  readonly order: number;
}

/**
 * Brings back the rows that could not be read for a reason which may pass: one of them is read again now and then while somebody
 * looks, each time another one, and when any row has been read since, all that had failed before are read.
 */
export class Recovery {
  private readonly rows = new Map<string, Failed>();
  private readonly seen = new WeakSet<Reading>();
  /** Counts what is learned: the clock may be set back, and then nothing would be later than what was read. */
  private order = 0;
  private lastReadOrder = 0;
  private pauseMs = FIRST_PAUSE_MS;
  private timer: NodeJS.Timeout | undefined;
  private probe: AbortController | undefined;
  private isLooking = false;

  /** @param read reads rows for the view, unless it does so already */
  constructor(
    private readonly providers: Pick<ServiceProviders, 'events' | 'status' | 'refresh' | 'provider'>,
    private readonly read: (ids: string[]) => void,
  ) {
    providers.events.on('changed', this.follow).on('settled', this.settled).on('reconfigured', this.settled);
  }

  /** How many rows could not be read for a reason that may pass. */
  get count(): number {
    return this.rows.size;
  }

  /** The failure of one of them. */
  get failure(): Failure | undefined {
    for (const { doubt } of this.rows.values()) return doubt;
    return undefined;
  }

  /** Whether a row is looked after here, so that nobody else needs to read it. */
  has(id: string): boolean {
    return this.rows.has(id);
  }

  /** Takes note whether somebody looks. Who begins to look is not kept waiting for the next probe. */
  look(isLooking: boolean): void {
    const begins = isLooking && !this.isLooking;
    this.isLooking = isLooking;
    if (begins) this.pauseMs = 0;
    if (begins || !isLooking) this.rest();
    this.schedule();
  }

  dispose(): void {
    this.look(false);
    this.probe?.abort();
    this.providers.events.off('changed', this.follow).off('settled', this.settled).off('reconfigured', this.settled);
  }

  private readonly follow = (id: string): void => {
    const { known, doubt, activity } = this.providers.status(id);
    // While it is read again, the reason of before is still the one.
    if (activity) return;
    if (!doubt || !mayPass(doubt)) {
      this.rows.delete(id);
      if (!known || doubt || this.seen.has(known)) return;
      this.seen.add(known);
      this.lastReadOrder = ++this.order;
      return;
    }
    if (this.rows.get(id)?.doubt === doubt) return;
    // What a probe finds is no news; what somebody else meets is.
    if (!this.probe) {
      this.pauseMs = FIRST_PAUSE_MS;
      this.rest();
    }
    // The next probe is for another one.
    this.rows.delete(id);
    this.rows.set(id, { doubt, atMs: performance.now(), order: ++this.order });
  };

  private readonly settled = (): void => {
    for (const [id, { doubt }] of this.rows) {
      if (!this.providers.provider(id) || this.providers.status(id).doubt !== doubt) this.rows.delete(id);
    }
    const back = [...this.rows].filter(([, { order }]) => order < this.lastReadOrder).map(([id]) => id);
    if (back.length > 0 && this.isLooking) this.read(back);
    this.schedule();
  };

  private rest(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private schedule(): void {
    if (this.timer || this.probe || !this.isLooking) return;
    const [next] = this.rows;
    if (!next) return;
    const [, { doubt, atMs }] = next;
    const askedMs = atMs + Math.min(LONGEST_ASKED_MS, askedToWaitMs(doubt)) - performance.now();
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
    await this.providers.refresh([id], { signal: probe.signal });
    this.probe = undefined;
    this.pauseMs = this.rows.has(id)
      ? Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, 2 * this.pauseMs))
      : FIRST_PAUSE_MS;
    this.schedule();
  }
}
