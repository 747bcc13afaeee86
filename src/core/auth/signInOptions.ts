import type * as LoginWithAmazon from './loginWithAmazon';
import type { Client, Session } from './session';
import type { SessionStore } from './sessionStore';
import type { Verification } from './verifyAccessToken';
import type { ConfiguredProvider } from '../model/configuredProviders';
import type { SignInFailure } from '../failures/signInFailure';

/** What signing in works with. */
export interface SignInServices {
  readonly sessions: SessionStore;
  /** Loaded when it is first needed. */
  readonly loginWithAmazon: () => Promise<typeof LoginWithAmazon>;
  /** The service providers of the list. */
  readonly providers: () => readonly ConfiguredProvider[];
  /** Reads the mapping of a service provider once, with this access token and nothing of what is stored. */
  readonly verify: (accessToken: string, serviceProviderId: string, signal: AbortSignal) => Promise<Verification>;
  /** Told of each sign-in that came to an end. */
  readonly onDidFinish: (outcome: SignInOutcome) => void;
}

export type SignInMethod = 'browser' | 'accessToken' | 'refreshToken';

/** What is settled before anybody is asked. */
export interface SignInOptions {
  readonly method?: SignInMethod;
  readonly account?: string;
  /** Scopes that somebody needs besides those of the settings. */
  readonly additionalScopes?: readonly string[];
  /** The client that was entered for a sign-in that failed for another reason, so that it need not be fetched again. */
  readonly client?: Client;
  /** Ask for the client although one is known, because that one was refused. */
  readonly askForClient?: boolean;
}

/** A sign-in whose account is known by now. */
export interface SignInRequest extends SignInOptions {
  readonly account: string;
  /** Names the account and where its tokens go, for prompts; empty where there is only one account. */
  readonly where: string;
}

export type SignInOutcome =
  | {
      readonly type: 'signedIn';
      readonly method?: SignInMethod;
      readonly account: string;
      readonly session: Session;
      /** Whether there are others. */
      readonly isOneOfSeveral?: boolean;
      /** Why the access token could not be verified, where that was wanted. */
      readonly unverified?: Unverified;
    }
  /** The person has left a prompt. */
  | { readonly type: 'dismissed' }
  /** `superseded`: by a newer sign-in in this window. Nothing was stored. */
  | { readonly type: 'cancelled'; readonly superseded: boolean }
  | { readonly type: 'failed'; readonly failure: SignInFailure; readonly options: SignInOptions };

/** `nothingListed`: no service provider of the list uses the account. `keptAnyway`: the person wanted it so. */
export type Unverified = 'nothingListed' | 'keptAnyway';

/** The outcome of one way: the session, which is kept by then, or why there is none; undefined when the person leaves. */
export type SignInMethodResult =
  | { readonly ok: true; readonly session: Session; readonly unverified?: Unverified }
  | 'cancelled'
  | 'superseded'
  | { readonly ok: false; readonly failure: SignInFailure; readonly client?: Client }
  | undefined;
