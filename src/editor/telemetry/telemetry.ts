import { createRequire } from 'node:module';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AttemptRecord } from '../../core/api/serviceClient';
import type * as ApplicationInsights from './applicationInsights';
import type { EventMeasurements, EventName, EventProperties } from './events';
import { RequestCounts } from './requestCounts';

/** The destination of events: set in a release build, empty in any other (`esbuild.js`). */
declare const TELEMETRY_CONNECTION_STRING: string;

/** The extension's usage data, if the user allows it. Never fails or delays a caller. */
export interface Telemetry {
  record<Name extends EventName>(
    event: Name,
    properties: EventProperties<Name>,
    measurements: EventMeasurements<Name>,
  ): void;
  /** Counts one sent request, to be recorded with others like it. */
  countRequest(attempt: Pick<AttemptRecord, 'operation' | 'outcome' | 'durationMs'>): void;
  /** Sends what has not been sent yet, and waits for that a second or two. Nothing is recorded afterwards. */
  dispose(): Promise<void>;
}

/** Sends events to their destination. */
export interface Reporter {
  send(event: string, properties: Record<string, string>, measurements: Record<string, number>): void;
  dispose(): Promise<void>;
}

interface TelemetryOptions {
  /** Whether the user currently allows telemetry (`vscode.env.isTelemetryEnabled`); called each time. */
  readonly isEnabled: () => boolean;
  readonly connectionString?: string;
  /** Loads the reporter; called once, when there is something to send. */
  readonly load?: (connectionString: string) => Reporter;
}

export function createTelemetry({
  isEnabled,
  connectionString = TELEMETRY_CONNECTION_STRING,
  load = loadTelemetryBundle,
}: TelemetryOptions): Telemetry {
  if (connectionString === '') return noopTelemetry;
  return new LazyTelemetry(isEnabled, () => load(connectionString));
}

/** The telemetry of a build without a destination. */
const noopTelemetry: Telemetry = {
  record() {
    // No destination.
  },
  countRequest() {
    // No destination.
  },
  dispose: () => Promise.resolve(),
};

/**
 * Loads the second bundle beside this one. Most sessions have no event to send at first, and some never do, so its 130
 * kB are not loaded at activation.
 */
function loadTelemetryBundle(connectionString: string): Reporter {
  const { createReporter } = createRequire(__filename)('./telemetry') as typeof ApplicationInsights;
  return createReporter(connectionString);
}

class LazyTelemetry implements Telemetry {
  /** Undefined until there is something to send, null if it could not be loaded. */
  private reporter: Reporter | null | undefined;
  private disposed = false;
  /** Resolves when all events so far are sent, or could not be. */
  private sending: Promise<unknown> = Promise.resolve();
  private readonly counts = new RequestCounts((properties, measurements) => {
    this.record('requests', properties, measurements);
  });

  constructor(
    private readonly isEnabled: () => boolean,
    private readonly load: () => Reporter,
  ) {}

  record<Name extends EventName>(
    event: Name,
    properties: EventProperties<Name>,
    measurements: EventMeasurements<Name>,
  ): void {
    if (this.disposed || !this.isEnabled()) return;
    this.sending = Promise.all([this.sending, this.send(event, properties, measurements)]).then(() => undefined);
  }

  countRequest(attempt: Pick<AttemptRecord, 'operation' | 'outcome' | 'durationMs'>): void {
    if (!this.disposed && this.isEnabled()) this.counts.add(attempt);
  }

  async dispose(): Promise<void> {
    this.counts.flush();
    this.disposed = true;
    await this.sending;
    await this.reporter?.dispose().catch(() => undefined);
  }

  private async send<Name extends EventName>(
    event: Name,
    properties: EventProperties<Name>,
    measurements: EventMeasurements<Name>,
  ): Promise<void> {
    await nextTurn(); // Do not delay the caller by loading anything.
    try {
      const { onlyDocumented } = await import('./events');
      const documented = onlyDocumented(event, properties, measurements);
      if (!documented || !this.isEnabled()) return;
      this.reporter ??= this.reporter === undefined ? this.load() : null;
      this.reporter?.send(event, { ...documented.properties }, { ...documented.measurements });
    } catch {
      // A lost event does not concern the user.
      this.reporter ??= null;
    }
  }
}
