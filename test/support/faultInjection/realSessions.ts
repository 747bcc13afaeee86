import { renew } from '../../../src/core/auth/loginWithAmazon';
import { dueAtMs, type Session } from '../../../src/core/auth/session';
import { SessionStore } from '../../../src/core/auth/sessionStore';
import { SessionTokens, type Renewal } from '../../../src/core/auth/accessTokenProvider';
import { SharedWrites } from '../../../src/core/crossWindow/exclusiveWrites';
import type { Access, AccessTokens } from '../../../src/core/api/tokenProvider';
import { checkEndpoint } from '../../../src/core/model/endpoint';
import { MAPPING_SCOPE } from '../../../src/core/model/scopes';
import type { ServiceProviders } from '../../../src/core/mappings/mappingStore';
import type { Simulator } from '../../simulator/simulator';
import { SecretVault } from '../secretStorage';
import { HOUR_MS } from '../sessions';
import { SharedLock } from '../sharedLock';
import { unexpected } from '../unexpected';

type Renew = typeof renew;

/** The sessions of one window, kept and renewed as in the extension, with the simulator's Login with Amazon. */
export class TrueSessions implements AccessTokens {
  readonly renewals: Renewal[] = [];
  readonly store: SessionStore;
  private readonly vault = new SecretVault();
  private readonly writes = new SharedWrites(new SharedLock(), 0);
  private tokens: SessionTokens;

  /** @param how asks Login with Amazon for another token */
  constructor(
    private readonly simulator: Simulator,
    private readonly how: Renew = renew,
  ) {
    this.store = new SessionStore(this.vault.window(), this.writes);
    this.tokens = this.open();
  }

  /** Nothing of what this window has learned is left, as after it was loaded again: neither a pause nor a token. */
  reload(): void {
    this.tokens = this.open();
  }

  /** Tells a window's state who is signed in, from now on and whenever that changes. */
  async follow(states: ServiceProviders): Promise<void> {
    this.store.events.on('changed', () => void this.tell(states));
    await this.tell(states);
  }

  /** Tells a window's state who is signed in now. */
  async tell(states: ServiceProviders): Promise<void> {
    const { states: accounts } = await this.store.read();
    this.tokens.note(accounts.values());
    states.setAccounts(
      new Map([...accounts].map(([name, state]) => [name, state.type === 'signedIn' ? state.session.id : undefined])),
    );
  }

  /** Signs in with tokens that are good for an hour. */
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
        dueAtMs: dueAtMs(now, HOUR_MS),
        client: { id: control.demo.clientId, secret: control.demo.clientSecret },
      },
    };
    await this.store.save('default', session);
    return session;
  }

  /** The session of now, as long as there is one. */
  async session(): Promise<Session | undefined> {
    const state = (await this.store.read()).states.get('default');
    return state?.type === 'signedIn' ? state.session : undefined;
  }

  /** The access token has expired, by the clock of this computer as well. */
  async expire(session: Session): Promise<void> {
    this.simulator.control.expireToken(session.accessToken);
    await this.store.renew('default', session, {
      ...session,
      expiresAtMs: 0,
      ...(session.refresh && { refresh: { ...session.refresh, dueAtMs: 0 } }),
    });
  }

  current(serviceProviderId: string): Promise<Access> {
    return this.tokens.current(serviceProviderId);
  }

  accepted(serviceProviderId: string, token: string): void {
    this.tokens.accepted(serviceProviderId, token);
  }

  replace(serviceProviderId: string, refused: string, interactive: boolean): Promise<Access | undefined> {
    return this.tokens.replace(serviceProviderId, refused, interactive);
  }

  dispose(): void {
    this.store.dispose();
  }

  private open(): SessionTokens {
    const tokens = new SessionTokens({
      store: this.store,
      writes: this.writes,
      loginWithAmazon: () => Promise.resolve({ renew: this.how }),
      apiEndpoint: () => checkEndpoint(this.simulator.url),
      confirmHost: () => unexpected('asking a person for a host'),
      tokenEndpoint: () => checkEndpoint(this.simulator.tokenEndpoint),
      wishedScopes: () => [MAPPING_SCOPE],
      accountNamedBy: () => undefined,
      askForToken: () => unexpected('asking a person for a token'),
    });
    tokens.events.on('renewal', (renewal) => this.renewals.push(renewal));
    return tokens;
  }
}
