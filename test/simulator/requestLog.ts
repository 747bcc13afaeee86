import { performance } from 'node:perf_hooks';
import type { Incoming } from './incoming';
import { bearerOf } from './mappingApi';
import { recordedBody, recordedUrl } from './recordedParameters';
import type { MappingOperation, ProviderOperation } from './service';
import { fingerprintOf } from './tokens';

/** `authorize` is the consent page and its form, `token` the token endpoint. */
export type RecordedOperation = MappingOperation | ProviderOperation | 'authorize' | 'token' | 'unknown';

export function isMappingOperation(operation: RecordedOperation): operation is MappingOperation {
  return operation === 'get' || operation === 'create' || operation === 'update' || operation === 'delete';
}

/** Whether a request is for a service provider itself (Self-Service Onboarding). */
export function isProviderOperation(operation: RecordedOperation): operation is ProviderOperation {
  return operation.endsWith('Provider');
}

/** A received request and its result. Tokens and secrets appear as fingerprints only. */
export interface RecordedRequest {
  /** Counts from 1 since the last reset. */
  readonly index: number;
  /** Sent as x-amzn-RequestId. */
  readonly requestId: string;
  /** Wall clock, ISO 8601. */
  readonly at: string;
  /** Monotonic clock, milliseconds. */
  readonly startedAtMs: number;
  readonly operation: RecordedOperation;
  readonly serviceProviderId?: string;
  readonly method: string;
  /** Path and query as sent, with fingerprints in place of values that may be secret. */
  readonly url: string;
  /** As sent, in order. */
  readonly headerNames: readonly string[];
  /** Values of headers that are not secret, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tokenFingerprint?: string;
  /** Parsed JSON, the fields of a form, or the text if it is neither; for Login with Amazon its fingerprint instead of the text. */
  readonly body?: unknown;
  tookEffect: boolean;
  status?: number;
  /** The Retry-After header of the response. */
  retryAfter?: string;
  /** The name or kind of the fault that applied, or "rateLimit". */
  fault?: string;
  ended: 'open' | 'answered' | 'reset' | 'clientGone';
  endedAtMs?: number;
}

const shownHeaders = [
  'accept',
  'accept-encoding',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
  'user-agent',
];
const maxRequests = 100_000;

/** Records requests and notifies listeners. */
export class RequestLog {
  #requests: RecordedRequest[] = [];
  #received = 0;
  readonly #listeners = new Set<(request: RecordedRequest) => void>();

  open(
    incoming: Incoming,
    {
      operation,
      serviceProviderId,
      requestId,
    }: { operation: RecordedOperation; serviceProviderId?: string; requestId: string },
  ): RecordedRequest {
    const bearer = bearerOf(incoming.header('authorization')[0] ?? '');
    const shown = shownHeaders.flatMap((name) => incoming.header(name).map((value) => [name, value] as const));
    const body = recordedBody(incoming, operation === 'authorize' || operation === 'token');
    const request: RecordedRequest = {
      index: ++this.#received,
      requestId,
      at: new Date().toISOString(),
      startedAtMs: performance.now(),
      operation,
      ...(serviceProviderId !== undefined && { serviceProviderId }),
      method: incoming.method,
      url: recordedUrl(incoming),
      headerNames: incoming.headerNames,
      headers: Object.fromEntries(shown),
      ...(bearer !== undefined && { tokenFingerprint: fingerprintOf(bearer) }),
      ...(body !== undefined && { body }),
      tookEffect: false,
      ended: 'open',
    };
    this.#requests.push(request);
    if (this.#requests.length > maxRequests) this.#requests = this.#requests.slice(maxRequests / 2);
    this.#changed(request);
    return request;
  }

  /** Changes a record and notifies listeners. Records must not be changed directly. */
  update(
    request: RecordedRequest,
    change: Partial<Pick<RecordedRequest, 'tookEffect' | 'status' | 'retryAfter' | 'fault' | 'ended'>>,
  ): void {
    Object.assign(request, change);
    if (change.ended !== undefined) request.endedAtMs = performance.now();
    this.#changed(request);
  }

  /** All requests in order of arrival, the last 100,000 at most. */
  all(): RecordedRequest[] {
    return this.#requests.map((request) => ({ ...request }));
  }

  last(count: number): RecordedRequest[] {
    return count === 0 ? [] : this.#requests.slice(-count).map((request) => ({ ...request }));
  }

  get size(): number {
    return this.#requests.length;
  }

  clear(): void {
    this.#requests = [];
    this.#received = 0;
  }

  /** Resolves with the first request, past or future, that meets the condition. */
  waitFor(matches: (request: RecordedRequest) => boolean): Promise<RecordedRequest> {
    const known = this.#requests.find(matches);
    if (known) return Promise.resolve({ ...known });
    return new Promise((resolve) => {
      const listener = (request: RecordedRequest) => {
        if (!matches(request)) return;
        this.#listeners.delete(listener);
        resolve({ ...request });
      };
      this.#listeners.add(listener);
    });
  }

  #changed(request: RecordedRequest): void {
    for (const listener of this.#listeners) listener(request);
  }
}
