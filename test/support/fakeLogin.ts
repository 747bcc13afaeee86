import type { refreshTokens, Tokens } from '../../src/core/auth/loginWithAmazon';
import type { Session } from '../../src/core/auth/session';
import type { SignInFailureKind, SignInResult } from '../../src/core/failures/signInFailure';
import { CLIENT, HOUR_MS, aRenewableSession } from './sessions';
import { unexpected } from './unexpected';

export const TOKEN_ENDPOINT = 'https://api.amazon.com/auth/o2/token';

/** How a renewal goes. `rotated and lost` issues a new refresh token in a response that never arrives. */
export const RENEWALS = [
  'same',
  'rotated',
  'rotated and lost',
  'ended',
  'client refused',
  'client mismatch',
  'bad request',
  'outage',
  'captive page',
] as const;

export type RenewalCourse = (typeof RENEWALS)[number];

const FAULTS: Partial<Record<RenewalCourse, SignInFailureKind>> = {
  'rotated and lost': 'timeout',
  ended: 'refreshTokenRevoked',
  'client refused': 'invalidClient',
  'client mismatch': 'clientNotAuthorized',
  'bad request': 'invalidRequest',
  outage: 'unavailable',
  'captive page': 'unexpectedResponse',
};

/** The only failures that end a session. */
const SESSION_ENDING_FAILURES: readonly SignInFailureKind[] = ['refreshTokenRevoked', 'invalidClient'];

/** What Login with Amazon knows of one sign-in. */
export interface Grant {
  readonly account: string;
  readonly session: Session;
  readonly refreshTokens: string[];
  readonly accessTokens: string[];
  /** The refresh token that arrived last and must be stored. */
  arrived: string;
  /** Whether a window may have a token that could not be stored, while the others use the one stored before. */
  mayBeAhead: boolean;
  /** Whether Login with Amazon rejects its refresh tokens. */
  isOver: boolean;
  /** Whether the response that says so has arrived. */
  isKnownOver: boolean;
  /** Whether the newest access token has expired or was rejected. */
  mayRenew: boolean;
  refreshAtMs: number;
  isRenewing: boolean;
}

/**
 * A model of Login with Amazon. May rotate refresh tokens, and accepts earlier ones too, since its response may have been
 * lost. Fails the test on a renewal that is unnecessary, concurrent with another one of its session, or sent with a replaced
 * refresh token or another client's credentials.
 */
export class FakeLogin {
  readonly grants: Grant[] = [];
  /** Whether the secret storage is writable. A token that cannot be stored is not rotated. */
  isStorable = true;

  constructor(
    private readonly wall: () => number,
    private readonly wait: (ms: number) => Promise<unknown>,
    public courses: Iterator<readonly [RenewalCourse, number]>,
  ) {}

  signIn(account: string): Grant {
    const id = `sign-in-${String(this.grants.length)}`;
    const refreshAtMs = this.wall() + HOUR_MS - 60_000;
    const session = {
      ...aRenewableSession({ id, accessToken: `Atza|${id}-0`, expiresAtMs: this.wall() + HOUR_MS }),
      refresh: { token: `Atzr|${id}-0`, refreshAtMs, client: CLIENT },
    };
    const grant: Grant = {
      account,
      session,
      refreshTokens: [`Atzr|${id}-0`],
      arrived: `Atzr|${id}-0`,
      mayBeAhead: false,
      accessTokens: [`Atza|${id}-0`],
      isOver: false,
      isKnownOver: false,
      mayRenew: false,
      refreshAtMs,
      isRenewing: false,
    };
    this.grants.push(grant);
    return grant;
  }

  /** Marks the grants whose access token is due by the current time, since the clock may be set back later. */
  look(): void {
    for (const grant of this.grants) if (this.wall() >= grant.refreshAtMs) grant.mayRenew = true;
  }

  /** Makes the secret storage read-only: a renewal in progress may not be stored. */
  locked(): void {
    this.isStorable = false;
    for (const grant of this.grants) grant.mayBeAhead = true;
  }

  /** Marks an access token as rejected by the service. */
  refuse(token: string): void {
    const grant = this.grantOf(token);
    if (grant.accessTokens.at(-1) === token) grant.mayRenew = true;
  }

  grantOf(token: string): Grant {
    const grant = this.grants.find(({ accessTokens }) => accessTokens.includes(token));
    return grant ?? unexpected('an access token that was never issued');
  }

  readonly refreshTokens: typeof refreshTokens = async (token, client, endpoint) => {
    const grant = this.grants.find(({ refreshTokens }) => refreshTokens.includes(token));
    if (!grant) return unexpected('a refresh token that was never issued');
    if (endpoint !== TOKEN_ENDPOINT) unexpected(`a refresh token sent to ${endpoint}`);
    if (client.id !== CLIENT.id || client.secret !== CLIENT.secret) unexpected('a foreign client');
    if (grant.isRenewing) unexpected('two renewals of one session at once');
    this.look();
    const isStored = this.isStorable && !grant.mayBeAhead;
    if (isStored && !grant.mayRenew) unexpected('an unnecessary renewal');
    if (isStored && grant.isKnownOver) unexpected('a renewal of a session that is over');
    if (isStored && token !== grant.arrived) unexpected('a refresh token in whose place another one has arrived');
    const [course, ms] = this.courses.next().value as readonly [RenewalCourse, number];
    const requestedAtMs = this.wall();
    grant.isRenewing = true;
    await this.wait(ms);
    const result = this.answer(grant, token, course, requestedAtMs);
    await this.wait(ms);
    grant.isRenewing = false;
    if (!this.isStorable) grant.mayBeAhead = true;
    else if (result.ok) {
      grant.arrived = result.value.refreshToken ?? token;
      grant.mayBeAhead = false;
    }
    if (!result.ok && grant.isOver && SESSION_ENDING_FAILURES.includes(result.failure.kind)) grant.isKnownOver = true;
    return result;
  };

  private answer(grant: Grant, token: string, given: RenewalCourse, requestedAtMs: number): SignInResult<Tokens> {
    const course = grant.isOver ? 'ended' : given;
    const { refreshTokens, accessTokens, session } = grant;
    const mayRotate = this.isStorable && !grant.mayBeAhead && token === refreshTokens.at(-1);
    if (mayRotate && course.startsWith('rotated'))
      refreshTokens.push(`Atzr|${session.id}-${String(refreshTokens.length)}`);
    const kind = FAULTS[course];
    if (kind) {
      if (SESSION_ENDING_FAILURES.includes(kind)) grant.isOver = true;
      return { ok: false, failure: { kind } };
    }
    const accessToken = `Atza|${session.id}-${String(accessTokens.length)}`;
    accessTokens.push(accessToken);
    grant.mayRenew = false;
    // The time of issue is unknown, but not before the request.
    grant.refreshAtMs = requestedAtMs + HOUR_MS - 60_000;
    const refreshToken = this.isStorable ? refreshTokens.at(-1) : token;
    return {
      ok: true,
      value: { accessToken, lifetimeMs: HOUR_MS, ...(refreshToken !== undefined && { refreshToken }) },
    };
  }
}
