import type { RefreshResult } from '../auth/accessTokenProvider';
import { sanitizeText } from '../text/sanitizeText';
import { isNetworkCode } from '../failures/networkCode';
import { OAUTH_ERRORS, type SignInFailure } from '../failures/signInFailure';
import type { SignInOutcome } from '../auth/signInOptions';

/** The used part of VS Code's LogOutputChannel. */
interface Log {
  info(message: string): void;
  warn(message: string): void;
}

/** Logs one line per token refresh. */
export function logTokenRefresh(log: Log, { account, durationMs, failure }: RefreshResult): void {
  const took = `${Math.round(durationMs)} ms`;
  if (!failure) log.info(`[Login with Amazon] session of "${sanitizeText(account)}" renewed ${took}`);
  else log.warn(`[Login with Amazon] session of "${sanitizeText(account)}" not renewed: ${describe(failure)} ${took}`);
}

/** Logs the outcome of a sign-in. */
export function logSignIn(log: Log, outcome: SignInOutcome): void {
  if (outcome.type === 'signedIn') log.info(`[Login with Amazon] signed in to "${sanitizeText(outcome.account)}"`);
  if (outcome.type === 'canceled') log.info('[Login with Amazon] sign-in canceled');
  if (outcome.type === 'failed') log.warn(`[Login with Amazon] sign-in failed: ${describe(outcome.failure)}`);
}

/** Returns codes of closed lists only: Login with Amazon's free text is displayed, but never logged. */
function describe({ kind, detail, requestId }: SignInFailure): string {
  const code = detail !== undefined && isCode(detail) ? detail : undefined;
  const id = requestId !== undefined && REQUEST_ID.test(requestId) ? `request ID ${requestId}` : undefined;
  return [kind, code, id].filter(Boolean).join(', ');
}

const REQUEST_ID = /^[\w.:=+/-]+$/;

/** Whether a detail is an OAuth code, a status or a network error code. */
function isCode(detail: string): boolean {
  return OAUTH_ERRORS.has(detail) || /^HTTP \d{3}(?:, web page)?$/.test(detail) || isNetworkCode(detail);
}
