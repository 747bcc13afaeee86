import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { EndpointCheck } from '../model/endpoint';
import type { Attempt, ApiFailure, DetailKind, FailureKind, Result } from '../failures/apiFailure';
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

/** For whom a request is made. */
export interface RequestContext {
  /** Gives the request up at once, also while an attempt is under way. */
  readonly abortSignal?: AbortSignal;
  /** Gives the request up before its next attempt; one that is under way comes to its end. */
  readonly stopSignal?: AbortSignal;
  /** Whether a person waits for this very request: then it goes before all others. */
  readonly urgent?: boolean;
  /** Whether a person waits for it and may be asked for a token. */
  readonly interactive?: boolean;
  /**
   * What was confirmed: nothing is sent to another endpoint, or with a token of another account or session, and the request
   * ends as `contextChanged`. A change holds to the session that it began with in any case.
   */
  readonly expected?: ChangeSender;
  /**
   * Since when whoever waits has waited, by `performance.now()`; since the request was made if it is left out. All requests of an
   * act share it: what was learned of an outage since then answers them all, what was known before answers none.
   */
  readonly askedAtMs?: number;
  /** Is told each time that the request is to be sent again. */
  readonly onWait?: (wait: Wait) => void;
}

/** One attempt, for the log. */
export interface AttemptRecord extends Attempt {
  /** Four hexadecimal digits that all attempts of one request share. */
  readonly requestKey: string;
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  /** Those of the answer that may be written, by their names. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A code of the network stack, where there was no answer. */
  readonly fault?: string;
}

interface ClientOptions {
  /** Read at each request, since the setting can change at any time. */
  readonly endpoint: () => EndpointCheck;
  readonly tokens: TokenProvider;
  readonly onAttempt?: (attempt: AttemptRecord) => void;
  readonly policy?: Partial<RetryPolicy>;
}

/** What is sent, for whom, and what was tried so far. */
interface PendingRequest {
  readonly operation: Operation;
  readonly change: { readonly serviceProviderId: string; readonly skillId?: string };
  readonly request: HttpRequest;
  readonly context: RequestContext;
  readonly requestKey: string;
  readonly attempts: Attempt[];
  /** Aborted when no further attempt is to be made. */
  readonly cancellationSignal: AbortSignal | undefined;
  /** The session whose tokens it may be sent with; a read goes on with any. */
  session?: string;
  readonly askedAtMs: number;
  /** When a person who waits for a read is told that it failed; by `performance.now()`. */
  untilMs: number;
  /** The failure of the last attempt. */
  lastFailure?: ApiFailure;
  /** Whether it has left its turn to others once already, because its token was not there. */
  yieldedSlot?: boolean;
}

/** What the turns of a request came to. */
type AttemptStep =
  | { readonly type: 'result'; readonly result: Result<NetworkMapping> }
  | { readonly type: 'refusedToken'; readonly failure: ApiFailure; readonly token: string }
  /** It was its turn, but its token is not there yet. */
  | { readonly type: 'tokenDue'; readonly access: Promise<TokenResult> };

/** The requests to one endpoint. */
interface Queued {
  readonly endpoint: string;
  readonly rateLimiter: RateLimiter;
  /** Until when the service has asked for a pause, by a clock that nobody can set. */
  quietUntilMs: number;
  /** What went wrong last when it could not be reached: of that, all who wait are told in an outage. */
  fault?: ApiFailure;
}

/** How one attempt ended. */
type AttemptOutcome = { readonly answer: HttpResponse } | { readonly kind: FailureKind; readonly detail?: string };

type Granted = TokenResult & { readonly type: 'granted' };

/** A token that is stored comes within this; one that does not is being renewed, which others are not kept waiting for. */
const TOKEN_WAIT_MS = 250;

/** There is no time left to wait for a token that is being renewed. */
const LATE_TOKEN: TokenResult = { type: 'denied', failure: { kind: 'renewalFailed', signIn: { kind: 'timeout' } } };

const NO_TOKEN: TokenResult = {
  type: 'denied',
  failure: { kind: 'signedOut', detailKind: 'tokenUnreadable' },
};

const METHODS = { get: 'GET', create: 'POST', update: 'PUT', delete: 'DELETE' } as const;

/**
 * The Service Provider Network Mapping REST API: four operations on one resource. Failures are values; nothing throws.
 *
 * @see https://developer.amazon.com/en-US/docs/alexa/alexa-smart-properties/service-provider-network-mapping-api-for-asp.html
 */
export class NetworkMappingClient {
  private readonly policy: RetryPolicy;

  /** What one service takes says nothing of another. */
  private queued: Queued | undefined;

  constructor(private readonly options: ClientOptions) {
    this.policy = { ...RETRY_POLICY, ...options.policy };
  }

  /**
   * Reads the mapping. 404 of the service means that nothing is mapped; it does not tell it from an unknown provider. 404 of
   * somebody else, such as a gateway, is a failure.
   */
  async get(serviceProviderId: string, context: RequestContext = {}): Promise<Result<NetworkMapping>> {
    return this.call('get', { serviceProviderId }, context, (answer) => {
      if (answer.status === 404 && isErrorOfService(answer)) return { type: 'notMapped' };
      const body = answer.status === 200 ? parseBody(answer, NetworkMappingBody) : undefined;
      return body && { type: 'mapped', skillId: body.skillConfiguration.skillId };
    });
  }

  /**
   * Sends one change, and sends it again only when it was refused before it could do anything (401 with another token,
   * 429). The value is the mapping that the service confirmed; a failure says whether it may have taken effect.
   */
  async change(change: MappingChange, context: RequestContext = {}): Promise<Result<NetworkMapping>> {
    if (change.operation === 'delete') {
      // Documented without a body: with one, somebody else may have answered.
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
    // Ids of the settings were checked before; one of the journal's files or of a kept panel may still be of dots only.
    const isId = checkServiceProviderId(change.serviceProviderId).ok;
    // encodeURIComponent leaves no character that could end the segment.
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
      cancellationSignal: toFailure(context),
      ...(context.expected?.session !== undefined && { session: context.expected.session }),
      askedAtMs: context.askedAtMs ?? performance.now(),
      untilMs: Infinity,
    };
    this.limit(call);
    if (!endpoint.ok) return failed(call, { kind: 'endpointRefused', detail: endpoint.problem });
    if (!isId) return failed(call, { kind: 'badRequest' });
    if (this.hasEndpointChanged(call)) return failed(call, { kind: 'contextChanged' });
    try {
      return await this.execute(call, this.queuedAtMs(endpoint.url), accept);
    } catch (reason) {
      if (!call.cancellationSignal?.aborted) throw reason;
      return failed(call, { kind: 'cancelled' });
    }
  }

  /** Counts from now how long a person waits. A change is not given up: what becomes of it must be known. */
  private limit(call: PendingRequest): void {
    if (!call.context.urgent || call.operation !== 'get') return;
    call.untilMs = performance.now() + this.policy.urgentLimitMs;
  }

  private queuedAtMs(endpoint: string): Queued {
    if (this.queued?.endpoint !== endpoint)
      this.queued = { endpoint, rateLimiter: new RateLimiter(this.policy), quietUntilMs: 0 };
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
    // Tokens are waited for outside of the pacer: one that is renewed, or that a person looks for, holds up nobody else.
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
      // The answer that has refused it says more than that its turn did not come again.
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
      // A person may have looked for it for minutes.
      this.limit(call);
    }
  }

  /** One attempt, when its turn has come. */
  private async attemptWithToken(
    call: PendingRequest,
    queued: Queued,
    granted: Granted,
    hasWaited: boolean,
    accept: (answer: HttpResponse) => NetworkMapping | undefined,
  ): Promise<AttemptResult<AttemptStep>> {
    let access = granted;
    if (hasWaited) {
      // The token may have been renewed meanwhile, or its session have ended.
      const due = this.access(call);
      const graceOver = call.yieldedSlot ? [] : [delay(TOKEN_WAIT_MS, undefined, { ref: false })];
      const now = await abortable(Promise.race([due, ...graceOver]), call.cancellationSignal);
      if (!now) {
        call.yieldedSlot = true;
        return unsent({ type: 'tokenDue', access: due });
      }
      if (now.type === 'denied') return unsent(resultOf(failureOf(call, now.failure)));
      access = now;
    }
    // Nothing is awaited between here and the sending: what was granted may have taken long.
    if (this.hasEndpointChanged(call) || isOfOther(call, access)) {
      return unsent(resultOf(failureOf(call, { kind: 'contextChanged' })));
    }
    if (call.cancellationSignal?.aborted) return unsent(resultOf(failureOf(call, { kind: 'cancelled' })));
    const step = await this.attempt(call, access.token);

    const accepted = 'answer' in step ? accept(step.answer) : undefined;
    // A skill is a word of the service as well.
    const value = accepted?.type === 'mapped' && repeats(accepted.skillId, access.token) ? undefined : accepted;
    if ('answer' in step && (value ?? refusedMoreThanToken(step.answer))) {
      this.options.tokens.markAccepted(call.change.serviceProviderId, access.token);
    }
    if (value) {
      queued.quietUntilMs = 0;
      const requestId = 'answer' in step ? requestIdOf(step.answer.headers, [access.token]) : undefined;
      return passed({ type: 'result', result: { ok: true, value, ...(requestId !== undefined && { requestId }) } });
    }
    const failure = describeUnexpectedBody(call, step, access);
    if (failure.kind === 'cancelled') return unsent(resultOf(failure));
    if (failure.kind === 'unauthorized') return passed({ type: 'refusedToken', failure, token: access.token });
    if (failure.kind === 'throttled') {
      queued.quietUntilMs = Math.max(queued.quietUntilMs, performance.now() + (failure.retryAfterMs ?? 0));
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
    return mayGoOn(call, access) ? this.currentAccess(call) : access;
  }

  /** A store of tokens that fails has none to give. */
  private async currentAccess({ change, context, askedAtMs, untilMs }: PendingRequest): Promise<TokenResult> {
    const request = { interactive: context.interactive ?? false, askedAtMs };
    const access = this.options.tokens.getToken(change.serviceProviderId, request).catch(() => NO_TOKEN);
    return untilMs === Infinity ? access : unlessLate(access, untilMs);
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
    return access && mayGoOn(call, access) ? this.currentAccess(call) : access;
  }

  /** Whether the setting names another endpoint by now, or than was expected: nothing may be sent to either. */
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
        if (signal?.aborted) return { kind: 'cancelled' };
        if (limit.aborted) return { kind: 'timeout' };
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
      ...('kind' in step && step.detail && { fault: step.detail }),
    });
    return step;
  }
}

/** One signal for each request: many requests that hang on one signal would look like a leak. */
function toFailure({ abortSignal: signal, stopSignal: stop }: RequestContext): AbortSignal | undefined {
  const signals = [signal, stop].filter((each) => each !== undefined);
  return signals.length > 0 ? AbortSignal.any(signals) : undefined;
}

/** Whether a read, which is for whoever is signed in, was kept waiting by a session that is gone: it asks for the new one. */
function mayGoOn({ operation, session }: PendingRequest, access: TokenResult): boolean {
  const isGone = access.type === 'denied' && access.failure.kind === 'contextChanged';
  return isGone && operation === 'get' && session === undefined;
}

/** Whether a token belongs to another account or session than the call is for. A change is for the first that it got. */
function isOfOther(call: PendingRequest, { account, session, continues = [] }: Granted): boolean {
  const { expected } = call.context;
  if (expected?.account !== undefined && expected.account !== account) return true;
  if (call.operation !== 'get') call.session ??= session;
  return call.session !== undefined && ![session, ...continues].includes(call.session);
}

/** Attempts that the service has not refused. */
function countedOf(attempts: readonly Attempt[]): number {
  return attempts.filter(({ outcome }) => outcome !== 429).length;
}

async function unlessLate(access: Promise<TokenResult>, untilMs: number): Promise<TokenResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<TokenResult>((resolve) => {
    timer = setTimeout(resolve, untilMs - performance.now(), LATE_TOKEN);
  });
  try {
    return await Promise.race([access, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a request came to that was ended, not yet sent or not answered, because all fail alike; or else its own last failure. */
function failureInOutage(call: PendingRequest, fault: ApiFailure | undefined): ApiFailure {
  if (call.lastFailure && call.lastFailure.kind !== 'throttled') return call.lastFailure;
  const { kind = 'unavailable', status, detail, detailKind, retryAfterMs: waitMs } = fault ?? {};
  return failureOf(call, {
    kind,
    ...(status !== undefined && { status }),
    ...(detail !== undefined && { detail }),
    ...(detailKind !== undefined && { detailKind }),
    ...(waitMs !== undefined && { retryAfterMs: waitMs }),
    // A change is not left to itself once it was sent, and one that was refused did nothing.
    effect: 'none',
  });
}

/** What is left of a pause that the service has asked for. */
function leftOf({ quietUntilMs }: Queued): { readonly retryAfterMs?: number } {
  const leftMs = Math.ceil(quietUntilMs - performance.now());
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

/** What a failure says of the pace: that of a proxy or of a network says no less than that of the service. */
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
    // What somebody else refused may have reached the service before.
    ...(isOfOthers && isRefusal(kind) && call.operation !== 'get' && { effect: 'unknown' }),
    ...serviceError(answer, token),
    ...(requestId && { requestId }),
    ...(wait !== undefined && { retryAfterMs: wait }),
    ...(refused && missingScopes.length > 0 && { missingScopes }),
    ...(misplaced && { detailKind: unexpectedBodyKind(answer) }),
    ...(isOfOthers && !misplaced && { detailKind: whatCame(answer) }),
  });
}

/** Whether the service has looked at more than the access token, and found fault with the rest. */
function refusedMoreThanToken(answer: HttpResponse): boolean {
  return answer.status >= 400 && answer.status !== 401 && answer.status < 500 && isErrorOfService(answer);
}

function repeats(skillId: string, token: string): boolean {
  return withoutSentSecrets(skillId, [token]) !== skillId;
}

function unexpectedBodyKind(answer: HttpResponse): DetailKind {
  return answer.status === 200 && parseBody(answer, UnknownNetworkBody) ? 'unknownNetworkType' : whatCame(answer);
}

/** After 401 and 429 the same request is sent again, whoever said so. */
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

/** The kinds that say for certain that the service did nothing: it refused, or the request never reached it. */
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
  // Given up before its first attempt, or after attempts that were all refused: it never took effect.
  return kind !== 'cancelled' || call.attempts.at(-1)?.outcome === 'cancelled';
}
