import * as l10n from '@vscode/l10n';
import { describeFailure } from './failureMessages';
import type { ApiFailure } from './apiFailure';

/** What a request waits for that is to be sent again. */
export interface Wait {
  /** The attempt that comes next, from 2 on, and how many there are at most. Attempts that were refused (429) do not count. */
  readonly attempt: number;
  readonly attempts: number;
  /** What the last attempt came to. */
  readonly failure: ApiFailure;
  /** Until when the service has asked to wait, as a Unix time in milliseconds. */
  readonly untilMs?: number;
}

/** Says what is waited for, such as “waiting 4 s: Amazon limits requests”, in words that follow on others. */
export function waitText({ attempt, attempts, failure, untilMs }: Wait, nowMs: number): string {
  const reason = failure.kind === 'throttled' ? l10n.t('Amazon limits requests') : describeFailure(failure).reason;
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
