import type { Renewal } from '../auth/sessionTokens';
import type { SignInFailure } from '../core/signInFailure';
import { displayText } from '../core/displayText';
import type { SignInOutcome } from '../signIn/signInServices';

/** The part of VS Code's LogOutputChannel that is needed here. */
interface Log {
  info(message: string): void;
  warn(message: string): void;
}

/** Writes one line for each request to renew a session. */
export function logRenewal(log: Log, { account, durationMs, failure }: Renewal): void {
  const took = `${Math.round(durationMs)} ms`;
  if (!failure) log.info(`[Login with Amazon] session of "${displayText(account)}" renewed ${took}`);
  else log.warn(`[Login with Amazon] session of "${displayText(account)}" not renewed: ${reason(failure)} ${took}`);
}

/** Writes how a sign-in has ended. */
export function logSignIn(log: Log, outcome: SignInOutcome): void {
  if (outcome.type === 'signedIn') log.info(`[Login with Amazon] signed in to "${displayText(outcome.account)}"`);
  if (outcome.type === 'failed') log.warn(`[Login with Amazon] sign-in failed: ${reason(outcome.failure)}`);
}

function reason({ kind, detail, lwaMessage, requestId }: SignInFailure): string {
  return [kind, detail, lwaMessage, requestId && `request id ${requestId}`].filter(Boolean).join(', ');
}
