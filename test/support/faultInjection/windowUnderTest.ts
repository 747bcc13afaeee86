import type { TokenProvider } from '../../../src/core/api/tokenProvider';
import { NetworkMappingClient } from '../../../src/core/api/networkMappingClient';
import type { RequestContext } from '../../../src/core/api/serviceClient';
import { checkEndpoint } from '../../../src/core/model/endpoint';
import { MappingStore } from '../../../src/core/mappings/mappingStore';
import type { ChangeLog } from '../../../src/core/mappings/changeLog';
import { never } from '../expectImmediate';
import { signedInTo } from '../builders';
import { RecordedChangeLog } from '../notedChanges';
import { SETTLE_MS } from './mappingFaults';

/** Milliseconds. The usual limit is wide, so that a busy computer does not run into it by chance. */
const POLICY = {
  attemptTimeoutMs: 20_000,
  maxAttempts: 2,
  queueTimeoutMs: 1_000,
  bulkQueueTimeoutMs: 1_000,
  backoffMs: 1,
  maxInFlight: 16,
};

interface Options {
  readonly url: string;
  readonly tokens: TokenProvider;
  /** Where changes are noted; in memory, unless told otherwise. */
  readonly notes?: ChangeLog;
  /** When the mapping is read again after a change without an answer, besides the first time; never, unless told otherwise. */
  readonly checksMs?: readonly number[];
  readonly maxInFlight?: number;
  /** The limit of an attempt while nothing is ever answered. */
  readonly quickLimitMs?: number;
}

/** What one window of the editor is made of below its surfaces: the client, and the owner of what is known. */
export class WindowUnderTest {
  /** The notes of changes, where they are in memory. */
  readonly noted = new RecordedChangeLog();
  readonly states: MappingStore;
  /** The API endpoint of the settings. */
  url: string;
  /** Only where there will never be an answer may the limit be short: elsewhere a busy computer could run into it. */
  isHasty = false;
  private readonly closing = new AbortController();
  private patient: NetworkMappingClient;
  private hasty: NetworkMappingClient;

  constructor(private readonly options: Options) {
    this.url = options.url;
    this.patient = this.newClient(POLICY.attemptTimeoutMs);
    this.hasty = this.newClient(options.quickLimitMs ?? 300);
    const client = () => (this.isHasty ? this.hasty : this.patient);
    const { notes = this.noted } = options;
    this.states = new MappingStore(
      {
        get: (id, context) => this.whileOpen(() => client().get(id, this.endedByClose(context))),
        change: (change, context) => this.whileOpen(() => client().change(change, this.endedByClose(context))),
      },
      {
        begin: (change) => this.whileOpen(() => notes.begin(change)),
        complete: (...closing) => this.whileOpen(() => notes.complete(...closing)),
      },
      { endpoint: () => this.url, settleMs: SETTLE_MS, checksMs: options.checksMs ?? [] },
    );
    this.states.setSessions(signedInTo());
  }

  /** Ends the window as the end of its process does: its connections are gone, and nothing goes on. */
  close(): void {
    this.closing.abort();
  }

  /** Of the pace that faults have taught, nothing is left: it has tests of its own. */
  forgetPace(): void {
    this.patient = this.newClient(POLICY.attemptTimeoutMs);
  }

  private endedByClose(context: RequestContext = {}): RequestContext {
    const signals = context.abortSignal ? [context.abortSignal, this.closing.signal] : [this.closing.signal];
    return { ...context, abortSignal: AbortSignal.any(signals) };
  }

  private async whileOpen<T>(act: () => Promise<T>): Promise<T> {
    const isClosed = () => this.closing.signal.aborted;
    if (isClosed()) return never();
    const value = await act();
    return isClosed() ? never() : value;
  }

  private newClient(attemptTimeoutMs: number): NetworkMappingClient {
    const { tokens, maxInFlight = POLICY.maxInFlight } = this.options;
    return new NetworkMappingClient({
      endpoint: () => checkEndpoint(this.url),
      tokens,
      policy: { ...POLICY, maxInFlight, attemptTimeoutMs },
    });
  }
}
