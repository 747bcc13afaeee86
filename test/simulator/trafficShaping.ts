import { isMappingOperation, type RecordedRequest } from './requestLog';

/** How a client has behaved, counted over requests to the mapping API. */
export interface Traffic {
  readonly requests: number;
  /** Answered with 429. */
  readonly refused: number;
  /** Struck by a fault. */
  readonly faulty: number;
  /** Came although an answer before had asked, in seconds of Retry-After, to send nothing then. */
  readonly inSilence: number;
  /** Writes to a provider that came while another write to it was under way. */
  readonly writesAtOnce: number;
  /** Writes to a provider whose last write may or may not have taken effect, with no read in between that tells. */
  readonly blindWrites: number;
}

/** A request that comes this soon after the answer was sent has crossed it: how should its client have known? */
const CROSSED_MS = 20;

/** Timers of Node.js go off up to a millisecond early, on either side. */
const EARLY_MS = 2;

/**
 * Counts the requests, which are in the order in which they came.
 *
 * @param lateMs how late the client or the simulator may have been to see what was there
 */
export function trafficOf(requests: readonly RecordedRequest[], lateMs = 0): Traffic {
  const counted = requests.filter(({ operation }) => isMappingOperation(operation));
  const byProvider = new Map<string | undefined, RecordedRequest[]>();
  for (const request of counted) {
    const own = byProvider.get(request.serviceProviderId);
    if (own) own.push(request);
    else byProvider.set(request.serviceProviderId, [request]);
  }
  const sum = (count: (ofOneProvider: readonly RecordedRequest[]) => number) =>
    [...byProvider.values()].reduce((total, own) => total + count(own), 0);
  return {
    requests: counted.length,
    refused: counted.filter(({ status }) => status === 429).length,
    faulty: counted.filter(({ fault }) => fault !== undefined && fault !== 'rateLimit').length,
    inSilence: inSilence(counted, CROSSED_MS + lateMs),
    writesAtOnce: sum(writesAtOnce),
    blindWrites: sum(blindWrites),
  };
}

function inSilence(requests: readonly RecordedRequest[], crossedMs: number): number {
  const silences = requests
    .flatMap(({ retryAfter, endedAtMs }) => {
      if (endedAtMs === undefined || !/^\d+(\.\d+)?$/.test(retryAfter ?? '')) return [];
      return [{ fromMs: endedAtMs + crossedMs, untilMs: endedAtMs + Number(retryAfter) * 1000 - EARLY_MS }];
    })
    .sort((one, other) => one.fromMs - other.fromMs);
  let begun = 0;
  let untilMs = -Infinity;
  return requests.filter(({ startedAtMs }) => {
    for (let next = silences[begun]; next && next.fromMs <= startedAtMs; next = silences[++begun]) {
      untilMs = Math.max(untilMs, next.untilMs);
    }
    return startedAtMs < untilMs;
  }).length;
}

function writesAtOnce(requests: readonly RecordedRequest[]): number {
  let endedAtMs = -Infinity;
  return requests.filter(isWrite).filter((write) => {
    const isEarly = write.startedAtMs < endedAtMs;
    endedAtMs = Math.max(endedAtMs, write.endedAtMs ?? Infinity);
    return isEarly;
  }).length;
}

function blindWrites(requests: readonly RecordedRequest[]): number {
  let isUnknown = false;
  return requests.filter((request) => {
    const wasInDoubt = isUnknown;
    if (isWrite(request)) {
      isUnknown ||= mayHaveTakenEffect(request);
      return wasInDoubt;
    }
    if (request.status === 200 || request.status === 404) isUnknown = false;
    return false;
  }).length;
}

const isWrite = ({ operation }: RecordedRequest) => operation !== 'get';

/** Whether its client cannot know: there was no answer, or one that tells of a failure of the service. */
function mayHaveTakenEffect({ ended, status = 0 }: RecordedRequest): boolean {
  return ended !== 'answered' || status >= 500;
}
