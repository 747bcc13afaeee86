import { NewerSessions } from '../auth/sessionStore';
import { DEFAULT_ACCOUNT } from '../core/accounts';
import { accessTokenSignIn } from './accessTokenSignIn';
import { browserSignIn } from './browserSignIn';
import { chooseAccount } from './chooseAccount';
import { chooseWay } from './chooseWay';
import { refreshTokenSignIn } from './refreshTokenSignIn';
import type { SignInOutcome, SignInServices, SignInWish } from './signInServices';

const WAYS = { browser: browserSignIn, accessToken: accessTokenSignIn, refreshToken: refreshTokenSignIn };

/**
 * Signs in to Login with Amazon: asks how and to which account where that is not settled, and keeps the session.
 *
 * @throws SecretStorageFailed when the session cannot be kept; NewerSessions before anything is asked for
 */
export async function signIn(services: SignInServices, wish: SignInWish = {}): Promise<SignInOutcome> {
  const outcome = await carryOut(services, wish);
  services.onOutcome(outcome);
  return outcome;
}

async function carryOut(services: SignInServices, wish: SignInWish): Promise<SignInOutcome> {
  const { states, problem } = await services.sessions.read();
  // Said before anything is asked for, as it could not be kept.
  if (problem === 'newer') throw new NewerSessions();
  const known = [...states.keys()];
  const names = [...new Set([...known, ...services.namedAccounts()])];
  let { way, account } = wish;
  while (!way) {
    const chosen = await chooseWay(account);
    if (chosen === undefined) return { type: 'dismissed' };
    if (chosen === 'otherAccount') account = (await chooseAccount(names, known)) ?? account;
    else way = chosen;
  }
  // Most have one account and need not be asked.
  account ??= names.length > 1 ? await chooseAccount(names, known) : (names[0] ?? DEFAULT_ACCOUNT);
  if (account === undefined) return { type: 'dismissed' };

  const state = states.get(account);
  const kept = state?.type === 'signedIn' ? state.session.refresh?.client : state?.client;
  const client = wish.client ?? kept;
  const issued = await WAYS[way]({ ...wish, account, ...(client && { client }) }, services);
  if (!issued) return { type: 'dismissed' };
  if (!issued.ok) {
    const { askForClient, ...asked } = wish;
    const entered = issued.client ? { client: issued.client } : { ...(askForClient && { askForClient }) };
    return { type: 'failed', failure: issued.failure, wish: { ...asked, ...entered, way, account } };
  }
  return { type: 'signedIn', account, session: issued.session };
}
