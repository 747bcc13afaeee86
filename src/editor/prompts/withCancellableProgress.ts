import * as vscode from 'vscode';
import { escapeLinks } from './escapeUiText';

/** What is quicker than this needs no notification: the row shows its own progress. */
const PROGRESS_DELAY_MS = 500;

export type Report = (message: string, increment: number) => void;

/**
 * Runs an act that the person can cancel. Its progress appears only when it takes long, so that nothing flashes by.
 *
 * @param task gets a signal that says when to stop, and a way to report its progress (increments add up to 100)
 */
export async function withCancellableProgress<T>(
  title: string,
  task: (signal: AbortSignal, report: Report) => Promise<T>,
): Promise<{ readonly result: T; readonly stopped: boolean }> {
  const stop = new AbortController();
  let show: Report | undefined;
  let message = '';
  let increment = 0;
  const running = task(stop.signal, (newMessage, more) => {
    message = newMessage;
    increment += more;
    if (!show) return;
    show(message, increment);
    increment = 0;
  });
  const timer = setTimeout(() => {
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: escapeLinks(title), cancellable: true },
      async (progress, cancellation) => {
        cancellation.onCancellationRequested(() => {
          stop.abort();
        });
        show = (newMessage, more) => {
          progress.report({ message: newMessage, increment: more });
        };
        show(message, increment);
        increment = 0;
        await running.catch(() => undefined);
      },
    );
  }, PROGRESS_DELAY_MS);
  try {
    return { result: await running, stopped: stop.signal.aborted };
  } finally {
    clearTimeout(timer);
  }
}
