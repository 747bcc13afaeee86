import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { abortable } from '../async/abortable';
import { LinkedSignal } from '../async/linkedSignal';
import type { ApiFailure, Attempt, DetailKind, Result } from '../failures/apiFailure';
import type { Wait } from '../failures/waitReason';
import type { EndpointCheck } from '../model/endpoint';
import type { ChangeSender } from '../model/networkMapping';
import { isReadOperation, type RequestOperation } from '../model/serviceProvider';
import { OUTAGE, type AttemptResult, type RateVerdict } from '../rateLimit/queuedCall';
import { RateLimiter } from '../rateLimit/rateLimiter';
import { send, type HttpRequest } from './httpRequest';
import { isErrorOfService, requestIdOf, sentAtMsOf, shownHeaders, type HttpResponse } from './httpResponse';
import { classifyNetworkError } from './networkError';
import { failureOf, outageFailure, responseFailure, type AttemptOutcome } from './requestFailure';
import { isRetryable, RETRY_POLICY, type RetryPolicy } from './retryPolicy';
import type { TokenProvider, TokenResult } from './tokenProvider';

/** On whose behalf a request is made, and how it can be canceled. */
export interface RequestContext {
  /** Aborts the request at once, also during an attempt. */
  readonly abortSignal?: AbortSignal;
  /** Prevents the next attempt; an attempt in progress completes. */
  readonly stopSignal?: AbortSignal;
  /**
   * Asked right before each attempt: whether what the request was checked against is too old by now. Then it is not sent, and
   * fails as `canceled`.
   */
  readonly isOutdated?: () => boolean;
  /** Whether a user waits for this request: it is sent before all others. */
  readonly urgent?: boolean;
  /** Whether a user waits and may be prompted for a token. */
  readonly interactive?: boolean;
  /**
   * The sender that the user confirmed: the request fails as `contextChanged` instead of going to another endpoint, or
   * with a token of another account or session. A change always stays with the session it began with.
   */
  readonly expected?: ChangeSender;
  /**
   * Start of the wait, by `performance.now()`; defaults to the time of the call. All requests of an operation share it:
   * an outage detected after it fails them all; one detected before fails none.
   */
  readonly askedAtMs?: number;
  /** Replaces the time limit of a read that a user waits for, in milliseconds. */
  readonly limitMs?: number;
  /** Called each time the request is about to be retried. */
  readonly onWait?: (wait: Wait) => void;
  /** Called with each response that has the time: how far it is ahead of this computer's clock, in milliseconds. */
  readonly onTime?: (aheadMs: number) => void;
}

/** One attempt, for the log. */
export interface AttemptRecord extends Attempt {
  /** Four hexadecimal digits that all attempts of one request share. */
  readonly requestKey: string;
  readonly operation: RequestOperation;
  readonly method: string;
  readonly path: string;
  /** Returns the response headers that may be logged, by name; redacting them takes time. */
  readonly headers?: () => Readonly<Record<string, string>>;
  /** A network error code, where there was no response. */
  readonly fault?: string;
}

export interface ServiceClientOptions {
  /** Returns an account's endpoint. Read for each request, because the settings can change at any time. */
  readonly endpoint: (account: string | undefined) => EndpointCheck;
  /** Returns the account that serves a service provider; undefined if it is not known yet. */
  readonly accountOf: (serviceProviderId: string) => string | undefined;
  readonly tokens: TokenProvider;
  readonly onAttempt?: (attempt: AttemptRecord) => void;
  readonly policy?: Partial<RetryPolicy>;
}

/** One request to the service, for any of its APIs. */
export interface ServiceRequest {
  readonly operation: RequestOperation;
  readonly serviceProviderId: string;
  readonly skillId?: string;
  /** The service provider to create, or its new display name. */
  readonly logicalId?: string;
  readonly displayName?: string;
  /** The account that sends it, if no entry of the list decides that. */
  readonly account?: string;
  readonly method: HttpRequest['method'];
  /** Relative to the endpoint, beginning with `/v1/`. */
  readonly path: string;
  readonly body?: HttpRequest['body'];
  /** Whether the request names nothing that can exist, so that it fails unsent. */
  readonly isUnsendable?: true;
  /**
   * Whether a failure tells no more than that there is no answer: it is not retried, except after a 429, its 401 does
   * not replace the token, and its 5xx is not an outage.
   */
  readonly isDispensable?: true;
  /** Says what the API knows of a response that {@link Accept} does not accept. */
  readonly unexpectedDetail?: (response: HttpResponse) => DetailKind | undefined;
}

/** Returns the value of a documented success; undefined for any other response. */
export type Accept<T> = (response: HttpResponse, token: string) => T | undefined;

/** A request with its context and its attempts so far. */
interface PendingRequest extends ServiceRequest {
  readonly url: string;
  readonly context: RequestContext;
  readonly requestKey: string;
  readonly attempts: Attempt[];
  /** Aborted when no further attempt may be made. */
  readonly cancellationSignal: AbortSignal;
  /** The session whose tokens may be used; a read may continue with any. */
  session?: string;
  readonly askedAtMs: number;
  /** Deadline of a read that a user waits for, by `performance.now()`. */
  untilMs: number;
  lastFailure?: ApiFailure;
  /** Whether it has yielded its slot once, because its token was pending. */
  yieldedSlot?: boolean;
}

/** The result of one slot of the rate limiter. */
type AttemptStep<T> =
  | { readonly type: 'result'; readonly result: Result<T> }
  | { readonly type: 'tokenRejected'; readonly failure: ApiFailure; readonly token: string }
  /** Its token is pending. */
  | { readonly type: 'tokenPending'; readonly access: Promise<TokenResult> };

/** The requests of one account to one endpoint: rate limits are per account. */
interface Lane {
  readonly rateLimiter: RateLimiter;
  /** End of the requested back-off, by `performance.now()`. */
  backoffUntilMs: number;
  /** The last connection failure, which all waiting requests report in an outage. */
  fault?: ApiFailure;
}

type Granted = TokenResult & { readonly type: 'granted' };

/**
 * A stored token arrives within this time; a slower one is being refreshed, so the request yields its slot.
 * Milliseconds.
 */
const TOKEN_WAIT_MS = 250;

/** The result when the deadline passes during a token refresh. */
const TOKEN_TIMEOUT: TokenResult = { type: 'denied', failure: { kind: 'renewalFailed', signIn: { kind: 'timeout' } } };

const NO_TOKEN: TokenResult = {
  type: 'denied',
  failure: { kind: 'signedOut', detailKind: 'tokenUnreadable' },
};

/**
 * Sends requests to the service with an access token, at the rate it accepts, with retries where safe, and reports each
 * attempt for the log. The clients of the individual APIs use it. Returns failures as values; never throws.
 */
export class ServiceClient {
  private readonly policy: RetryPolicy;
  private readonly lanes = new Map<string, Lane>();

  constructor(private readonly options: ServiceClientOptions) {
    this.policy = { ...RETRY_POLICY, ...options.policy };
  }

  /** Sends a request until further attempts would not change its result. */
  async send<T>(request: ServiceRequest, context: RequestContext, accept: Accept<T>): Promise<Result<T>> {
    const account = request.account ?? this.options.accountOf(request.serviceProviderId);
    const endpoint = this.options.endpoint(account);
    const cancellation = new LinkedSignal([context.abortSignal, context.stopSignal]);
    const call: PendingRequest = {
      ...request,
      url: endpoint.ok ? endpoint.url + request.path : request.path,
      context,
      requestKey: randomBytes(2).toString('hex'),
      attempts: [],
      cancellationSignal: cancellation.signal,
      ...(context.expected?.session !== undefined && { session: context.expected.session }),
      askedAtMs: context.askedAtMs ?? performance.now(),
      untilMs: Infinity,
    };
    this.limit(call);
    if (!endpoint.ok) return failed(call, { kind: 'invalidEndpoint', detail: endpoint.problem });
    if (request.isUnsendable) return failed(call, { kind: 'badRequest' });
    if (this.hasEndpointChanged(call, account)) return failed(call, { kind: 'contextChanged' });
    try {
      return await this.execute(call, endpoint.url, accept);
    } catch (reason) {
      if (!cancellation.signal.aborted) throw reason;
      return failed(call, { kind: 'canceled' });
    } finally {
      cancellation.end();
    }
  }

  /** Starts the user's time limit. A change has none: its outcome must be known. */
  private limit(call: PendingRequest): void {
    const { urgent, limitMs = this.policy.urgentLimitMs } = call.context;
    if (urgent && isReadOperation(call.operation)) call.untilMs = performance.now() + limitMs;
  }

  private laneOf(endpoint: string, account: string): Lane {
    const key = `${endpoint} ${account}`;
    const lane = this.lanes.get(key) ?? { rateLimiter: new RateLimiter(this.policy), backoffUntilMs: 0 };
    this.lanes.set(key, lane);
    return lane;
  }

  private async execute<T>(call: PendingRequest, endpoint: string, accept: Accept<T>): Promise<Result<T>> {
    const { context, cancellationSignal } = call;
    const { urgent = false, interactive = false } = context;
    const queueTimeoutMs = urgent ? this.policy.queueTimeoutMs : this.policy.bulkQueueTimeoutMs;
    cancellationSignal.throwIfAborted();
    // Wait for tokens outside the rate limiter: a refresh or a prompt must not block other requests.
    let access = await abortable(this.access(call), cancellationSignal);
    let replaced = false;
    for (;;) {
      if (access.type === 'denied') return failed(call, access.failure);
      const granted = access;
      const lane = this.laneOf(endpoint, granted.account);
      const settled = await lane.rateLimiter.run(
        (wasQueued) => this.attemptWithToken(call, lane, granted, wasQueued, accept),
        {
          urgent,
          queueTimeoutMs,
          sinceMs: call.askedAtMs,
          untilMs: call.untilMs,
          isRead: isReadOperation(call.operation),
          signal: cancellationSignal,
        },
      );
      if (settled === OUTAGE) return { ok: false, failure: outageFailure(call, call.lastFailure, lane.fault) };
      // The rejection says more than that there was no further attempt.
      if (!settled)
        return call.lastFailure?.kind === 'throttled'
          ? { ok: false, failure: call.lastFailure }
          : failed(call, { kind: 'throttled', ...leftOf(lane) });
      if (settled.type === 'result') return settled.result;
      if (settled.type === 'tokenPending') {
        access = await abortable(settled.access, cancellationSignal);
        continue;
      }
      const { failure, token } = settled;
      if (replaced || call.isDispensable) return { ok: false, failure };
      replaced = true;
      const other = await abortable(this.refreshToken(call, token, interactive), cancellationSignal);
      if (other === undefined) return { ok: false, failure };
      access = other;
      // The user may have taken minutes to find a token.
      this.limit(call);
    }
  }

  /** Makes one attempt in its slot. */
  private async attemptWithToken<T>(
    call: PendingRequest,
    lane: Lane,
    granted: Granted,
    wasQueued: boolean,
    accept: Accept<T>,
  ): Promise<AttemptResult<AttemptStep<T>>> {
    let access = granted;
    if (wasQueued) {
      // Its token may have been refreshed meanwhile, or its session may have ended.
      const pending = this.access(call);
      const graceOver = call.yieldedSlot ? [] : [delay(TOKEN_WAIT_MS, undefined, { ref: false })];
      const now = await abortable(Promise.race([pending, ...graceOver]), call.cancellationSignal);
      if (!now) {
        call.yieldedSlot = true;
        return notSent({ type: 'tokenPending', access: pending });
      }
      if (now.type === 'denied') return notSent(resultOf(failureOf(call, now.failure)));
      access = now;
    }
    // Await nothing between this check and sending: getting the token may have taken long.
    if (this.hasEndpointChanged(call, access.account) || isOtherSender(call, access)) {
      return notSent(resultOf(failureOf(call, { kind: 'contextChanged' })));
    }
    if (call.cancellationSignal.aborted || call.context.isOutdated?.()) {
      return notSent(resultOf(failureOf(call, { kind: 'canceled' })));
    }
    const outcome = await this.attempt(call, access.token);
    const response = 'response' in outcome ? outcome.response : undefined;
    const value = response && accept(response, access.token);
    if (response && (value !== undefined || rejectedMoreThanToken(response))) {
      this.options.tokens.markAccepted(call.serviceProviderId, access.token);
    }
    if (response && value !== undefined) {
      lane.backoffUntilMs = 0;
      const { requestId } = call.attempts.at(-1) ?? {};
      return accepted({ type: 'result', result: { ok: true, value, ...(requestId !== undefined && { requestId }) } });
    }
    const failure = responseFailure(call, outcome, access);
    if (failure.kind === 'canceled') return notSent(resultOf(failure));
    if (failure.kind === 'unauthorized') return accepted({ type: 'tokenRejected', failure, token: access.token });
    if (failure.kind === 'throttled') {
      lane.backoffUntilMs = Math.max(lane.backoffUntilMs, performance.now() + (failure.retryAfterMs ?? 0));
    }
    call.lastFailure = failure;
    const verdict = verdictOn(failure, call.isDispensable);
    if (verdict.type === 'failed') lane.fault = failure;
    const retry = this.mayRepeat(call, failure);
    if (retry) this.reportWait(call, failure);
    return { value: resultOf(failure), verdict, retry };
  }

  private reportWait({ context, attempts }: PendingRequest, failure: ApiFailure): void {
    const { retryAfterMs: waitMs } = failure;
    context.onWait?.({
      attempt: countedOf(attempts) + 1,
      attempts: this.policy.maxAttempts,
      failure,
      ...(waitMs !== undefined && { untilMs: Date.now() + waitMs }),
    });
  }

  private mayRepeat({ operation, attempts, isDispensable }: PendingRequest, { kind }: ApiFailure): boolean {
    if (!isRetryable(kind, isReadOperation(operation) && !isDispensable)) return false;
    return kind === 'throttled' || countedOf(attempts) < this.policy.maxAttempts;
  }

  private async access(call: PendingRequest): Promise<TokenResult> {
    const access = await this.currentAccess(call);
    return mayContinue(call, access) ? this.currentAccess(call) : access;
  }

  /** Returns the current token; a token store that throws counts as having none. */
  private async currentAccess({
    serviceProviderId,
    account,
    context,
    askedAtMs,
    untilMs,
  }: PendingRequest): Promise<TokenResult> {
    const request = {
      interactive: context.interactive ?? false,
      askedAtMs,
      ...(account !== undefined && { account }),
    };
    const access = this.options.tokens.getToken(serviceProviderId, request).catch(() => NO_TOKEN);
    return untilMs === Infinity ? access : withDeadline(access, untilMs);
  }

  private async refreshToken(
    call: PendingRequest,
    refused: string,
    interactive: boolean,
  ): Promise<TokenResult | undefined> {
    const { tokens } = this.options;
    const { serviceProviderId, askedAtMs, account } = call;
    const access = await tokens
      .refresh(serviceProviderId, refused, interactive, askedAtMs, account)
      .catch(() => undefined);
    return access && mayContinue(call, access) ? this.currentAccess(call) : access;
  }

  /**
   * Whether the account's endpoint is another one than that of the request, or than the expected one: send to neither.
   * The setting may have changed, or another account may serve the service provider.
   */
  private hasEndpointChanged({ url, context }: PendingRequest, account: string | undefined): boolean {
    const endpoint = this.options.endpoint(account);
    if (!endpoint.ok || !url.startsWith(`${endpoint.url}/v1/`)) return true;
    return context.expected !== undefined && context.expected.endpoint !== endpoint.url;
  }

  private async attempt(call: PendingRequest, token: string): Promise<AttemptOutcome> {
    const { abortSignal: signal, onTime } = call.context;
    const startedAtMs = Date.now();
    const started = performance.now();
    const limitMs = Math.ceil(Math.max(1, Math.min(this.policy.attemptTimeoutMs, call.untilMs - started)));
    const limit = new LinkedSignal([signal], limitMs);
    const outcome = await abortable(send(requestOf(call), token, limit.signal), signal)
      .then(
        (response): AttemptOutcome => ({ response }),
        (error: unknown): AttemptOutcome => {
          if (signal?.aborted) return { kind: 'canceled' };
          if (limit.isTimedOut) return { kind: 'timeout' };
          const { kind, code } = classifyNetworkError(error);
          return { kind, detail: code };
        },
      )
      .finally(() => {
        limit.end();
      });
    const headers = 'response' in outcome ? outcome.response.headers : undefined;
    const sentAtMs = headers && sentAtMsOf(headers);
    if (sentAtMs !== undefined) onTime?.(sentAtMs - Date.now());
    const requestId = headers && requestIdOf(headers, [token]);
    const attempt: Attempt = {
      startedAtMs,
      durationMs: Math.round(performance.now() - started),
      outcome: 'response' in outcome ? outcome.response.status : outcome.kind,
      ...(requestId && { requestId }),
    };
    call.attempts.push(attempt);
    this.options.onAttempt?.({
      ...attempt,
      requestKey: call.requestKey,
      operation: call.operation,
      method: call.method,
      path: new URL(call.url).pathname,
      ...(headers && { headers: () => shownHeaders(headers, [token]) }),
      ...('kind' in outcome && outcome.detail && { fault: outcome.detail }),
    });
    return outcome;
  }
}

/** Whether a read that waited for a session that is gone may continue with the new session. */
function mayContinue({ operation, session }: PendingRequest, access: TokenResult): boolean {
  const isGone = access.type === 'denied' && access.failure.kind === 'contextChanged';
  return isGone && isReadOperation(operation) && session === undefined;
}

/**
 * Whether the token is of another account or session than the request is for. A change is bound to the first session it
 * got a token from.
 */
function isOtherSender(call: PendingRequest, { account, session, continues = [] }: Granted): boolean {
  const { expected } = call.context;
  if (expected?.account !== undefined && expected.account !== account) return true;
  if (!isReadOperation(call.operation)) call.session ??= session;
  return call.session !== undefined && ![session, ...continues].includes(call.session);
}

/** The number of attempts that the service did not reject. */
function countedOf(attempts: readonly Attempt[]): number {
  return attempts.filter(({ outcome }) => outcome !== 429).length;
}

async function withDeadline(access: Promise<TokenResult>, untilMs: number): Promise<TokenResult> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<TokenResult>((resolve) => {
    timer = setTimeout(resolve, untilMs - performance.now(), TOKEN_TIMEOUT);
  });
  try {
    return await Promise.race([access, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** The rest of the requested back-off, if any. */
function leftOf({ backoffUntilMs }: Lane): { readonly retryAfterMs?: number } {
  const leftMs = Math.ceil(backoffUntilMs - performance.now());
  return leftMs > 0 ? { retryAfterMs: leftMs } : {};
}

function resultOf(failure: ApiFailure): AttemptStep<never> {
  return { type: 'result', result: { ok: false, failure } };
}

function notSent<T>(value: AttemptStep<T>): AttemptResult<AttemptStep<T>> {
  return { value, verdict: { type: 'notSent' }, retry: false };
}

function accepted<T>(value: AttemptStep<T>): AttemptResult<AttemptStep<T>> {
  return { value, verdict: { type: 'accepted' }, retry: false };
}

/** Returns what a failure means for the rate limiter. A proxy's or a network's failure counts like the service's. */
function verdictOn({ kind, status, retryAfterMs: waitMs = 0 }: ApiFailure, isDispensable = false): RateVerdict {
  if (kind === 'throttled') return { type: 'throttled', waitMs };
  if (isDispensable && status !== undefined && status >= 500) return { type: 'notSent' };
  return status === undefined || status >= 500 ? { type: 'failed', waitMs } : { type: 'accepted' };
}

/** Whether the service accepted the access token and rejected the rest of the request. */
function rejectedMoreThanToken(response: HttpResponse): boolean {
  return response.status >= 400 && response.status !== 401 && response.status < 500 && isErrorOfService(response);
}

function requestOf({ method, url, body }: PendingRequest): HttpRequest {
  return { method, url, ...(body && { body }) };
}

function failed(call: PendingRequest, what: Parameters<typeof failureOf>[1]): { ok: false; failure: ApiFailure } {
  return { ok: false, failure: failureOf(call, what) };
}
