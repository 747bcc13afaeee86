import type { Scheduler } from 'fast-check';
import type { NetworkMappingClient } from '../../src/core/api/networkMappingClient';
import type { RequestContext } from '../../src/core/api/serviceClient';
import type { FailureKind, Result } from '../../src/core/failures/apiFailure';
import {
  isSameMapping,
  targetOf,
  type ChangeSender,
  type MappingChange,
  type NetworkMapping,
  type Operation,
} from '../../src/core/model/networkMapping';
import { aFailure, notMapped } from './builders';
import { unexpected } from './unexpected';

/**
 * How one request goes: whether its change takes effect, and whether the response says so. With `late` the change takes effect
 * after its client has timed out or canceled.
 */
export const COURSES = ['well', 'fails before', 'fails after', 'late', 'rejected'] as const;

export type Course = (typeof COURSES)[number];

/** The statuses of failures that come with a response. */
const STATUSES: Partial<Record<FailureKind, number>> = { forbidden: 403, serverError: 500, unexpectedResponse: 200 };

/** The mappings that one service has had for each service provider, the newest last. */
class Truth {
  private readonly histories = new Map<string, NetworkMapping[]>();

  history(id: string): NetworkMapping[] {
    let history = this.histories.get(id);
    if (!history) this.histories.set(id, (history = [notMapped]));
    return history;
  }

  /** The index of the newest mapping in the history. */
  version(id: string): number {
    return this.history(id).length - 1;
  }

  now(id: string): NetworkMapping {
    return this.history(id).at(-1) ?? notMapped;
  }

  /** Whether the service has had this mapping at some time since a version. */
  hadSince(id: string, version: number, mapping: NetworkMapping): boolean {
    return this.history(id)
      .slice(version)
      .some((each) => isSameMapping(each, mapping));
  }
}

/**
 * A small service behind a client, whose requests arrive and are answered in an order that the scheduler chooses. Checks the
 * invariants while it runs: one request per service provider at a time, and no change sent twice or to another service than it
 * was planned for.
 */
export class ScheduledService implements Pick<NetworkMappingClient, 'get' | 'change'> {
  /** Of the service at the current endpoint; another endpoint has another one. */
  truth = new Truth();
  /** Each change that was sent, with the service that it was sent to. */
  readonly sent = new Map<MappingChange, Truth>();
  /** The changes that took effect. */
  readonly applied = new Set<MappingChange>();
  /** The oldest version that a row may show, by service provider: that of the last change known to this window. */
  readonly floors = new Map<string, number>();
  /** Whether the account of a service provider is signed out. */
  signedOut: (id: string) => boolean = () => false;
  /** Whether no request reaches the service, and no response its client. */
  isDown = false;
  /** Whether a request may be sent by this sender. */
  isExpected: (id: string, expected: ChangeSender) => boolean = () => true;
  /** Called when a change is sent. */
  onSent: (change: MappingChange) => void = () => undefined;
  /** The changes after which another client has changed the mapping at the same service. */
  readonly overtaken = new Set<MappingChange>();
  /** The service that each change was planned for. */
  private readonly plannedFor = new Map<MappingChange, Truth>();
  private readonly inFlight = new Map<string, Operation>();

  constructor(
    private readonly scheduler: Scheduler,
    public courses: Iterator<Course>,
  ) {}

  /** Returns a copy of the change that is planned for the current service. */
  plan<T extends MappingChange>(change: T): T {
    const planned = { ...change };
    this.plannedFor.set(planned, this.truth);
    return planned;
  }

  meant(change: MappingChange): Truth {
    return this.plannedFor.get(change) ?? unexpected('a change that was not planned');
  }

  /** Switches to another service. */
  move(): void {
    this.truth = new Truth();
    this.floors.clear();
  }

  /** Changes a mapping as another client would, without notification. */
  set(id: string, mapping: NetworkMapping): void {
    this.truth.history(id).push(mapping);
    for (const [change, truth] of this.sent)
      if (truth === this.truth && change.serviceProviderId === id) this.overtaken.add(change);
  }

  /** From now on, rows must show the current mapping or a newer one. */
  raiseFloor(id: string): void {
    this.floors.set(id, this.truth.version(id));
  }

  async get(serviceProviderId: string, context: RequestContext = {}): Promise<Result<NetworkMapping>> {
    const { truth } = this;
    return this.request('get', serviceProviderId, context, () => truth.now(serviceProviderId));
  }

  async change(change: MappingChange, context: RequestContext = {}): Promise<Result<NetworkMapping>> {
    const id = change.serviceProviderId;
    const { truth } = this;
    const apply = () => {
      truth.history(id).push(targetOf(change));
      this.applied.add(change);
      return truth.now(id);
    };
    const applyInTime = () => {
      const mapping = apply();
      if (truth === this.truth) this.raiseFloor(id);
      return mapping;
    };
    const isSent = () => {
      if (this.sent.has(change)) unexpected(`sending a change again: ${JSON.stringify(change)}`);
      if (this.meant(change) !== truth) unexpected(`a change sent to another service: ${JSON.stringify(change)}`);
      this.sent.set(change, truth);
      this.onSent(change);
    };
    return this.request(change.operation, id, context, applyInTime, { isSent, applyLate: apply });
  }

  private isCutOff(): boolean {
    return this.isDown;
  }

  private async request(
    operation: Operation,
    serviceProviderId: string,
    { abortSignal: signal, stopSignal: stop, expected }: RequestContext,
    apply: () => NetworkMapping,
    { isSent, applyLate }: { isSent?: () => void; applyLate?: () => void } = {},
  ): Promise<Result<NetworkMapping>> {
    const fail = (kind: FailureKind, effect: 'none' | 'unknown', attempts = 1): Result<NetworkMapping> => {
      const status = STATUSES[kind];
      const failure = aFailure(kind, {
        operation,
        serviceProviderId,
        effect: operation === 'get' ? 'none' : effect,
        ...(status !== undefined && { status }),
      });
      return { ok: false, failure: { ...failure, attempts: failure.attempts.slice(0, attempts) } };
    };
    if (signal?.aborted || stop?.aborted) return fail('canceled', 'none', 0);
    if (this.signedOut(serviceProviderId)) return fail('signedOut', 'none', 0);
    const other = this.inFlight.get(serviceProviderId);
    if (other) unexpected(`${operation} of ${serviceProviderId} while ${other} is in flight`);
    this.inFlight.set(serviceProviderId, operation);
    const canceled = new Promise<'canceled'>((resolve) => {
      signal?.addEventListener('abort', () => {
        resolve('canceled');
      });
    });
    const course = this.courses.next().value as Course;
    const pass = (what: string) => this.scheduler.schedule(Promise.resolve('passed'), `${operation} ${what}`);
    const untilCanceled = (what: string) => Promise.race([pass(what), canceled]);
    const late = () => {
      if (applyLate) void pass('arrives late').then(applyLate);
    };
    try {
      if ((await untilCanceled('is sent')) === 'canceled') return fail('canceled', 'none', 0);
      // Until here it was queued in the rate limiter.
      if (stop?.aborted) return fail('canceled', 'none', 0);
      if (expected && !this.isExpected(serviceProviderId, expected)) return fail('canceled', 'none', 0);
      isSent?.();
      // The connection is refused.
      if (this.isCutOff()) return fail('network', 'none');
      if ((await untilCanceled('arrives')) === 'canceled') {
        if (course === 'late') late();
        return fail('canceled', 'unknown');
      }
      if (course === 'rejected') return fail('forbidden', 'none');
      if (course === 'fails before') return fail('serverError', 'unknown');
      if (course === 'late') {
        late();
        return fail('timeout', 'unknown');
      }
      const mapping = apply();
      if ((await untilCanceled('is answered')) === 'canceled') return fail('canceled', 'unknown');
      if (this.isCutOff()) return fail('network', 'unknown');
      return course === 'fails after' ? fail('unexpectedResponse', 'unknown') : { ok: true, value: mapping };
    } finally {
      this.inFlight.delete(serviceProviderId);
    }
  }
}
