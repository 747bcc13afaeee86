import { faultCatalog } from './faultCatalog';
import { type ClientInput, type LwaClient, LwaClients } from './clients';
import { Consents } from './consents';
import { type ArmedFault, type FaultInput, Faults } from './faults';
import { RateLimiter } from './rateLimit';
import { seededRandom } from './random';
import { type RecordedRequest, RequestLog } from './requestLog';
import { defaultScopes } from './scopes';
import { type ProviderInput, providersOf, type Seed } from './seed';
import { MappingService, type ProviderState, type WriteCounts } from './service';
import { defaultSwitches, moveSwitches, type Switches, type SwitchesInput } from './switches';
import { type Traffic, trafficOf } from './trafficShaping';
import { demoCredentials, mintAccessToken, mintCode, mintRefreshToken, TokenStore } from './tokens';

export interface ControlOptions {
  /** The service providers at the start and after a reset. */
  seed?: Seed;
  /** Positions that differ from the default ones, at the start and after a reset. */
  switches?: SwitchesInput;
  /** Clients of Login with Amazon that are added to the demo's or change them, at the start and after a reset. */
  clients?: ClientInput[];
  /** Determines latencies and which requests a fault with a probability applies to. */
  randomSeed?: number;
  /** The wall clock by which tokens expire. */
  now?: () => number;
}

export interface SimulatorState {
  providerCount: number;
  providers: ProviderState[];
  switches: Switches;
  faults: ArmedFault[];
  requestCount: number;
  requests: RecordedRequest[];
  demo: typeof demoCredentials;
  demoTokenValid: boolean;
  /** The Allowed Return URLs of the demo's client. */
  demoReturnUrls: readonly string[];
}

/**
 * Controls a running simulator. Tests call it directly, and the control API calls the same methods. Anything unknown (a fault, a
 * switch, a field, an ID) is rejected with a `Refusal`.
 */
export class SimulatorControl {
  /** Credentials that are valid from the start. */
  readonly demo = demoCredentials;
  readonly #options: ControlOptions;
  readonly #service = new MappingService();
  readonly #log = new RequestLog();
  readonly #clients: LwaClients;
  readonly #consents: Consents;
  readonly #tokens: TokenStore;
  #random: () => number;
  #faults: Faults;
  #limiter = new RateLimiter();
  #switches: Switches;

  constructor(options: ControlOptions) {
    this.#options = options;
    this.#clients = new LwaClients(options.clients ?? []);
    this.#consents = new Consents(options.now ?? Date.now);
    this.#tokens = new TokenStore(options.now ?? Date.now);
    this.#random = seededRandom(options.randomSeed ?? 1);
    this.#faults = new Faults(this.#random);
    this.#switches = moveSwitches(defaultSwitches, options.switches ?? {});
    this.#service.replaceAll(providersOf(options.seed ?? 'demo'));
  }

  /** Restores the initial state. Requests in progress are answered as if it had not been called. */
  reset(): void {
    this.#random = seededRandom(this.#options.randomSeed ?? 1);
    this.#faults = new Faults(this.#random);
    this.#limiter = new RateLimiter();
    this.#switches = moveSwitches(defaultSwitches, this.#options.switches ?? {});
    this.#service.replaceAll(providersOf(this.#options.seed ?? 'demo'));
    this.#clients.reset();
    this.#consents.reset();
    this.#tokens.reset();
    this.#log.clear();
  }

  /** Adds a fault and returns its ID. If several match a request, the first one added applies. */
  addFault(fault: FaultInput): string {
    return this.#faults.add(fault);
  }

  removeFault(id: string): void {
    this.#faults.remove(id);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  faults(): ArmedFault[] {
    return this.#faults.all();
  }

  catalog(): typeof faultCatalog {
    return faultCatalog;
  }

  /** Sets some switches; the others are unchanged. */
  setSwitches(some: SwitchesInput): Switches {
    this.#switches = moveSwitches(this.#switches, some);
    return this.switches();
  }

  switches(): Switches {
    return { ...this.#switches };
  }

  /** Replaces all service providers. */
  seed(seed: Seed): void {
    this.#service.replaceAll(providersOf(seed));
  }

  /** Adds or changes a service provider, as another client would: it is not counted as a write. */
  setProvider(provider: ProviderInput): void {
    this.#service.put(provider);
  }

  removeProvider(serviceProviderId: string): void {
    this.#service.remove(serviceProviderId);
  }

  providers(): ProviderState[] {
    return this.#service.all();
  }

  /** The skill that the service provider is mapped to, or undefined if it is not mapped. */
  mappingOf(serviceProviderId: string): string | undefined {
    return this.#service.mappingOf(serviceProviderId);
  }

  /** How many writes to the provider took effect. */
  writesTo(serviceProviderId: string): WriteCounts {
    return this.#service.writesTo(serviceProviderId);
  }

  requests(): RecordedRequest[] {
    return this.#log.all();
  }

  /**
   * How the client has behaved since the last reset, counted over the last 100,000 requests at most.
   *
   * @param lateMs by how much the client or the simulator may have noticed an event late
   */
  traffic(lateMs?: number): Traffic {
    return trafficOf(this.#log.all(), lateMs);
  }

  clearRequests(): void {
    this.#log.clear();
  }

  /** Resolves with the first request, past or future, that meets the condition. */
  waitForRequest(matches: (request: RecordedRequest) => boolean): Promise<RecordedRequest> {
    return this.#log.waitFor(matches);
  }

  expireToken(accessToken: string): void {
    this.#tokens.expire(accessToken);
  }

  expireAllAccessTokens(): void {
    this.#tokens.expireAll();
  }

  /** Makes an expired access token valid again, without an expiry. */
  restoreToken(accessToken: string): void {
    this.#tokens.restore(accessToken);
  }

  revokeRefreshToken(refreshToken: string): void {
    this.#tokens.revoke(refreshToken);
  }

  revokeAllRefreshTokens(): void {
    this.#tokens.revokeAll();
  }

  /** Adds a client of Login with Amazon, or changes the given fields of an existing one; returns the result. */
  setClient(client: ClientInput): LwaClient {
    return this.#clients.set(client);
  }

  /** Adds to the Allowed Return URLs of a client; by default of the demo's. */
  allowReturnUrl(url: string, clientId: string = demoCredentials.clientId): LwaClient {
    return this.#clients.allowReturnUrl(url, clientId);
  }

  clients(): LwaClient[] {
    return this.#clients.all();
  }

  issueAccessToken(given: { account?: string; scopes?: readonly string[]; lifetimeS?: number } = {}): string {
    const token = mintAccessToken();
    this.#tokens.addAccessToken(token, {
      account: given.account ?? 'demo',
      scopes: given.scopes ?? defaultScopes,
      lifetimeS: given.lifetimeS ?? this.#switches.accessTokenLifetimeS,
    });
    return token;
  }

  issueRefreshToken(given: { clientId?: string; scopes?: readonly string[] } = {}): string {
    const { clientId } = this.#clients.known(given.clientId ?? demoCredentials.clientId);
    const token = mintRefreshToken();
    this.#tokens.addRefreshToken(token, { clientId, scopes: given.scopes ?? defaultScopes });
    return token;
  }

  /** Issues the code that a consent page passes to the redirect URI. */
  issueAuthorizationCode(given: {
    redirectUri: string;
    clientId?: string;
    scopes?: readonly string[];
    codeChallenge?: string;
    codeChallengeMethod?: 'S256' | 'plain';
  }): string {
    const { clientId } = this.#clients.known(given.clientId ?? demoCredentials.clientId);
    const code = mintCode();
    this.#tokens.addCode(code, {
      clientId,
      redirectUri: given.redirectUri,
      scopes: given.scopes ?? defaultScopes,
      codeChallengeMethod: given.codeChallengeMethod ?? 'plain',
      ...(given.codeChallenge !== undefined && { codeChallenge: given.codeChallenge }),
    });
    return code;
  }

  /** A snapshot for the page; `requests`, `providers` and `filter` limit its size. */
  state({ requests = 100, providers = Infinity, filter = '' } = {}): SimulatorState {
    const lowerCaseFilter = filter.toLowerCase();
    return {
      providerCount: this.#service.size,
      providers: this.#service
        .all()
        .filter(({ name, serviceProviderId, skillId }) =>
          [name, serviceProviderId, skillId ?? ''].some((text) => text.toLowerCase().includes(lowerCaseFilter)),
        )
        .slice(0, providers),
      switches: this.switches(),
      faults: this.faults(),
      requestCount: this.#log.size,
      requests: this.#log.last(requests),
      demo: demoCredentials,
      demoTokenValid: this.#tokens.validAccessToken(demoCredentials.accessToken) !== undefined,
      demoReturnUrls: this.#clients.known(demoCredentials.clientId).allowedReturnUrls,
    };
  }

  /** The parts that the endpoints use; not for tests. */
  get parts() {
    return {
      service: this.#service,
      clients: this.#clients,
      consents: this.#consents,
      tokens: this.#tokens,
      log: this.#log,
      faults: this.#faults,
      limiter: this.#limiter,
      switches: this.#switches,
      random: this.#random,
    };
  }
}
