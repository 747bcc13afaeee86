import type * as LoginWithAmazon from '../auth/loginWithAmazon';
import type { Client, Session } from '../auth/session';
import type { SessionStore } from '../auth/sessionStore';
import type { SignInFailure } from '../core/signInFailure';

/** What signing in works with. */
export interface SignInServices {
  readonly sessions: SessionStore;
  /** Loaded when it is first needed. */
  readonly loginWithAmazon: () => Promise<typeof LoginWithAmazon>;
  /** The accounts that entries of the list name. */
  readonly namedAccounts: () => readonly string[];
  /** Told of each sign-in that came to an end. */
  readonly onOutcome: (outcome: SignInOutcome) => void;
}

export type SignInWay = 'browser' | 'accessToken' | 'refreshToken';

/** What is settled before anybody is asked. */
export interface SignInWish {
  readonly way?: SignInWay;
  readonly account?: string;
  /** Scopes that somebody needs besides those of the settings. */
  readonly furtherScopes?: readonly string[];
  /** The client that was entered for a sign-in that failed for another reason, so that it need not be fetched again. */
  readonly client?: Client;
  /** Ask for the client although one is known, because that one was refused. */
  readonly askForClient?: boolean;
}

/** A sign-in whose account is known by now. */
export interface SignInRequest extends SignInWish {
  readonly account: string;
}

export type SignInOutcome =
  | { readonly type: 'signedIn'; readonly account: string; readonly session: Session }
  | { readonly type: 'dismissed' }
  | { readonly type: 'failed'; readonly failure: SignInFailure; readonly wish: SignInWish };

/** The outcome of one way: the session, which is kept by then, or why there is none; undefined when the person leaves. */
export type Issued =
  | { readonly ok: true; readonly session: Session }
  | { readonly ok: false; readonly failure: SignInFailure; readonly client?: Client }
  | undefined;
