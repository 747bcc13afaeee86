import { setTimeout as delay } from 'node:timers/promises';
import { TelemetryReporter, type CustomFetcher } from '@vscode/extension-telemetry';
import { env } from 'vscode';
import type { Reporter } from './telemetry';

/** How long one batch of events may take, and how long the window's end waits for the last. */
const SEND_LIMIT_MS = 10_000;
const FLUSH_TIMEOUT_MS = 1_000;

/** What VS Code adds to each event that tells one computer or window from all others; none of our questions needs it. */
const IDS = /^common\.(vscodemachineid|vscodesessionid|devDeviceId|sqmid)$/i;

/** Sends events to Application Insights. This is the second bundle, `dist/telemetry.js`. */
export function createReporter(connectionString: string): Reporter {
  const pending = new Set<Promise<unknown>>();

  // The library's own sender lets an error of the network end as an uncaught exception, and knows no http.
  const send: CustomFetcher = (url, init) => {
    const sending = post(url, init).finally(() => pending.delete(sending));
    pending.add(sending);
    return sending;
  };
  const reporter = new TelemetryReporter(
    connectionString,
    [{ lookup: IDS }],
    // Otherwise VS Code sends the text of the extension's unhandled errors, where ids and addresses may stand.
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

/** Events are sent some seconds after they were recorded: whoever has said no in the meantime has said no to them too. */
async function post(url: string, init: Parameters<CustomFetcher>[1]): Delivery {
  if (!env.isTelemetryEnabled) return DISCARDED;
  // The library also labels each event with the IDs of the computer and of the window.
  const body = [env.machineId, env.sessionId].reduce((rest, id) => rest.replaceAll(id, ''), init?.body ?? '');
  return fetch(url, { ...init, body, signal: AbortSignal.timeout(SEND_LIMIT_MS) });
}
