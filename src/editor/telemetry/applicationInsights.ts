import { setTimeout as delay } from 'node:timers/promises';
import { TelemetryReporter, type CustomFetcher } from '@vscode/extension-telemetry';
import { env } from 'vscode';
import { withoutIds } from './commonProperties';
import type { Reporter } from './telemetry';

/** Time limit for sending one batch of events, and for the last one when the window closes. Milliseconds. */
const SEND_LIMIT_MS = 10_000;
const FLUSH_TIMEOUT_MS = 1_000;

/** Returns a reporter that sends events to Application Insights. This is the second bundle, `dist/telemetry.js`. */
export function createReporter(connectionString: string): Reporter {
  const pending = new Set<Promise<unknown>>();

  // The library's own sender turns a network error into an uncaught exception, and does not support http.
  const send: CustomFetcher = (url, init) => {
    const sending = post(url, init).finally(() => pending.delete(sending));
    pending.add(sending);
    return sending;
  };
  const reporter = new TelemetryReporter(
    connectionString,
    undefined,
    // Otherwise VS Code sends the text of the extension's unhandled errors, which may contain IDs and URLs.
    { ignoreUnhandledErrors: true },
    send,
  );
  return {
    send(event, properties, measurements) {
      reporter.sendTelemetryEvent(event, properties, measurements);
    },
    async dispose() {
      await reporter.dispose();
      await Promise.race([Promise.allSettled(pending), delay(FLUSH_TIMEOUT_MS, undefined, { ref: false })]);
    },
  };
}

type Delivery = ReturnType<CustomFetcher>;
const DISCARDED: Awaited<Delivery> = { status: 200, headers: [], text: () => Promise.resolve('') };

/**
 * Sends a batch. Events are sent seconds after they were recorded: check again whether the user still allows telemetry.
 */
async function post(url: string, init: Parameters<CustomFetcher>[1]): Delivery {
  if (!env.isTelemetryEnabled) return DISCARDED;
  let body: string;
  try {
    body = withoutIds(init?.body ?? '');
  } catch {
    // Whatever another version of the library sends was not reviewed.
    return DISCARDED;
  }
  return fetch(url, { ...init, body, signal: AbortSignal.timeout(SEND_LIMIT_MS) });
}
