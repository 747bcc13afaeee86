import { isMappingOperation, type RecordedRequest } from './requestLog';

/** Statistics of a client's requests to the mapping API. */
export interface Traffic {
  readonly requests: number;
  /** Answered with 429. */
  readonly refused: number;
  /** Answered with a fault. */
  readonly faulty: number;
  /** Sent during the Retry-After period, in seconds, of an earlier response. */
  readonly inSilence: number;
  /** Writes to a provider that were sent while another write to it was in progress. */
  readonly writesAtOnce: number;
  /** Writes to a provider after a write with an unknown outcome, without a successful read in between. */
  readonly blindWrites: number;
}

/** A request that arrives this soon after the response was sent has crossed it: its client could not have known. */
const CROSSED_MS = 20;

/** Timers of Node.js fire up to a millisecond early, on either side. */
const EARLY_MS = 2;

/**
 * Computes the statistics of requests in order of arrival.
 *
 * @param lateMs by how much the client or the simulator may have noticed an event late
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
  const backoffs = requests
    .flatMap(({ retryAfter, endedAtMs }) => {
      if (endedAtMs === undefined || !/^\d+(\.\d+)?$/.test(retryAfter ?? '')) return [];
      return [{ fromMs: endedAtMs + crossedMs, untilMs: endedAtMs + Number(retryAfter) * 1000 - EARLY_MS }];
    })
    .sort((one, other) => one.fromMs - other.fromMs);
  let nextIndex = 0;
  let untilMs = -Infinity;
  return requests.filter(({ startedAtMs }) => {
    for (let next = backoffs[nextIndex]; next && next.fromMs <= startedAtMs; next = backoffs[++nextIndex]) {
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
    const wasUnknown = isUnknown;
    if (isWrite(request)) {
      isUnknown ||= mayHaveTakenEffect(request);
      return wasUnknown;
    }
    if (request.status === 200 || request.status === 404) isUnknown = false;
    return false;
  }).length;
}

const isWrite = ({ operation }: RecordedRequest) => operation !== 'get';

/** Whether the outcome is unknown: no response, or a server error. */
function mayHaveTakenEffect({ ended, status = 0 }: RecordedRequest): boolean {
  return ended !== 'answered' || status >= 500;
}
