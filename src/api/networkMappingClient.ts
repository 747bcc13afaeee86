import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { EndpointCheck } from '../core/endpoint';
import type { Attempt, Failure, FailureKind, Result } from '../core/failure';
import type { MappingChange, NetworkMapping, Operation } from '../core/networkMapping';
import { untilAborted } from '../core/untilAborted';
import type { Access, AccessTokens } from './accessTokens';
import { isWebPage, kindOfStatus, parseBody, requestIdOf, retryAfterMs, serviceWords, type Answer } from './answer';
import { sendOnce, type HttpRequest } from './httpAttempt';
import { networkFault } from './networkFault';
import { ChangeBody, NetworkMappingBody } from './networkMappingBodies';
import { mayRepeat, RETRY_POLICY, waitBefore, type RetryPolicy } from './retry';

/** For whom a request is made. */
export interface RequestContext {
  /** Gives the request up at once, also while it waits for its next attempt. */
  readonly signal?: AbortSignal;
  /** Whether a person waits for it and may be asked for a token. */
  readonly interactive?: boolean;
}

/** One attempt, for the log. */
export interface AttemptRecord extends Attempt {
  /** Four hexadecimal digits that all attempts of one request share. */
  readonly requestKey: string;
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  readonly headers?: Headers;
  /** A code of the network stack, where there was no answer. */
  readonly fault?: string;
}

interface ClientOptions {
  /** Read at each request, since the setting can change at any time. */
  readonly endpoint: () => EndpointCheck;
  readonly tokens: AccessTokens;
  readonly onAttempt?: (attempt: AttemptRecord) => void;
  readonly policy?: Partial<RetryPolicy>;
}

/** What is sent, for whom, and what was tried so far. */
interface Call {
  readonly operation: Operation;
  readonly change: { readonly serviceProviderId: string; readonly skillId?: string };
  readonly request: HttpRequest;
  readonly context: RequestContext;
  readonly requestKey: string;
  readonly attempts: Attempt[];
}

/** How one attempt ended. */
type Ending = { readonly answer: Answer } | { readonly kind: FailureKind; readonly detail: string };

const NO_TOKEN: Access = { type: 'denied', why: { kind: 'signedOut', detail: 'the access token could not be read' } };

const METHODS = { get: 'GET', create: 'POST', update: 'PUT', delete: 'DELETE' } as const;

/**
 * The Service Provider Network Mapping REST API: four operations on one resource. Failures are values; nothing throws.
 *
 * @see https://developer.amazon.com/en-US/docs/alexa/alexa-smart-properties/service-provider-network-mapping-api-for-asp.html
 */
export class NetworkMappingClient {
  private readonly policy: RetryPolicy;

  constructor(private readonly options: ClientOptions) {
    this.policy = { ...RETRY_POLICY, ...options.policy };
  }

  /** Reads the mapping. 404 means that nothing is mapped; the service does not tell it from an unknown provider. */
  async get(serviceProviderId: string, context: RequestContext = {}): Promise<Result<NetworkMapping>> {
    return this.call('get', { serviceProviderId }, context, (answer) => {
      if (answer.status === 404 && isOfService(answer)) return { type: 'notMapped' };
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
    change: Call['change'],
    context: RequestContext,
    accept: (answer: Answer) => NetworkMapping | undefined,
  ): Promise<Result<NetworkMapping>> {
    const endpoint = this.options.endpoint();
    // encodeURIComponent leaves no character that could end the segment; ids of dots only are refused where ids enter.
    const path = `/v1/communications/serviceProviders/${encodeURIComponent(change.serviceProviderId)}/network`;
    const call: Call = {
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
    };
    if (!endpoint.ok) return failed(call, { kind: 'endpointRefused', detail: endpoint.problem });
    try {
      return await this.attemptUntilSettled(call, accept);
    } catch (reason) {
      if (!context.signal?.aborted) throw reason;
      return failed(call, { kind: 'cancelled' });
    }
  }

  private async attemptUntilSettled(
    call: Call,
    accept: (answer: Answer) => NetworkMapping | undefined,
  ): Promise<Result<NetworkMapping>> {
    const { signal, interactive = false } = call.context;
    signal?.throwIfAborted();
    let began = Date.now();
    let replaced = false;
    let access = await this.access(call);
    for (;;) {
      if (access.type === 'denied') return failed(call, access.why);
      const ending = await this.attempt(call, access.token);
      if ('answer' in ending && tookToken(ending.answer)) {
        this.options.tokens.accepted(call.change.serviceProviderId, access.token);
      }
      const value = 'answer' in ending ? accept(ending.answer) : undefined;
      if (value) return { ok: true, value };
      const failure = describe(call, ending, access);

      if (failure.kind === 'unauthorized' && !replaced) {
        replaced = true;
        const other = await this.otherAccess(call, access.token, interactive);
        if (other === undefined || this.isMoved(call)) return { ok: false, failure };
        access = other;
        // A person may have needed a while to find another token; that is not the service's delay.
        began = Date.now();
        continue;
      }
      if (!mayRepeat(failure.kind, call.operation === 'get') || call.attempts.length >= this.policy.maxAttempts) {
        return { ok: false, failure };
      }
      const wait = waitBefore(this.policy, call.attempts.length, Math.random(), failure.retryAfterMs);
      if (Date.now() + wait - began > this.policy.patienceMs) return { ok: false, failure };
      await delay(wait, undefined, signal && { signal });
      // In the meantime somebody may have signed out, or in as somebody else, or set another endpoint.
      access = await this.access(call);
      if (access.type === 'granted' && this.isMoved(call)) return { ok: false, failure };
    }
  }

  /** A store of tokens that fails has none to give. */
  private access({ change, context }: Call): Promise<Access> {
    const access = this.options.tokens.current(change.serviceProviderId).catch(() => NO_TOKEN);
    return untilAborted(access, context.signal);
  }

  private otherAccess({ change, context }: Call, refused: string, interactive: boolean): Promise<Access | undefined> {
    const { tokens } = this.options;
    const access = tokens.replace(change.serviceProviderId, refused, interactive).catch(() => undefined);
    return untilAborted(access, context.signal);
  }

  /** Whether the setting names another endpoint by now: what is still to be sent must not go to the old one. */
  private isMoved({ request }: Call): boolean {
    const endpoint = this.options.endpoint();
    return !endpoint.ok || !request.url.startsWith(`${endpoint.url}/v1/`);
  }

  private async attempt(call: Call, token: string): Promise<Ending> {
    const { signal } = call.context;
    signal?.throwIfAborted();
    const startedAtMs = Date.now();
    const started = performance.now();
    const limit = AbortSignal.timeout(this.policy.attemptLimitMs);
    const ending = await untilAborted(
      sendOnce(call.request, token, signal ? AbortSignal.any([signal, limit]) : limit),
      signal,
    ).then(
      (answer): Ending => ({ answer }),
      (error: unknown): Ending => {
        if (signal?.aborted) return { kind: 'cancelled', detail: '' };
        if (limit.aborted)
          return { kind: 'timeout', detail: `no complete answer within ${this.policy.attemptLimitMs} ms` };
        const { kind, code } = networkFault(error);
        return { kind, detail: code };
      },
    );
    const headers = 'answer' in ending ? ending.answer.headers : undefined;
    const requestId = headers && requestIdOf(headers, token);
    const attempt: Attempt = {
      startedAtMs,
      durationMs: Math.round(performance.now() - started),
      outcome: 'answer' in ending ? ending.answer.status : ending.kind,
      ...(requestId && { requestId }),
    };
    call.attempts.push(attempt);
    this.options.onAttempt?.({
      ...attempt,
      requestKey: call.requestKey,
      operation: call.operation,
      method: call.request.method,
      path: new URL(call.request.url).pathname,
      ...(headers && { headers }),
      ...('detail' in ending && ending.detail && { fault: ending.detail }),
    });
    if ('kind' in ending && ending.kind === 'cancelled') signal?.throwIfAborted();
    return ending;
  }
}

function describe(call: Call, ending: Ending, { token, missingScopes }: Access & { type: 'granted' }): Failure {
  if ('kind' in ending) return failureOf(call, ending);
  const { answer } = ending;
  const requestId = requestIdOf(answer.headers, token);
  const wait = retryAfterMs(answer.headers, Date.now());
  const succeeded = answer.status < 300;
  const refused = answer.status === 401 || answer.status === 403;
  const misplaced = succeeded || (answer.status === 404 && !isOfService(answer));
  return failureOf(call, {
    kind: misplaced ? 'unexpectedResponse' : kindOfStatus(answer.status),
    status: answer.status,
    ...serviceWords(answer, token),
    ...(requestId && { requestId }),
    ...(wait !== undefined && { retryAfterMs: wait }),
    ...(refused && missingScopes.length > 0 && { missingScopes }),
    ...(misplaced && { detail: whatCame(answer) }),
  });
}

/** Whether the service has looked at more than the access token, whatever it said of the rest. */
function tookToken(answer: Answer): boolean {
  return answer.status !== 401 && answer.status < 500 && isOfService(answer);
}

/** Whether the service itself may be speaking. A web page, or more than it ever says, comes from somebody in its place. */
function isOfService(answer: Answer): boolean {
  return answer.complete && !isWebPage(answer);
}

/** Says what stood in place of the documented body, without repeating any of it. */
function whatCame(answer: Answer): string {
  if (!answer.complete) return 'body too long';
  if (answer.body.trim() === '') return 'empty body';
  return isWebPage(answer) ? 'web page' : 'body of another form';
}

function failureOf(call: Call, what: Pick<Failure, 'kind'> & Partial<Failure>): Failure {
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

function failed(call: Call, what: Pick<Failure, 'kind'> & Partial<Failure>): Result<NetworkMapping> {
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
]);

function mayHaveTakenEffect(call: Call, kind: FailureKind): boolean {
  if (call.operation === 'get' || REFUSED.has(kind)) return false;
  // Given up before its first attempt, or after attempts that were all refused: it never took effect.
  return kind !== 'cancelled' || call.attempts.at(-1)?.outcome === 'cancelled';
}
