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
 * How one request goes: whether its change takes effect, and whether the answer tells. With `late` the change takes effect
 * after its client has given it up.
 */
export const COURSES = ['well', 'fails before', 'fails after', 'late', 'refused'] as const;

export type Course = (typeof COURSES)[number];

/** What comes with an answer. */
const STATUSES: Partial<Record<FailureKind, number>> = { forbidden: 403, serverError: 500, unexpectedResponse: 200 };

/** What one service has held for each service provider, the newest last. */
class Truth {
  private readonly histories = new Map<string, NetworkMapping[]>();

  history(id: string): NetworkMapping[] {
    let history = this.histories.get(id);
    if (!history) this.histories.set(id, (history = [notMapped]));
    return history;
  }

  /** The place of the newest mapping in the history. */
  version(id: string): number {
    return this.history(id).length - 1;
  }

  now(id: string): NetworkMapping {
    return this.history(id).at(-1) ?? notMapped;
  }

  /** Whether the service has held this mapping at some time since a version. */
  heldSince(id: string, version: number, mapping: NetworkMapping): boolean {
    return this.history(id)
      .slice(version)
      .some((each) => isSameMapping(each, mapping));
  }
}

/**
 * A small service behind a client, whose requests arrive and are answered in whatever order the scheduler likes. It
 * checks while it runs what must be true at any time: one request of a provider at a time, and no wish sent twice, or to
 * another service than the one that it was meant for.
 */
export class ScheduledService implements Pick<NetworkMappingClient, 'get' | 'change'> {
  /** Of the service that is asked now; another endpoint is another one. */
  truth = new Truth();
  /** Each wish that was sent, with the truth that it was sent to. */
  readonly sent = new Map<MappingChange, Truth>();
  /** The wishes that took effect. */
  readonly carriedOut = new Set<MappingChange>();
  /** What a row must not be older than: for each provider, the version that its own changes and news of others have made. */
  readonly floors = new Map<string, number>();
  /** For whom nobody is signed in. */
  signedOut: (id: string) => boolean = () => false;
  /** Whether a request may go out as what was expected. */
  isExpected: (id: string, expected: ChangeSender) => boolean = () => true;
  /** Is called when a wish is sent. */
  onSent: (requestCase: MappingChange) => void = () => undefined;
  /** The wishes after which others have changed the mapping at the service that they were sent to. */
  readonly overtaken = new Set<MappingChange>();
  /** What each wish was meant for, when it was made. */
  private readonly meantFor = new Map<MappingChange, Truth>();
  private readonly underWay = new Map<string, Operation>();

  constructor(
    private readonly scheduler: Scheduler,
    public courses: Iterator<Course>,
  ) {}

  /** A person makes a wish, and sees the service of now. */
  requestCase<T extends MappingChange>(change: T): T {
    const requestCase = { ...change };
    this.meantFor.set(requestCase, this.truth);
    return requestCase;
  }

  meant(requestCase: MappingChange): Truth {
    return this.meantFor.get(requestCase) ?? unexpected('a change that nobody wished for');
  }

  /** From now on another service is asked. */
  move(): void {
    this.truth = new Truth();
    this.floors.clear();
  }

  /** Somebody else changes a mapping; nobody here knows yet. */
  set(id: string, mapping: NetworkMapping): void {
    this.truth.history(id).push(mapping);
    for (const [requestCase, truth] of this.sent)
      if (truth === this.truth && requestCase.serviceProviderId === id) this.overtaken.add(requestCase);
  }

  /** What is shown from now on must be as new as what the service holds now. */
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
    const carryOut = () => {
      truth.history(id).push(targetOf(change));
      this.carriedOut.add(change);
      return truth.now(id);
    };
    const carryOutInTime = () => {
      const mapping = carryOut();
      if (truth === this.truth) this.raiseFloor(id);
      return mapping;
    };
    const isSent = () => {
      if (this.sent.has(change)) unexpected(`sending a wish again: ${JSON.stringify(change)}`);
      if (this.meant(change) !== truth) unexpected(`a wish at another service: ${JSON.stringify(change)}`);
      this.sent.set(change, truth);
      this.onSent(change);
    };
    return this.request(change.operation, id, context, carryOutInTime, { isSent, carryOutLate: carryOut });
  }

  private async request(
    operation: Operation,
    serviceProviderId: string,
    { abortSignal: signal, stopSignal: stop, expected }: RequestContext,
    carryOut: () => NetworkMapping,
    { isSent, carryOutLate }: { isSent?: () => void; carryOutLate?: () => void } = {},
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
    if (signal?.aborted || stop?.aborted) return fail('cancelled', 'none', 0);
    if (this.signedOut(serviceProviderId)) return fail('signedOut', 'none', 0);
    const other = this.underWay.get(serviceProviderId);
    if (other) unexpected(`${operation} of ${serviceProviderId} while ${other} is under way`);
    this.underWay.set(serviceProviderId, operation);
    const cancelled = new Promise<'cancelled'>((resolve) => {
      signal?.addEventListener('abort', () => {
        resolve('cancelled');
      });
    });
    const course = this.courses.next().value as Course;
    const pass = (what: string) => this.scheduler.schedule(Promise.resolve('passed'), `${operation} ${what}`);
    const untilCancelled = (what: string) => Promise.race([pass(what), cancelled]);
    const late = () => {
      if (carryOutLate) void pass('arrives late').then(carryOutLate);
    };
    try {
      if ((await untilCancelled('is sent')) === 'cancelled') return fail('cancelled', 'none', 0);
      // It waited its turn at the pacer so far.
      if (stop?.aborted) return fail('cancelled', 'none', 0);
      if (expected && !this.isExpected(serviceProviderId, expected)) return fail('cancelled', 'none', 0);
      isSent?.();
      if ((await untilCancelled('arrives')) === 'cancelled') {
        if (course === 'late') late();
        return fail('cancelled', 'unknown');
      }
      if (course === 'refused') return fail('forbidden', 'none');
      if (course === 'fails before') return fail('serverError', 'unknown');
      if (course === 'late') {
        late();
        return fail('timeout', 'unknown');
      }
      const mapping = carryOut();
      if ((await untilCancelled('is answered')) === 'cancelled') return fail('cancelled', 'unknown');
      return course === 'fails after' ? fail('unexpectedResponse', 'unknown') : { ok: true, value: mapping };
    } finally {
      this.underWay.delete(serviceProviderId);
    }
  }
}
