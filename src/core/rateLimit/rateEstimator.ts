/** With a limit that does not move, one call too many is sent after so long, in milliseconds, … */
const PROBE_MS = 2_000;
/** … or after so many calls, where the limit lets fewer pass in that time, … */
const PROBE_CALLS = 14;
/** … but not later than this: a limit that is next to nothing may not be so for long. */
const LATEST_PROBE_MS = 10_000;
/** Probes become rarer by so much each time that the limit turns out to be where it was, … */
const PROBE_BACKOFF = 2;
/** … up to so many times the first interval. */
const MAX_PROBE_BACKOFF = 3;
/** A measurement counts as if so many calls more had passed at the rate that was known: a few calls prove little. */
const KNOWN_CALLS = 2;
/** Two measurements that differ by no more than this share agree. */
const AGREEMENT_TOLERANCE = 0.1;
/** After so many times the interval without a refusal, three calls too many have passed: the limit has risen. */
const LIMIT_RAISED_FACTOR = 1.4;
/** Below this share of the highest rate that was measured, the limit has fallen. */
const LIMIT_DROPPED_FACTOR = 0.8;
/** How long it takes to double a rate that is only a guess, in milliseconds. */
const DOUBLE_MS = 500;
/** The first calls come out of what the service has in store, so that the first guess is that part of their rate. */
const INITIAL_CAUTION = 3;
/** A guess is not made from less than this, in milliseconds. */
const SHORTEST_MS = 200;

/**
 * Finds the rate that a service takes and does not tell, from nothing but which calls it refuses. Knows no clock: all times are
 * given to it, in milliseconds; rates are calls per millisecond.
 *
 * Why it works: limits are rates. Fifty a second at 40 ms are two calls at the same time, five a second are a fifth of a call,
 * so that no number of calls at once could express them. When a call is refused, what the service had in store for
 * bursts is used up. Between two refusals it has therefore let pass what came in newly and nothing else: calls that passed
 * divided by the time *is* the limit. The first refusal allows a guess only, half of what has passed so far, which is doubled
 * until the second one measures. From then on the rate is the measured one and a creeping excess over it, which makes one call
 * too many now and then: its refusal is the next measurement. While the measurements agree, they are made less often.
 *
 * What was sent when a call was refused is remembered as the ceiling, and approached again, so that a cut that went too deep
 * (a window that was nearly over, a fault) does not last. When some calls too many have passed and none was refused, that can
 * be no luck: the limit has risen, and the rate is doubled until it is found again.
 */
export class RateEstimator {
  /** What was seen to pass; infinite until the first refusal. */
  private floor = Infinity;
  /** What was sent when it was refused. */
  private ceiling = Infinity;
  private isGuess = true;
  /** When the measurement began, and how many calls have passed since. */
  private beganMs: number;
  private acceptedSinceThrottle = 0;
  /** How long calls were sent at this pace, and held back by nothing else, since the last refusal. */
  private elapsedMs = 0;
  private lastMs: number;
  private requestedBackoffMs = 0;
  /** How much rarer probes are than at first. */
  private rarity = 1;
  /** The highest rate that was measured, forgotten slowly. */
  private best = 0;

  constructor(nowMs: number) {
    this.beganMs = nowMs;
    this.lastMs = nowMs;
  }

  /** How many calls are to be sent in a millisecond. */
  get rate(): number {
    if (this.isGuess) return this.floor * 2 ** (this.elapsedMs / DOUBLE_MS);
    const probeMs = this.probeMs;
    const share = this.elapsedMs / probeMs;
    const towardsCeiling = Math.max(0, this.ceiling - this.floor) * Math.min(1, share) ** 2;
    // Over one interval, the excess adds up to one call.
    const gentle = this.floor + towardsCeiling + (3 * share ** 2) / probeMs;
    return share < LIMIT_RAISED_FACTOR ? gentle : gentle * 2 ** (((share - LIMIT_RAISED_FACTOR) * probeMs) / DOUBLE_MS);
  }

  /** Whether nothing was refused yet. */
  get isUnlimited(): boolean {
    return this.floor === Infinity;
  }

  /**
   * A call was not refused.
   *
   * @param heldBack whether others wait that nothing but this rate holds back; only then does it prove anything
   */
  passed(nowMs: number, heldBack: boolean): void {
    this.acceptedSinceThrottle++;
    if (heldBack) this.elapsedMs += nowMs - this.lastMs;
    this.lastMs = nowMs;
  }

  /** Nobody had anything to send for some time, which measures nothing and proves nothing. */
  idle(nowMs: number): void {
    this.beganMs += nowMs - this.lastMs;
    this.lastMs = nowMs;
  }

  /**
   * A call was refused that was sent after the last refusal was known.
   *
   * @param waitMs how long the service has asked to wait
   * @returns how long to pause at least; undefined when nothing has passed since the last refusal, which measures nothing
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
    // What the service has in store may be full again before an imposed silence ends: half of it is counted.
    this.beganMs += waitMs / 2;
    this.acceptedSinceThrottle = 0;
    this.elapsedMs = 0;
    this.lastMs = nowMs;
    // Leaves a call or two in store, against answers that are not equally quick.
    return isNews || isMeasured ? 1.5 / this.floor : undefined;
  }

  /** Calls passed in the time between two refusals, give or take half a call. */
  private measure(nowMs: number): number {
    const known = this.isGuess ? 0 : KNOWN_CALLS;
    return (this.acceptedSinceThrottle + 0.5 + known) / (nowMs - this.beganMs + known / this.floor);
  }

  private measured(rate: number, sent: number): void {
    // What a guess has led to is measured with what was in store, and no figure to compare with.
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
    // An imposed silence makes each probe dear.
    const usualMs = (PROBE_MS + 8 * this.requestedBackoffMs) * this.rarity;
    return Math.max(usualMs, Math.min(LATEST_PROBE_MS, (PROBE_CALLS / this.floor) * this.rarity));
  }
}
