import { refreshTokens } from '../../../src/core/auth/loginWithAmazon';
import { refreshAtMs, type Session } from '../../../src/core/auth/session';
import { SessionStore } from '../../../src/core/auth/sessionStore';
import { AccessTokenProvider, type RefreshResult } from '../../../src/core/auth/accessTokenProvider';
import { ExclusiveWrites } from '../../../src/core/crossWindow/exclusiveWrites';
import type { TokenResult, TokenProvider } from '../../../src/core/api/tokenProvider';
import { checkEndpoint } from '../../../src/core/model/endpoint';
import { MAPPING_SCOPE } from '../../../src/core/model/scopes';
import type { MappingStore } from '../../../src/core/mappings/mappingStore';
import type { Simulator } from '../../simulator/simulator';
import { SecretVault } from '../secretStorage';
import { HOUR_MS } from '../sessions';
import { SharedLock } from '../sharedLock';
import { unexpected } from '../unexpected';

type Renew = typeof refreshTokens;

/** The sessions of one window, stored and renewed as in the extension, with the simulated Login with Amazon. */
export class RealSessions implements TokenProvider {
  readonly renewals: RefreshResult[] = [];
  readonly store: SessionStore;
  private readonly vault = new SecretVault();
  private readonly writes = new ExclusiveWrites(new SharedLock(), 0);
  private tokens: AccessTokenProvider;

  /** @param renew requests a new token from Login with Amazon */
  constructor(
    private readonly simulator: Simulator,
    private readonly renew: Renew = refreshTokens,
  ) {
    this.store = new SessionStore(this.vault.window(), this.writes);
    this.tokens = this.open();
  }

  /** Discards all in-memory state, such as tokens and back-offs, as a reload of the window does. */
  reload(): void {
    this.tokens = this.open();
  }

  /** Passes the sessions to the mapping store, now and whenever they change. */
  async connect(states: MappingStore): Promise<void> {
    this.store.events.on('changed', () => void this.sync(states));
    await this.sync(states);
  }

  /** Passes the current sessions to the mapping store. */
  async sync(states: MappingStore): Promise<void> {
    const { byName: accounts } = await this.store.read();
    this.tokens.observe(accounts.values());
    states.setSessions(
      new Map([...accounts].map(([name, state]) => [name, state.type === 'signedIn' ? state.session.id : undefined])),
    );
  }

  /** Signs in with tokens that are valid for an hour. */
  async signIn(): Promise<Session> {
    const { control } = this.simulator;
    const now = Date.now();
    const session: Session = {
      id: `session ${control.issueAccessToken().slice(-8)}`,
      accessToken: control.issueAccessToken(),
      expiresAtMs: now + HOUR_MS,
      scopes: [MAPPING_SCOPE],
      refresh: {
        token: control.issueRefreshToken(),
        refreshAtMs: refreshAtMs(now, HOUR_MS),
        client: { id: control.demo.clientId, secret: control.demo.clientSecret },
      },
    };
    await this.store.save('default', session);
    return session;
  }

  /** The current session, if there is one. */
  async session(): Promise<Session | undefined> {
    const state = (await this.store.read()).byName.get('default');
    return state?.type === 'signedIn' ? state.session : undefined;
  }

  /** Expires the access token, both in the simulator and by the local clock. */
  async expire(session: Session): Promise<void> {
    this.simulator.control.expireToken(session.accessToken);
    await this.store.renew('default', session, {
      ...session,
      expiresAtMs: 0,
      ...(session.refresh && { refresh: { ...session.refresh, refreshAtMs: 0 } }),
    });
  }

  getToken(serviceProviderId: string): Promise<TokenResult> {
    return this.tokens.getToken(serviceProviderId);
  }

  markAccepted(serviceProviderId: string, token: string): void {
    this.tokens.markAccepted(serviceProviderId, token);
  }

  refresh(serviceProviderId: string, refused: string, interactive: boolean): Promise<TokenResult | undefined> {
    return this.tokens.refresh(serviceProviderId, refused, interactive);
  }

  dispose(): void {
    this.store.dispose();
  }

  private open(): AccessTokenProvider {
    const tokens = new AccessTokenProvider({
      store: this.store,
      writes: this.writes,
      loginWithAmazon: () => Promise.resolve({ refreshTokens: this.renew }),
      apiEndpoint: () => checkEndpoint(this.simulator.url),
      confirmHost: () => unexpected('asking the user to confirm a host'),
      tokenEndpoint: () => checkEndpoint(this.simulator.tokenEndpoint),
      requestedScopes: () => [MAPPING_SCOPE],
      configuredAccount: () => undefined,
      promptForToken: () => unexpected('asking the user for a token'),
    });
    tokens.events.on('renewal', (renewal) => this.renewals.push(renewal));
    return tokens;
  }
}
