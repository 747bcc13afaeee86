import * as l10n from '@vscode/l10n';
import { reasonOf } from './failureReason';
import type { ApiFailure } from './apiFailure';

/** What a request waits for before it is retried. */
export interface Wait {
  /** The next attempt, from 2 on, and the maximum. Rejected attempts (429) do not count. */
  readonly attempt: number;
  readonly attempts: number;
  /** The failure of the last attempt. */
  readonly failure: ApiFailure;
  /** End of the requested back-off, as a Unix time in milliseconds. */
  readonly untilMs?: number;
}

/** Returns what is waited for, such as “waiting 4 s: Amazon limits requests”, to follow other text. */
export function waitText({ attempt, attempts, failure, untilMs }: Wait, nowMs: number): string {
  const reason = failure.kind === 'throttled' ? l10n.t('Amazon limits requests') : reasonOf(failure);
  const seconds = Math.ceil(Math.max(0, (untilMs ?? 0) - nowMs) / 1000);
  if (seconds > 0) {
    return l10n.t({
      message: 'waiting {0} s: {1}',
      args: [seconds, reason],
      comment: ['{0} is a number, {1} a reason'],
    });
  }
  if (failure.kind === 'throttled') return l10n.t('waiting: {0}', reason);
  return l10n.t({
    message: 'attempt {0} of {1}: {2}',
    args: [attempt, attempts, reason],
    comment: ['{0} and {1} are numbers, {2} is why the attempt before failed'],
  });
}
