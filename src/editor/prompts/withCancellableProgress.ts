import * as vscode from 'vscode';
import { escapeLinks } from './escapeUiText';

/** Faster tasks show no notification: the row shows its own progress. */
const PROGRESS_DELAY_MS = 500;

export type Report = (message: string, increment: number) => void;

/**
 * Runs a task that the user can cancel. Shows its progress only if it takes long, to avoid flicker.
 *
 * @param task gets a signal that is aborted to stop it, and a function to report progress (increments add up to 100)
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
