import type * as LoginWithAmazon from './loginWithAmazon';
import type { Client, KnownClient, Session } from './session';
import type { SessionStore } from './sessionStore';
import type { Verification } from './verifyAccessToken';
import type { ConfiguredProvider } from '../model/configuredProviders';
import type { SignInFailure } from '../failures/signInFailure';

/** What a sign-in depends on. */
export interface SignInServices {
  readonly sessions: SessionStore;
  /** Loaded on first use. */
  readonly loginWithAmazon: () => Promise<typeof LoginWithAmazon>;
  /** The configured service providers. */
  readonly providers: () => readonly ConfiguredProvider[];
  /** Reads a service provider's mapping once with this access token of an account, without any stored session. */
  readonly verify: (
    accessToken: string,
    account: string,
    serviceProviderId: string,
    signal: AbortSignal,
  ) => Promise<Verification>;
  /** Called with each sign-in's outcome. */
  readonly onDidFinish: (outcome: SignInOutcome) => void;
}

export type SignInMethod = 'browser' | 'accessToken' | 'refreshToken';

/** What is decided before the user is asked. */
export interface SignInOptions {
  readonly method?: SignInMethod;
  readonly account?: string;
  /** Scopes needed besides those in the settings. */
  readonly additionalScopes?: readonly string[];
  /** The client entered for a sign-in that failed for another reason, so that it need not be entered again. */
  readonly client?: KnownClient;
  /** Ask for the client although one is known, because that one was rejected. */
  readonly askForClient?: boolean;
}

/** A sign-in with a known account. */
export interface SignInRequest extends Omit<SignInOptions, 'client'> {
  /** A known client, which may be used without asking. */
  readonly client?: Client;
  /** The ID of a known client whose secret must be entered again. */
  readonly clientId?: string;
  readonly account: string;
  /** Names the account and its host, for prompts; empty if there is only one account. */
  readonly where: string;
}

export type SignInOutcome =
  | {
      readonly type: 'signedIn';
      readonly method?: SignInMethod;
      readonly account: string;
      readonly session: Session;
      /** Whether there are other accounts. */
      readonly isOneOfSeveral?: boolean;
      /** Why the access token was not verified, if it should have been. */
      readonly unverified?: Unverified;
      /** When a pasted access token was about to be stored, as a Unix time in milliseconds: no read with it is older. */
      readonly storedAtMs?: number;
    }
  /** The user left a prompt. */
  | { readonly type: 'dismissed' }
  /** `superseded`: by a newer sign-in in this window. Nothing was stored. */
  | { readonly type: 'canceled'; readonly superseded: boolean }
  | { readonly type: 'failed'; readonly failure: SignInFailure; readonly options: SignInOptions };

/** `nothingListed`: no configured service provider uses the account. `keptAnyway`: the user chose to store it. */
export type Unverified = 'nothingListed' | 'keptAnyway';

/**
 * The result of one sign-in method: the session, already stored, or why there is none; undefined if the user leaves.
 */
export type SignInMethodResult =
  | {
      readonly ok: true;
      readonly session: Session;
      readonly unverified?: Unverified;
      readonly storedAtMs?: number;
    }
  | 'canceled'
  | 'superseded'
  | { readonly ok: false; readonly failure: SignInFailure; readonly client?: Client }
  | undefined;
