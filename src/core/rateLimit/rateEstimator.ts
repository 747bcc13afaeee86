/** How often a constant limit is probed with one call too many, in milliseconds, … */
const PROBE_MS = 2_000;
/** … or after this many calls, if the limit accepts fewer in that time, … */
const PROBE_CALLS = 20;
/** … but no later than this, in milliseconds: a very low limit may be temporary. */
const LATEST_PROBE_MS = 10_000;
/** The factor by which probes become rarer each time the limit is unchanged, … */
const PROBE_BACKOFF = 2;
/** … up to this multiple of the first interval. */
const MAX_PROBE_BACKOFF = 2;
/** Added to each measurement as calls at the known rate: a few calls alone prove little. */
const KNOWN_CALLS = 2;
/** The relative difference within which two measurements agree. */
const AGREEMENT_TOLERANCE = 0.1;
/** After this multiple of the interval without a rejection, three calls too many were accepted: the limit has risen. */
const LIMIT_RAISED_FACTOR = 1.4;
/** Below this share of the highest measured rate, the limit has fallen. */
const LIMIT_DROPPED_FACTOR = 0.8;
/** How long it takes to double a guessed rate, in milliseconds. */
const DOUBLE_MS = 500;
/** The first calls use up the burst allowance, so the first guess is their rate divided by this. */
const INITIAL_CAUTION = 4;
/** The minimum time for a guess, in milliseconds. */
const SHORTEST_MS = 200;

/**
 * Estimates the undocumented rate limit of a service, from which calls it rejects. Has no clock: all times are passed
 * in, in milliseconds; rates are calls per millisecond.
 *
 * Limits are rates, so limiting concurrency instead would not work: fifty calls per second of 40 ms each are two
 * concurrent calls, but five per second are a fifth of a call. A rejected call shows that the burst allowance is used
 * up. So between two rejections, accepted calls divided by time *is* the limit. The first rejection allows only a
 * guess, a fraction of the accepted rate so far, which is doubled until the second rejection measures the limit. From
 * then on, the rate is the measured one plus a slowly growing excess, which occasionally makes one call too many: its
 * rejection is the next measurement. While measurements agree, they are made less often.
 *
 * The rate at which a call was rejected becomes the ceiling, which is approached again, so that too deep a cut (a
 * window about to end, a fault) does not last. If several calls too many are accepted without a rejection, the limit
 * has risen, and the rate is doubled until the limit is found again.
 */
export class RateEstimator {
  /** The accepted rate; infinite until the first rejection. */
  private floor = Infinity;
  /** The rate at which a call was rejected. */
  private ceiling = Infinity;
  private isGuess = true;
  /** Start of the measurement, and the calls accepted since. */
  private beganMs: number;
  private acceptedSinceThrottle = 0;
  /** How long calls were sent at this rate, limited by nothing else, since the last rejection. */
  private elapsedMs = 0;
  private lastMs: number;
  private requestedBackoffMs = 0;
  /** How much rarer probes are than at first. */
  private rarity = 1;
  /** The highest measured rate, which decays slowly. */
  private best = 0;

  constructor(nowMs: number) {
    this.beganMs = nowMs;
    this.lastMs = nowMs;
  }

  /** Returns the rate to send at, in calls per millisecond. */
  get rate(): number {
    if (this.isGuess) return this.floor * 2 ** (this.elapsedMs / DOUBLE_MS);
    const probeMs = this.probeMs;
    const share = this.elapsedMs / probeMs;
    const towardsCeiling = Math.max(0, this.ceiling - this.floor) * Math.min(1, share) ** 2;
    // Over one interval, the excess adds up to one call.
    const gentle = this.floor + towardsCeiling + (3 * share ** 2) / probeMs;
    return share < LIMIT_RAISED_FACTOR ? gentle : gentle * 2 ** (((share - LIMIT_RAISED_FACTOR) * probeMs) / DOUBLE_MS);
  }

  /** Whether no call was rejected yet. */
  get isUnlimited(): boolean {
    return this.floor === Infinity;
  }

  /**
   * Records an accepted call.
   *
   * @param heldBack whether other calls wait because of this rate alone; only then does it prove anything
   */
  passed(nowMs: number, heldBack: boolean): void {
    this.acceptedSinceThrottle++;
    if (heldBack) this.elapsedMs += nowMs - this.lastMs;
    this.lastMs = nowMs;
  }

  /** Records that no calls were waiting for a while, a time that measures nothing. */
  idle(nowMs: number): void {
    this.beganMs += nowMs - this.lastMs;
    this.lastMs = nowMs;
  }

  /**
   * Records a rejected call that was sent after the last rejection was known.
   *
   * @param waitMs the requested back-off
   * @returns the minimum pause; undefined if no call was accepted since the last rejection, which measures nothing
   */
  refused(nowMs: number, waitMs: number): number | undefined {
    const sent = this.rate;
    const hasRisen = !this.isGuess && this.elapsedMs > LIMIT_RAISED_FACTOR * this.probeMs;
    const isNews = this.isUnlimited || hasRisen;
    const isMeasured = !isNews && this.acceptedSinceThrottle > 0;
    if (isNews) {
      this.floor = this.isUnlimited
        ? Math.max(1, (this.acceptedSinceThrottle + 1) / INITIAL_CAUTION) / Math.max(SHORTEST_MS, nowMs - this.beganMs)
        : sent / 2;
      this.isGuess = true;
      this.rarity = 1;
    } else if (isMeasured) {
      this.measured(this.measure(nowMs), sent);
    }
    if (isNews || isMeasured) this.beganMs = nowMs;
    this.requestedBackoffMs = waitMs;
    // The burst allowance may refill before a requested back-off ends: count half of that time.
    this.beganMs += waitMs / 2;
    this.acceptedSinceThrottle = 0;
    this.elapsedMs = 0;
    this.lastMs = nowMs;
    // Leaves a call or two of the burst allowance unused, because latencies vary.
    return isNews || isMeasured ? 1.5 / this.floor : undefined;
  }

  /** Returns the calls accepted between two rejections, divided by the time, within half a call. */
  private measure(nowMs: number): number {
    const known = this.isGuess ? 0 : KNOWN_CALLS;
    return (this.acceptedSinceThrottle + 0.5 + known) / (nowMs - this.beganMs + known / this.floor);
  }

  private measured(rate: number, sent: number): void {
    // After a guess, the measurement includes the burst allowance, and has nothing to be compared with.
    if (!this.isGuess) this.compare(rate);
    this.isGuess = false;
    this.ceiling = sent;
    this.floor = rate;
  }

  private compare(rate: number): void {
    const agrees = Math.abs(rate - this.floor) <= AGREEMENT_TOLERANCE * this.floor;
    this.best = agrees ? rate + 0.9 * Math.max(0, this.best - rate) : Math.max(this.best, rate);
    // A limit that has fallen may rise again at any time.
    const isDip = rate < LIMIT_DROPPED_FACTOR * this.best;
    this.rarity = agrees && !isDip ? Math.min(MAX_PROBE_BACKOFF, this.rarity * PROBE_BACKOFF) : 1;
  }

  private get probeMs(): number {
    // A requested back-off makes each probe expensive.
    const usualMs = (PROBE_MS + 8 * this.requestedBackoffMs) * this.rarity;
    return Math.max(usualMs, Math.min(LATEST_PROBE_MS, (PROBE_CALLS / this.floor) * this.rarity));
  }
}
