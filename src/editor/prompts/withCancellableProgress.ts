import * as vscode from 'vscode';
import { inertMessage } from './escapeUiText';

/** What is quicker than this needs no notification: the row shows its own progress. */
const QUICK_MS = 500;

export type Report = (message: string, increment: number) => void;

/**
 * Runs an act that the person can cancel. Its progress appears only when it takes long, so that nothing flashes by.
 *
 * @param act gets a signal that says when to stop, and a way to report its progress (increments add up to 100)
 */
export async function longAct<T>(
  title: string,
  act: (signal: AbortSignal, report: Report) => Promise<T>,
): Promise<{ readonly result: T; readonly stopped: boolean }> {
  const stop = new AbortController();
  let show: Report | undefined;
  let message = '';
  let increment = 0;
  const running = act(stop.signal, (newMessage, more) => {
    message = newMessage;
    increment += more;
    if (!show) return;
    show(message, increment);
    increment = 0;
  });
  const timer = setTimeout(() => {
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: inertMessage(title), cancellable: true },
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
  }, QUICK_MS);
  try {
    return { result: await running, stopped: stop.signal.aborted };
  } finally {
    clearTimeout(timer);
  }
}
