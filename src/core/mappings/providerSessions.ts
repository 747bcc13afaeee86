import { isDeepStrictEqual } from 'node:util';
import { DEFAULT_ACCOUNT, resolveAccount } from '../model/accounts';
import type { ChangeSender } from '../model/networkMapping';

/** The session that each service provider is read and changed with, by the account that its entry names. */
export class ProviderSessions {
  private accounts: ReadonlyMap<string, string | undefined> | undefined;
  /** The session and the endpoint of each provider when last compared. */
  private compared = new Map<string, { readonly session: string | undefined; readonly endpoint: string }>();

  /**
   * @param configuredAccount the account that a provider's entry names, if any
   * @param endpoint the current API endpoint of an account
   */
  constructor(
    private readonly configuredAccount: (id: string) => string | undefined,
    private readonly endpoint: (account: string) => string,
  ) {}

  /** Whether the stored sessions have been read. */
  get isKnown(): boolean {
    return this.accounts !== undefined;
  }

  /** Whether any account is signed in; undefined until the stored sessions were read. */
  get signedIn(): boolean | undefined {
    return this.accounts && [...this.accounts.values()].some((session) => session !== undefined);
  }

  /**
   * @param accounts session ID of each account, or undefined if signed out
   * @returns whether any differs
   */
  set(accounts: ReadonlyMap<string, string | undefined>): boolean {
    if (isDeepStrictEqual(accounts, this.accounts)) return false;
    this.accounts = accounts;
    return true;
  }

  /**
   * Returns the session that a provider is read with: undefined if its account is signed out; empty if it has no
   * account, which the client reports as a failure.
   */
  of(id: string): string | undefined {
    if (!this.accounts || this.signedIn !== true) return undefined;
    const account = this.account(id);
    return account === undefined ? '' : this.accounts.get(account);
  }

  /** Whether a mapping is still read with this session, or with none. */
  isCurrent(id: string, session: string | undefined): boolean {
    const now = this.of(id);
    return !now || now === session;
  }

  /** Returns who would send a change of this provider now, and where to. */
  sender(id: string): ChangeSender {
    const account = this.account(id);
    const session = this.of(id);
    return {
      endpoint: this.endpointOf(id),
      ...(account !== undefined && { account }),
      ...(session !== undefined && { session }),
    };
  }

  /** Returns the providers that have another session than at the last call, and those that have another endpoint. */
  changedSinceLastCall(ids: Iterable<string>): { readonly sessions: string[]; readonly endpoints: string[] } {
    const before = this.compared;
    this.compared = new Map([...ids].map((id) => [id, { session: this.of(id), endpoint: this.endpointOf(id) }]));
    const now = [...this.compared];
    return {
      sessions: now.filter(([id, { session }]) => before.get(id)?.session !== session).map(([id]) => id),
      endpoints: now
        .filter(([id, { endpoint }]) => (before.get(id)?.endpoint ?? endpoint) !== endpoint)
        .map(([id]) => id),
    };
  }

  /** Without a session, that of the account that will probably sign in. */
  private endpointOf(id: string): string {
    return this.endpoint(this.account(id) ?? this.configuredAccount(id) ?? DEFAULT_ACCOUNT);
  }

  /** Returns the account that serves a provider, if there is one. */
  private account(id: string): string | undefined {
    return this.accounts && resolveAccount(this.configuredAccount(id), [...this.accounts.keys()]);
  }
}
