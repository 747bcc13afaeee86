import type { AccessTokens } from '../api/accessTokens';
import type { SessionStore } from './sessionStore';

/** The access tokens of the stored session, and, when one is refused, of the person who waits. */
export class SessionTokens implements AccessTokens {
  private asking: Promise<string | undefined> | undefined;
  /** A token that was refused and for which nobody had another: nobody is asked for it twice. */
  private givenUp: string | undefined;

  /**
   * @param askForToken asks the person for a new access token and stores it; undefined when they have none
   */
  constructor(
    private readonly store: Pick<SessionStore, 'read'>,
    private readonly askForToken: () => Promise<string | undefined>,
  ) {}

  async current(): Promise<string | undefined> {
    const state = await this.store.read();
    return state.type === 'signedIn' ? state.session.accessToken : undefined;
  }

  async replace(refused: string, interactive: boolean): Promise<string | undefined> {
    // Another window, or another request, may have signed in while this request was under way.
    const current = await this.current();
    if (current !== undefined && current !== refused) return current;
    if (!interactive || this.givenUp === refused) return undefined;
    this.asking ??= this.askForToken().finally(() => {
      this.asking = undefined;
    });
    const token = await this.asking;
    if (token === undefined) this.givenUp = refused;
    return token;
  }
}
