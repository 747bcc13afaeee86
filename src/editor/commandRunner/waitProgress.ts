import * as vscode from 'vscode';
import { waitText, type Wait } from '../../core/failures/waitReason';

/**
 * Returns what the progress notification of requests shows while one waits.
 *
 * @param done how many requests have ended, of `count`
 */
export function waitProgress(wait: Wait, done: number, count: number): string {
  const text = waitText(wait, Date.now());
  if (count === 1) return text;
  return vscode.l10n.t({
    message: '{0} of {1} · {2}',
    args: [done, count, text],
    comment: ['{0} and {1} are numbers, {2} says what the requests wait for.'],
  });
}
