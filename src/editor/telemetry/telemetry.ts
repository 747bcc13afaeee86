import { createRequire } from 'node:module';
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as v from 'valibot';
import type { AttemptRecord } from '../../core/api/serviceClient';
import type * as ApplicationInsights from './applicationInsights';
import { EVENTS, type EventMeasurements, type EventName, type EventProperties } from './events';
import { RequestCounts } from './requestCounts';

/** Where events go: a release is built with it, and any other build with nothing (`esbuild.js`). */
declare const TELEMETRY_CONNECTION_STRING: string;

/** What the extension tells its makers, if its user lets it. Nothing here ever fails or keeps anybody waiting. */
export interface Telemetry {
  record<Name extends EventName>(
    event: Name,
    properties: EventProperties<Name>,
    measurements: EventMeasurements<Name>,
  ): void;
  /** Counts one request that was sent, to be recorded with others like it. */
  countRequest(attempt: Pick<AttemptRecord, 'operation' | 'outcome' | 'durationMs'>): void;
  /** Sends what has not been sent yet, and waits for it a second or two. Nothing is recorded afterwards. */
  dispose(): Promise<void>;
}

/** What takes the events to where they go. */
export interface Reporter {
  send(event: string, properties: Record<string, string>, measurements: Record<string, number>): void;
  dispose(): Promise<void>;
}

interface TelemetryOptions {
  /** Whether the user lets usage be sent now (`vscode.env.isTelemetryEnabled`); asked each time. */
  readonly isEnabled: () => boolean;
  readonly connectionString?: string;
  /** Loads what sends; it is called once, and not before there is something to send. */
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

/** The telemetry of a build that has nowhere to send it. */
const noopTelemetry: Telemetry = {
  record() {
    // Nobody is listening.
  },
  countRequest() {
    // Nobody is listening.
  },
  dispose: () => Promise.resolve(),
};

/**
 * Loads the file beside this one. Most sessions have no event to send in their first moments, and some never have, so
 * its 130 kB are not part of what is loaded at activation.
 */
function loadTelemetryBundle(connectionString: string): Reporter {
  const { createReporter } = createRequire(__filename)('./telemetry') as typeof ApplicationInsights;
  return createReporter(connectionString);
}

class LazyTelemetry implements Telemetry {
  /** Undefined until there is something to send, null when it could not be loaded. */
  private reporter: Reporter | null | undefined;
  private disposed = false;
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
    const words = v.safeParse(EVENTS[event].properties, properties);
    const numbers = v.safeParse(EVENTS[event].measurements, measurements);
    if (!words.success || !numbers.success) return;
    void this.send(event, words.output, numbers.output);
  }

  countRequest(attempt: Pick<AttemptRecord, 'operation' | 'outcome' | 'durationMs'>): void {
    if (!this.disposed && this.isEnabled()) this.counts.add(attempt);
  }

  async dispose(): Promise<void> {
    this.counts.flush();
    this.disposed = true;
    await nextTurn(); // comes after those of the events recorded before
    await this.reporter?.dispose().catch(() => undefined);
  }

  private async send(event: string, words: object, numbers: object): Promise<void> {
    await nextTurn(); // what is under way when an event is recorded need not wait for the second bundle to load
    if (!this.isEnabled()) return;
    try {
      this.reporter ??= this.reporter === undefined ? this.load() : null;
      this.reporter?.send(event, { ...words }, { ...numbers });
    } catch {
      // An event that is lost is no matter of the user's.
      this.reporter ??= null;
    }
  }
}
