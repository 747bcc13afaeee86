import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { EndpointCheck } from '../model/endpoint';
import type { Attempt, ApiFailure, FailureKind, Result } from '../failures/apiFailure';
import { checkServiceProviderId } from '../model/identifiers';
import { failureKindOfStatus } from '../failures/httpStatus';
import { OUTAGE, type AttemptResult, type RateVerdict } from '../rateLimit/queuedCall';
import { RateLimiter } from '../rateLimit/rateLimiter';
import type { ChangeSender, MappingChange, NetworkMapping, Operation } from '../model/networkMapping';
import { withoutSentSecrets } from '../text/sentSecrets';
import { abortable } from '../async/abortable';
import type { Wait } from '../failures/waitReason';
import type { TokenResult, TokenProvider } from './tokenProvider';
import {
  isErrorOfService,
  parseBody,
  requestIdOf,
  retryAfterMs,
  serviceError,
  shownHeaders,
  whatCame,
  type HttpResponse,
} from './httpResponse';
import { send, type HttpRequest } from './httpRequest';
import { classifyNetworkError } from './networkError';
import { ChangeBody, NetworkMappingBody, UnknownNetworkBody } from './schemas';
import { isRetryable, RETRY_POLICY, type RetryPolicy } from './retry';

/** On whose behalf a request is made, and how it can be canceled. */
export interface RequestContext {
  /** Aborts the request at once, also during an attempt. */
  readonly abortSignal?: AbortSignal;
  /** Prevents the next attempt; an attempt in progress completes. */
  readonly stopSignal?: AbortSignal;
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
  /** Called each time the request is about to be retried. */
  readonly onWait?: (wait: Wait) => void;
}

/** One attempt, for the log. */
export interface AttemptRecord extends Attempt {
  /** Four hexadecimal digits that all attempts of one request share. */
  readonly requestKey: string;
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  /** The response headers that may be logged, by name. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A network error code, where there was no response. */
  readonly fault?: string;
}

interface ClientOptions {
  /** Read for each request, because the setting can change at any time. */
  readonly endpoint: () => EndpointCheck;
  readonly tokens: TokenProvider;
  readonly onAttempt?: (attempt: AttemptRecord) => void;
  readonly policy?: Partial<RetryPolicy>;
}

/** A request in progress: what is sent, on whose behalf, and its attempts so far. */
interface PendingRequest {
  readonly operation: Operation;
  readonly change: { readonly serviceProviderId: string; readonly skillId?: string };
  readonly request: HttpRequest;
  readonly context: RequestContext;
  readonly requestKey: string;
  readonly attempts: Attempt[];
  /** Aborted when no further attempt may be made. */
  readonly cancellationSignal: AbortSignal | undefined;
  /** The session whose tokens may be used; a read may continue with any. */
  session?: string;
  readonly askedAtMs: number;
  /** Deadline of a read that a user waits for, by `performance.now()`. */
  untilMs: number;
  /** The failure of the last attempt. */
  lastFailure?: ApiFailure;
  /** Whether it has yielded its queue slot once, because its token was pending. */
  yieldedSlot?: boolean;
}

/** The result of one queue slot. */
type AttemptStep =
  | { readonly type: 'result'; readonly result: Result<NetworkMapping> }
  | { readonly type: 'refusedToken'; readonly failure: ApiFailure; readonly token: string }
  /** Its slot came, but its token is pending. */
  | { readonly type: 'tokenDue'; readonly access: Promise<TokenResult> };

/** The rate limiter of one endpoint, and what is known of that endpoint. */
interface Queued {
  readonly endpoint: string;
  readonly rateLimiter: RateLimiter;
  /** End of the requested back-off, by the monotonic clock. */
  backoffUntilMs: number;
  /** The last connection failure, which all waiting requests report in an outage. */
  fault?: ApiFailure;
}

/** The result of one attempt: a response, or why there is none. */
type AttemptOutcome = { readonly answer: HttpResponse } | { readonly kind: FailureKind; readonly detail: string };

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
  failure: { kind: 'signedOut', detail: 'the access token could not be read' },
};

const METHODS = { get: 'GET', create: 'POST', update: 'PUT', delete: 'DELETE' } as const;

/**
 * The Service Provider Network Mapping REST API: four operations on one resource. Returns failures as values; never
 * throws.
 *
 * @see
 *   https://developer.amazon.com/en-US/docs/alexa/alexa-smart-properties/service-provider-network-mapping-api-for-asp.html
 */
export class NetworkMappingClient {
  private readonly policy: RetryPolicy;

  /** Replaced when the endpoint changes: each service has its own rate limit. */
  private queued: Queued | undefined;

  constructor(private readonly options: ClientOptions) {
    this.policy = { ...RETRY_POLICY, ...options.policy };
  }

  /**
   * Reads the mapping. A 404 from the service means "not mapped"; it does not distinguish that from an unknown
   * provider. A 404 from an intermediary, such as a gateway, is a failure.
   */
  async get(serviceProviderId: string, context: RequestContext = {}): Promise<Result<NetworkMapping>> {
    return this.call('get', { serviceProviderId }, context, (answer) => {
      if (answer.status === 404 && isErrorOfService(answer)) return { type: 'notMapped' };
      const body = answer.status === 200 ? parseBody(answer, NetworkMappingBody) : undefined;
      return body && { type: 'mapped', skillId: body.skillConfiguration.skillId };
    });
  }

  /**
   * Sends one change. Retries only after a rejection that had no effect (401 with another token, 429). The value is the
   * mapping that the service confirmed; a failure's `effect` says whether the change may have taken effect.
   */
  async change(change: MappingChange, context: RequestContext = {}): Promise<Result<NetworkMapping>> {
    if (change.operation === 'delete') {
      // Documented without a body: a response with one may come from an intermediary.
      return this.call('delete', change, context, ({ status, complete, body }) =>
        status === 200 && complete && body.trim() === '' ? { type: 'notMapped' } : undefined,
      );
    }
    const documented = change.operation === 'create' ? 201 : 200;
    return this.call(change.operation, change, context, (answer) => {
      const body = answer.status === documented ? parseBody(answer, ChangeBody) : undefined;
      return body?.serviceProviderId === change.serviceProviderId
        ? { type: 'mapped', skillId: change.skillId }
        : undefined;
    });
  }

  private async call(
    operation: Operation,
    change: PendingRequest['change'],
    context: RequestContext,
    accept: (answer: HttpResponse) => NetworkMapping | undefined,
  ): Promise<Result<NetworkMapping>> {
    const endpoint = this.options.endpoint();
    // IDs from the settings were checked; one from a journal file or a restored panel may consist of dots only.
    const isId = checkServiceProviderId(change.serviceProviderId).ok;
    const segment = isId ? encodeURIComponent(change.serviceProviderId) : '-';
    const path = `/v1/communications/serviceProviders/${segment}/network`;
    const call: PendingRequest = {
      operation,
      change,
      context,
      request: {
        method: METHODS[operation],
        url: endpoint.ok ? endpoint.url + path : path,
        ...(change.skillId !== undefined && {
          body: { networkType: 'SKILL', skillConfiguration: { skillId: change.skillId } },
        }),
      },
      requestKey: randomBytes(2).toString('hex'),
      attempts: [],
      cancellationSignal: combineSignals(context),
      ...(context.expected?.session !== undefined && { session: context.expected.session }),
      askedAtMs: context.askedAtMs ?? performance.now(),
      untilMs: Infinity,
    };
    this.limit(call);
    if (!endpoint.ok) return failed(call, { kind: 'endpointRefused', detail: endpoint.problem });
    if (!isId) return failed(call, { kind: 'badRequest', detail: 'not a service provider id, nothing was sent' });
    if (this.hasEndpointChanged(call)) return failed(call, { kind: 'contextChanged' });
    try {
      return await this.execute(call, this.queuedAtMs(endpoint.url), accept);
    } catch (reason) {
      if (!call.cancellationSignal?.aborted) throw reason;
      return failed(call, { kind: 'cancelled' });
    }
  }

  /** Starts the user's time limit. A change has none: its outcome must be known. */
  private limit(call: PendingRequest): void {
    if (!call.context.urgent || call.operation !== 'get') return;
    call.untilMs = performance.now() + this.policy.urgentLimitMs;
  }

  private queuedAtMs(endpoint: string): Queued {
    if (this.queued?.endpoint !== endpoint)
      this.queued = { endpoint, rateLimiter: new RateLimiter(this.policy), backoffUntilMs: 0 };
    return this.queued;
  }

  private async execute(
    call: PendingRequest,
    queued: Queued,
    accept: (answer: HttpResponse) => NetworkMapping | undefined,
  ): Promise<Result<NetworkMapping>> {
    const { context, cancellationSignal } = call;
    const { urgent = false, interactive = false } = context;
    const queueTimeoutMs = urgent ? this.policy.queueTimeoutMs : this.policy.bulkQueueTimeoutMs;
    cancellationSignal?.throwIfAborted();
    // Wait for tokens outside the rate limiter: a refresh or a prompt must not block other requests.
    let access = await abortable(this.access(call), cancellationSignal);
    let replaced = false;
    for (;;) {
      if (access.type === 'denied') return failed(call, access.failure);
      const granted = access;
      const settled = await queued.rateLimiter.run(
        (hasWaited) => this.attemptWithToken(call, queued, granted, hasWaited, accept),
        {
          urgent,
          queueTimeoutMs,
          sinceMs: call.askedAtMs,
          untilMs: call.untilMs,
          isRead: call.operation === 'get',
          signal: cancellationSignal,
        },
      );
      if (settled === OUTAGE) return { ok: false, failure: failureInOutage(call, queued.fault) };
      // The rejection says more than that there was no further attempt.
      if (!settled)
        return call.lastFailure?.kind === 'throttled'
          ? { ok: false, failure: call.lastFailure }
          : failed(call, { kind: 'throttled', ...leftOf(queued) });
      if (settled.type === 'result') return settled.result;
      if (settled.type === 'tokenDue') {
        access = await abortable(settled.access, cancellationSignal);
        continue;
      }
      const { failure, token } = settled;
      if (replaced) return { ok: false, failure };
      replaced = true;
      const other = await abortable(this.refreshToken(call, token, interactive), cancellationSignal);
      if (other === undefined) return { ok: false, failure };
      access = other;
      // The user may have taken minutes to find a token.
      this.limit(call);
    }
  }

  /** Makes one attempt when its queue slot comes. */
  private async attemptWithToken(
    call: PendingRequest,
    queued: Queued,
    granted: Granted,
    hasWaited: boolean,
    accept: (answer: HttpResponse) => NetworkMapping | undefined,
  ): Promise<AttemptResult<AttemptStep>> {
    let access = granted;
    if (hasWaited) {
      // Its token may have been refreshed meanwhile, or its session may have ended.
      const pending = this.access(call);
      const graceOver = call.yieldedSlot ? [] : [delay(TOKEN_WAIT_MS, undefined, { ref: false })];
      const now = await abortable(Promise.race([pending, ...graceOver]), call.cancellationSignal);
      if (!now) {
        call.yieldedSlot = true;
        return unsent({ type: 'tokenDue', access: pending });
      }
      if (now.type === 'denied') return unsent(resultOf(failureOf(call, now.failure)));
      access = now;
    }
    // Await nothing between this check and sending: getting the token may have taken long.
    if (this.hasEndpointChanged(call) || isOtherSender(call, access)) {
      return unsent(resultOf(failureOf(call, { kind: 'contextChanged' })));
    }
    if (call.cancellationSignal?.aborted) return unsent(resultOf(failureOf(call, { kind: 'cancelled' })));
    const step = await this.attempt(call, access.token);

    const accepted = 'answer' in step ? accept(step.answer) : undefined;
    // The skill ID is service-provided text, too.
    const value = accepted?.type === 'mapped' && repeats(accepted.skillId, access.token) ? undefined : accepted;
    if ('answer' in step && (value ?? refusedMoreThanToken(step.answer))) {
      this.options.tokens.markAccepted(call.change.serviceProviderId, access.token);
    }
    if (value) {
      queued.backoffUntilMs = 0;
      const requestId = 'answer' in step ? requestIdOf(step.answer.headers, [access.token]) : undefined;
      return passed({ type: 'result', result: { ok: true, value, ...(requestId !== undefined && { requestId }) } });
    }
    const failure = describeUnexpectedBody(call, step, access);
    if (failure.kind === 'cancelled') return unsent(resultOf(failure));
    if (failure.kind === 'unauthorized') return passed({ type: 'refusedToken', failure, token: access.token });
    if (failure.kind === 'throttled') {
      queued.backoffUntilMs = Math.max(queued.backoffUntilMs, performance.now() + (failure.retryAfterMs ?? 0));
    }
    call.lastFailure = failure;
    const verdict = verdictOn(failure);
    if (verdict.type === 'fault') queued.fault = failure;
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

  private mayRepeat({ operation, attempts }: PendingRequest, { kind }: ApiFailure): boolean {
    if (!isRetryable(kind, operation === 'get')) return false;
    return kind === 'throttled' || countedOf(attempts) < this.policy.maxAttempts;
  }

  private async access(call: PendingRequest): Promise<TokenResult> {
    const access = await this.currentAccess(call);
    return mayContinue(call, access) ? this.currentAccess(call) : access;
  }

  /** Returns the current token; a token store that throws counts as having none. */
  private async currentAccess({ change, context, askedAtMs, untilMs }: PendingRequest): Promise<TokenResult> {
    const request = { interactive: context.interactive ?? false, askedAtMs };
    const access = this.options.tokens.getToken(change.serviceProviderId, request).catch(() => NO_TOKEN);
    return untilMs === Infinity ? access : withDeadline(access, untilMs);
  }

  private async refreshToken(
    call: PendingRequest,
    refused: string,
    interactive: boolean,
  ): Promise<TokenResult | undefined> {
    const { tokens } = this.options;
    const { change, askedAtMs } = call;
    const access = await tokens
      .refresh(change.serviceProviderId, refused, interactive, askedAtMs)
      .catch(() => undefined);
    return access && mayContinue(call, access) ? this.currentAccess(call) : access;
  }

  /** Whether the setting has changed since the request, or differs from the expected endpoint: send to neither. */
  private hasEndpointChanged({ request, context }: PendingRequest): boolean {
    const endpoint = this.options.endpoint();
    if (!endpoint.ok || !request.url.startsWith(`${endpoint.url}/v1/`)) return true;
    return context.expected !== undefined && context.expected.endpoint !== endpoint.url;
  }

  private async attempt(call: PendingRequest, token: string): Promise<AttemptOutcome> {
    const { abortSignal: signal } = call.context;
    const startedAtMs = Date.now();
    const started = performance.now();
    const limitMs = Math.ceil(Math.max(1, Math.min(this.policy.attemptTimeoutMs, call.untilMs - started)));
    const limit = AbortSignal.timeout(limitMs);
    const step = await abortable(
      send(call.request, token, signal ? AbortSignal.any([signal, limit]) : limit),
      signal,
    ).then(
      (answer): AttemptOutcome => ({ answer }),
      (error: unknown): AttemptOutcome => {
        if (signal?.aborted) return { kind: 'cancelled', detail: '' };
        if (limit.aborted) return { kind: 'timeout', detail: `no complete answer within ${limitMs} ms` };
        const { kind, code } = classifyNetworkError(error);
        return { kind, detail: code };
      },
    );
    const headers = 'answer' in step ? step.answer.headers : undefined;
    const requestId = headers && requestIdOf(headers, [token]);
    const attempt: Attempt = {
      startedAtMs,
      durationMs: Math.round(performance.now() - started),
      outcome: 'answer' in step ? step.answer.status : step.kind,
      ...(requestId && { requestId }),
    };
    call.attempts.push(attempt);
    this.options.onAttempt?.({
      ...attempt,
      requestKey: call.requestKey,
      operation: call.operation,
      method: call.request.method,
      path: new URL(call.request.url).pathname,
      ...(headers && { headers: shownHeaders(headers, [token]) }),
      ...('detail' in step && step.detail && { fault: step.detail }),
    });
    return step;
  }
}

/** One signal per request: Node reports many listeners on one shared signal as a leak. */
function combineSignals({ abortSignal: signal, stopSignal: stop }: RequestContext): AbortSignal | undefined {
  const signals = [signal, stop].filter((each) => each !== undefined);
  return signals.length > 0 ? AbortSignal.any(signals) : undefined;
}

/** Whether a read that waited for a session that is gone may continue with the new session. */
function mayContinue({ operation, session }: PendingRequest, access: TokenResult): boolean {
  const isGone = access.type === 'denied' && access.failure.kind === 'contextChanged';
  return isGone && operation === 'get' && session === undefined;
}

/**
 * Whether the token is of another account or session than the request is for. A change is bound to the first session it
 * got a token from.
 */
function isOtherSender(call: PendingRequest, { account, session, continues = [] }: Granted): boolean {
  const { expected } = call.context;
  if (expected?.account !== undefined && expected.account !== account) return true;
  if (call.operation !== 'get') call.session ??= session;
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

/** Returns the failure of a request that an outage ended: the outage's, or else its own last failure. */
function failureInOutage(call: PendingRequest, fault: ApiFailure | undefined): ApiFailure {
  if (call.lastFailure && call.lastFailure.kind !== 'throttled') return call.lastFailure;
  const { kind = 'unavailable', status, detail, retryAfterMs: waitMs } = fault ?? {};
  return failureOf(call, {
    kind,
    ...(status !== undefined && { status }),
    ...(detail !== undefined && { detail }),
    ...(waitMs !== undefined && { retryAfterMs: waitMs }),
    // A change is never abandoned after it was sent, and a rejected one had no effect.
    effect: 'none',
  });
}

/** The rest of the requested back-off, if any. */
function leftOf({ backoffUntilMs }: Queued): { readonly retryAfterMs?: number } {
  const leftMs = Math.ceil(backoffUntilMs - performance.now());
  return leftMs > 0 ? { retryAfterMs: leftMs } : {};
}

function resultOf(failure: ApiFailure): AttemptStep {
  return { type: 'result', result: { ok: false, failure } };
}

function unsent(value: AttemptStep): AttemptResult<AttemptStep> {
  return { value, verdict: { type: 'unsent' }, retry: false };
}

function passed(value: AttemptStep): AttemptResult<AttemptStep> {
  return { value, verdict: { type: 'passed' }, retry: false };
}

/** Returns what a failure means for the rate limiter. A proxy's or a network's failure counts like the service's. */
function verdictOn({ kind, status, retryAfterMs: waitMs = 0 }: ApiFailure): RateVerdict {
  if (kind === 'throttled') return { type: 'refused', waitMs };
  return status === undefined || status >= 500 ? { type: 'fault', waitMs } : { type: 'passed' };
}

function describeUnexpectedBody(
  call: PendingRequest,
  step: AttemptOutcome,
  { token, missingScopes }: Granted,
): ApiFailure {
  if ('kind' in step) return failureOf(call, step);
  const { answer } = step;
  const requestId = requestIdOf(answer.headers, [token]);
  const wait = retryAfterMs(answer.headers, Date.now());
  const succeeded = answer.status < 300;
  const refused = answer.status === 401 || answer.status === 403;
  const isOfOthers = !succeeded && answer.status < 500 && !isErrorOfService(answer);
  const misplaced = succeeded || (answer.status === 404 && isOfOthers);
  const kind = misplaced ? 'unexpectedResponse' : failureKindOfStatus(answer.status);
  return failureOf(call, {
    kind,
    status: answer.status,
    // A request that an intermediary rejected may have reached the service first.
    ...(isOfOthers && isRefusal(kind) && call.operation !== 'get' && { effect: 'unknown' }),
    ...serviceError(answer, token),
    ...(requestId && { requestId }),
    ...(wait !== undefined && { retryAfterMs: wait }),
    ...(refused && missingScopes.length > 0 && { missingScopes }),
    ...(misplaced && { detail: unexpectedText(answer) }),
    ...(isOfOthers && !misplaced && { detail: whatCame(answer) }),
  });
}

/** Whether the service accepted the access token and rejected something else. */
function refusedMoreThanToken(answer: HttpResponse): boolean {
  return answer.status >= 400 && answer.status !== 401 && answer.status < 500 && isErrorOfService(answer);
}

function repeats(skillId: string, token: string): boolean {
  return withoutSentSecrets(skillId, [token]) !== skillId;
}

function unexpectedText(answer: HttpResponse): string {
  return answer.status === 200 && parseBody(answer, UnknownNetworkBody)
    ? 'unknown network type without a skill'
    : whatCame(answer);
}

/** Whether a rejection (401, 429) leads to a retry, regardless of its sender. */
function isRefusal(kind: FailureKind): boolean {
  return kind === 'badRequest' || kind === 'forbidden';
}

function failureOf(call: PendingRequest, what: Pick<ApiFailure, 'kind'> & Partial<ApiFailure>): ApiFailure {
  return {
    operation: call.operation,
    serviceProviderId: call.change.serviceProviderId,
    ...(call.change.skillId !== undefined && { skillId: call.change.skillId }),
    method: call.request.method,
    url: call.request.url,
    attempts: [...call.attempts],
    effect: mayHaveTakenEffect(call, what.kind) ? 'unknown' : 'none',
    ...what,
  };
}

function failed(call: PendingRequest, what: Pick<ApiFailure, 'kind'> & Partial<ApiFailure>): Result<NetworkMapping> {
  return { ok: false, failure: failureOf(call, what) };
}

/** The kinds that guarantee no effect: the service rejected the request, or never received it. */
const REFUSED: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'signedOut',
  'accountMissing',
  'renewalFailed',
  'unauthorized',
  'forbidden',
  'notFound',
  'badRequest',
  'throttled',
  'nameResolution',
  'certificate',
  'endpointRefused',
  'endpointUnconfirmed',
  'contextChanged',
]);

function mayHaveTakenEffect(call: PendingRequest, kind: FailureKind): boolean {
  if (call.operation === 'get' || REFUSED.has(kind)) return false;
  // Canceled before the first attempt, or after attempts that were all rejected: no effect.
  return kind !== 'cancelled' || call.attempts.at(-1)?.outcome === 'cancelled';
}
