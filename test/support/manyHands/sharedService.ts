import { setTimeout as delay } from 'node:timers/promises';
import type { HttpRequest } from '../../../src/core/api/httpRequest';
import type { HttpResponse } from '../../../src/core/api/httpResponse';
import { isSameMapping, type NetworkMapping } from '../../../src/core/model/networkMapping';
import type { Answer, Plan } from '../../simulator/answer';
import { bodyInShape } from '../../simulator/bodies';
import { SimulatorControl } from '../../simulator/control';
import { effectOf, type Failure } from '../../simulator/failure';
import { catalogEntry, type FaultName } from '../../simulator/faultCatalog';
import type { Incoming } from '../../simulator/incoming';
import { planMappingRequest, routeMappingRequest } from '../../simulator/mappingApi';
import { isProviderRequest, planProviderRequest, routeProviderRequest } from '../../simulator/onboardingApi';
import { defaultScopes } from '../../simulator/scopes';
import type { SwitchesInput } from '../../simulator/switches';
import { mappingOf } from '../builders';
import { never } from '../expectImmediate';
import { unexpected } from '../unexpected';
import type { Hand } from './hand';

/** The faults that may strike any request. Those with a late effect have it within the time that a change is verified. */
const FAULTS: readonly FaultName[] = [
  'serverError',
  'serverErrorAfterWrite',
  'serverErrorThenWrite',
  'unavailable',
  'unavailableAfterWrite',
  'unavailableSeconds',
  'badGateway',
  'errorHtml',
  'errorTruncated',
  'forbidden',
  'notFoundText',
  'tooManyRequests',
  'tooManyRequestsSeconds',
  'unauthorized',
  'successEmpty',
  'successTruncated',
  'hang',
  'hangAfterWrite',
  'hangThenWrite',
  'resetBeforeWrite',
  'resetAfterWrite',
  'resetThenWrite',
  'slow',
];

/** When a change without a response takes effect after its connection is closed, in milliseconds. */
const LATE_MS = [100, 1_000, 4_000, 12_000, 50_000];

/** One request as the service has seen it. Order numbers count all events of a simulation. */
export interface SentRequest {
  readonly hand: Hand;
  readonly operation: string;
  readonly serviceProviderId: string;
  /** The mapping that a change requests. */
  readonly target?: NetworkMapping;
  readonly sentAtMs: number;
  readonly sentOrder: number;
  /** Whether the service rejected it without effect, so that it may be sent again. */
  isRejected: boolean;
  /** What fault struck it. */
  fault?: string;
}

/** A mapping that changed. */
export interface Effect {
  readonly order: number;
  readonly atMs: number;
  /** Undefined for the stranger. */
  readonly by: SentRequest | undefined;
  readonly from: NetworkMapping;
  readonly to: NetworkMapping;
}

/** What a hand learned about a mapping from a response that arrived. */
export interface Knowledge {
  /** When the service determined it. */
  readonly order: number;
  readonly atMs: number;
  readonly mapping: NetworkMapping;
}

interface Options {
  readonly ids: readonly string[];
  readonly switches: SwitchesInput;
  /** The share of requests that a fault strikes. */
  readonly faults: number;
  readonly nowMs: () => number;
  readonly random: () => number;
  /** Called when a request is sent. */
  readonly onSent: (request: SentRequest) => void;
}

/** The rules of the simulator in memory and in virtual time, with all that happens on record. */
export class SharedService {
  readonly url = 'https://api.example.com';
  readonly control: SimulatorControl;
  readonly effects = new Map<string, Effect[]>();
  readonly changes: SentRequest[] = [];
  /** Whether faults strike. */
  isFaulty = true;
  private readonly hands = new Map<string, Hand>();
  private readonly knowledge = new Map<Hand, Map<string, Knowledge>>();
  private order = 0;

  constructor(private readonly options: Options) {
    const { ids, switches, nowMs } = options;
    this.control = new SimulatorControl({ seed: [], switches, now: nowMs });
    for (const serviceProviderId of ids) {
      this.control.setProvider({ serviceProviderId });
      this.effects.set(serviceProviderId, []);
    }
  }

  /** Returns a new access token of a hand. */
  tokenFor(hand: Hand): string {
    const token = `Atza|token-${this.hands.size}`;
    this.control.parts.tokens.addAccessToken(token, { account: 'demo', scopes: defaultScopes, lifetimeS: Infinity });
    this.hands.set(token, hand);
    return token;
  }

  mapping(id: string): NetworkMapping {
    return mappingOf(this.control.mappingOf(id));
  }

  /** Changes a mapping as the stranger does. */
  change(id: string, to: NetworkMapping): void {
    const from = this.mapping(id);
    this.control.setProvider({ serviceProviderId: id, skillId: to.type === 'mapped' ? to.skillId : null });
    this.record(id, { by: undefined, from, to });
  }

  /** Returns what a hand learned last about a mapping. */
  known(hand: Hand, id: string): Knowledge | undefined {
    return this.knowledge.get(hand)?.get(id);
  }

  /** Whether a mapping was this one at some time between two times. */
  had(id: string, mapping: NetworkMapping, fromMs: number, toMs: number): boolean {
    const effects = this.effectsOn(id);
    const earlier = effects.filter(({ atMs }) => atMs < fromMs);
    const first = earlier.at(-1)?.to ?? effects[0]?.from ?? this.mapping(id);
    const during = effects.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
    return [first, ...during.map(({ to }) => to)].some((each) => isSameMapping(each, mapping));
  }

  effectsOn(id: string): Effect[] {
    return this.effects.get(id) ?? unexpected(`a change of ${id}`);
  }

  /** Replaces `send` of the extension: one request, once. */
  async send({ method, url, body }: HttpRequest, token: string, signal: AbortSignal): Promise<HttpResponse> {
    const hand = this.hands.get(token) ?? unexpected('a request with an unknown token');
    if (!hand.isAlive) return never();
    const incoming = incomingOf(method, url, body, token);
    const { operation, serviceProviderId = '', plan } = this.route(incoming);
    const target = targetOf(operation, body);
    const request: SentRequest = {
      hand,
      operation,
      serviceProviderId,
      ...(target && { target }),
      sentAtMs: this.options.nowMs(),
      sentOrder: ++this.order,
      isRejected: false,
    };
    if (target) this.changes.push(request);
    this.options.onSent(request);
    hand.reach('sent');
    return this.answer(request, plan, signal);
  }

  private route(incoming: Incoming) {
    const { parts } = this.control;
    if (isProviderRequest(incoming)) {
      const route = routeProviderRequest(incoming, parts.switches);
      return { ...route, plan: () => planProviderRequest(route, incoming, parts) };
    }
    const route = routeMappingRequest(incoming, parts.switches);
    return { ...route, plan: () => planMappingRequest(route, incoming, parts) };
  }

  private async answer(request: SentRequest, plan: () => Plan, signal: AbortSignal): Promise<HttpResponse> {
    const { hand, serviceProviderId: id } = request;
    /** Resolves when the client has closed the connection. */
    const closed = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => {
        resolve();
      });
      hand.onEnd(resolve);
    });
    const gone = closed.then((): HttpResponse => {
      throw hand.isAlive ? (signal.reason as Error) : new Error('its process has ended');
    });
    const response = this.process(request, plan, closed).then(({ response: given, known }) => {
      if (known && hand.isAlive && !signal.aborted) {
        const ofHand = this.knowledge.get(hand) ?? new Map<string, Knowledge>();
        this.knowledge.set(hand, ofHand.set(id, known));
      }
      hand.reach('answered');
      return given;
    });
    // Whichever is first; the other one is of no interest.
    response.catch(() => undefined);
    gone.catch(() => undefined);
    const result = await Promise.race([response, gone]).catch((error: unknown) => {
      if (!hand.isAlive) return never<HttpResponse>();
      throw error;
    });
    return hand.isAlive ? result : never();
  }

  /** Processes a request as the service, whatever becomes of its client. */
  private async process(
    request: SentRequest,
    plan: () => Plan,
    closed: Promise<void>,
  ): Promise<{ response: HttpResponse; known?: Knowledge }> {
    const { serviceProviderId: id, hand } = request;
    const travel = () => delay(5 + this.options.random() * 40);
    await travel();
    hand.reach('arrived');
    const rejection = this.control.parts.limiter.check(this.control.parts.switches);
    if (rejection) {
      request.isRejected = true;
      await travel();
      return { response: responseOf(rejection) };
    }
    const name = this.fault();
    const planned = plan();
    const apply = (effect: Plan['effect']) => {
      if (!effect) return;
      const from = this.mapping(id);
      effect();
      this.record(id, { by: request, from, to: this.mapping(id) });
    };
    const known = () => ({ order: ++this.order, atMs: this.options.nowMs(), mapping: this.mapping(id) });
    if (!name) {
      apply(planned.effect);
      const { status } = planned.answer;
      const tells = request.operation === 'get' ? status === 200 || status === 404 : request.target && status < 300;
      const now = known();
      request.isRejected = status === 401;
      await travel();
      return { response: responseOf(planned.answer), ...(tells && { known: now }) };
    }
    request.fault = name;
    const { failure } = catalogEntry(name);
    request.isRejected = failure.kind === 'answer' && (failure.status === 401 || failure.status === 429);
    if (effectOf(failure) === 'done') apply(planned.effect);
    const now = known();
    await travel();
    const over = failure.kind === 'hang' ? closed : Promise.resolve();
    if (effectOf(failure) === 'later') {
      const isAnswered = failure.kind === 'answer';
      const lateMs = isAnswered ? (failure.laterMs ?? 200) : (LATE_MS[this.choose(LATE_MS.length)] ?? 0);
      void over
        .then(() => delay(lateMs))
        .then(() => {
          apply(plan().effect);
        });
    }
    // What a client takes for the truth: an empty body also says that nothing is mapped, or that a mapping was deleted.
    const saysUnmapped = request.operation === 'get' ? planned.answer.status === 404 : request.operation === 'delete';
    const tells = (request.operation === 'get' && failure.kind === 'slow') || (name === 'successEmpty' && saysUnmapped);
    return { response: await fail(failure, planned.answer), ...(tells && { known: now }) };
  }

  private fault(): FaultName | undefined {
    if (!this.isFaulty || this.options.random() >= this.options.faults) return undefined;
    return FAULTS[this.choose(FAULTS.length)];
  }

  private choose(count: number): number {
    return Math.floor(this.options.random() * count);
  }

  private record(id: string, effect: Pick<Effect, 'by' | 'from' | 'to'>): void {
    this.effectsOn(id).push({ ...effect, order: ++this.order, atMs: this.options.nowMs() });
  }
}

function targetOf(operation: string, body: object | undefined): NetworkMapping | undefined {
  if (operation === 'delete') return { type: 'notMapped' };
  if (operation !== 'create' && operation !== 'update') return undefined;
  const { skillConfiguration } = body as { skillConfiguration: { skillId: string } };
  return { type: 'mapped', skillId: skillConfiguration.skillId };
}

function incomingOf(method: string, url: string, body: object | undefined, token: string): Incoming {
  const text = body ? JSON.stringify(body) : '';
  const headers = new Map([
    ['authorization', `Bearer ${token}`],
    ['accept', 'application/json'],
    ['content-type', 'application/json'],
  ]);
  const { pathname, search } = new URL(url);
  return {
    method,
    url: pathname + search,
    path: pathname,
    query: search === '' ? undefined : search.slice(1),
    headerNames: [...headers.keys()],
    header: (name) => [...headers].flatMap(([each, value]) => (each === name ? [value] : [])),
    mediaType: 'application/json',
    bytes: Buffer.from(text),
    text,
    tooLarge: false,
  };
}

async function fail(failure: Failure, usual: Answer): Promise<HttpResponse> {
  switch (failure.kind) {
    case 'answer': {
      const status = failure.status ?? usual.status;
      const shape = failure.body ?? (failure.status !== undefined && failure.status >= 400 ? 'error' : 'asUsual');
      const body = bodyInShape(shape, status, usual, failure);
      const wait =
        failure.retryAfter && 'seconds' in failure.retryAfter ? String(failure.retryAfter.seconds) : undefined;
      const answer: Answer = {
        status,
        ...(body.body !== undefined && { body: body.body }),
        ...(body.contentType !== undefined && { contentType: body.contentType }),
        ...(wait !== undefined && { headers: { 'Retry-After': wait } }),
      };
      return responseOf(answer, failure.requestId !== 'missing');
    }
    case 'slow':
      await delay(3_000);
      return responseOf(usual);
    case 'hang':
      return never();
    case 'reset':
      throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    case 'hangAfterHeaders':
    case 'resetMidBody':
    case 'drip':
      return unexpected(`a fault of the kind ${failure.kind}`);
  }
}

function responseOf({ status, body = '', contentType, headers }: Answer, hasRequestId = true): HttpResponse {
  return {
    status,
    headers: new Headers({
      ...(hasRequestId && { 'x-amzn-requestid': 'request' }),
      ...(contentType !== undefined && body !== '' && { 'content-type': contentType }),
      ...headers,
    }),
    body,
    complete: true,
  };
}
