import type { TokenProvider } from '../../../src/core/api/tokenProvider';
import { NetworkMappingClient } from '../../../src/core/api/networkMappingClient';
import { ServiceClient, type RequestContext } from '../../../src/core/api/serviceClient';
import { checkEndpoint } from '../../../src/core/model/endpoint';
import { MappingStore } from '../../../src/core/mappings/mappingStore';
import type { ChangeLog } from '../../../src/core/mappings/changeLog';
import { never } from '../expectImmediate';
import { signedInTo } from '../builders';
import { RecordedChangeLog } from '../recordedChangeLog';
import { SETTLE_MS } from './mappingFaults';

/** In milliseconds. The attempt timeout is long, so that a busy computer does not reach it by chance. */
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
  /** Where changes are recorded; in memory if omitted. */
  readonly changeLog?: ChangeLog;
  /** When to re-read the mapping after a change without a response, in addition to the first read; none if omitted. */
  readonly checksMs?: readonly number[];
  readonly maxInFlight?: number;
  /** The attempt timeout for faults without any response. */
  readonly shortTimeoutMs?: number;
}

/** One VS Code window without its UI: the client and the mapping store. */
export class WindowUnderTest {
  /** The recorded changes, unless `options.changeLog` is given. */
  readonly changeLog = new RecordedChangeLog();
  readonly states: MappingStore;
  /** The configured API endpoint. */
  url: string;
  /** Set only for faults without any response: otherwise a busy computer could reach the short timeout. */
  usesShortTimeout = false;
  private readonly closing = new AbortController();
  private client: NetworkMappingClient;
  private shortTimeoutClient: NetworkMappingClient;

  constructor(private readonly options: Options) {
    this.url = options.url;
    this.client = this.newClient(POLICY.attemptTimeoutMs);
    this.shortTimeoutClient = this.newClient(options.shortTimeoutMs ?? 300);
    const current = () => (this.usesShortTimeout ? this.shortTimeoutClient : this.client);
    const { changeLog = this.changeLog } = options;
    this.states = new MappingStore(
      {
        get: (id, context) => this.whileOpen(() => current().get(id, this.endedByClose(context))),
        change: (change, context) => this.whileOpen(() => current().change(change, this.endedByClose(context))),
      },
      {
        begin: (change) => this.whileOpen(() => changeLog.begin(change)),
        complete: (...closing) => this.whileOpen(() => changeLog.complete(...closing)),
      },
      { endpoint: () => this.url, settleMs: SETTLE_MS, checksMs: options.checksMs ?? [] },
    );
    this.states.setSessions(signedInTo());
  }

  /** Ends the window like the end of its process: closes its connections, and nothing continues. */
  close(): void {
    this.closing.abort();
  }

  /** Discards the rate limit learned during the fault: it has its own tests. */
  resetRateLimit(): void {
    this.client = this.newClient(POLICY.attemptTimeoutMs);
  }

  private endedByClose(context: RequestContext = {}): RequestContext {
    const signals = context.abortSignal ? [context.abortSignal, this.closing.signal] : [this.closing.signal];
    return { ...context, abortSignal: AbortSignal.any(signals) };
  }

  private async whileOpen<T>(task: () => Promise<T>): Promise<T> {
    const isClosed = () => this.closing.signal.aborted;
    if (isClosed()) return never();
    const value = await task();
    return isClosed() ? never() : value;
  }

  private newClient(attemptTimeoutMs: number): NetworkMappingClient {
    const { tokens, maxInFlight = POLICY.maxInFlight } = this.options;
    return new NetworkMappingClient(
      new ServiceClient({
        accountOf: () => undefined,
        endpoint: () => checkEndpoint(this.url),
        tokens,
        policy: { ...POLICY, maxInFlight, attemptTimeoutMs },
      }),
    );
  }
}
