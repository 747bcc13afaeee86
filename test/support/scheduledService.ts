import type { Scheduler } from 'fast-check';
import type { NetworkMappingClient, RequestContext } from '../../src/api/networkMappingClient';
import type { FailureKind, Result } from '../../src/core/failure';
import type { MappingChange, NetworkMapping, Operation } from '../../src/core/networkMapping';
import { aFailure, mappedTo, notMapped } from './builders';
import { unexpected } from './unexpected';

/** How one request goes: whether its change takes effect, and whether the answer tells. */
export type Course = 'well' | 'fails before' | 'fails after' | 'refused';

/**
 * A small service behind a client, whose requests arrive and are answered in whatever order the scheduler likes. It
 * checks while it runs what must be true at any time: one request of a provider at a time.
 */
export class ScheduledService implements Pick<NetworkMappingClient, 'get' | 'change'> {
  readonly truth = new Map<string, NetworkMapping>();
  /** How often each wish was sent. */
  readonly sent = new Map<MappingChange, number>();
  private readonly underWay = new Map<string, Operation>();

  constructor(
    private readonly scheduler: Scheduler,
    private readonly courses: Iterator<Course>,
  ) {}

  async get(serviceProviderId: string, context: RequestContext = {}): Promise<Result<NetworkMapping>> {
    return this.request('get', serviceProviderId, context, () => this.mappingOf(serviceProviderId));
  }

  async change(change: MappingChange, context: RequestContext = {}): Promise<Result<NetworkMapping>> {
    const id = change.serviceProviderId;
    if (!context.signal?.aborted) this.sent.set(change, (this.sent.get(change) ?? 0) + 1);
    return this.request(change.operation, id, context, () => {
      this.truth.set(id, change.operation === 'delete' ? notMapped : mappedTo(change.skillId));
      return this.mappingOf(id);
    });
  }

  mappingOf(id: string): NetworkMapping {
    return this.truth.get(id) ?? notMapped;
  }

  private async request(
    operation: Operation,
    serviceProviderId: string,
    { signal }: RequestContext,
    carryOut: () => NetworkMapping,
  ): Promise<Result<NetworkMapping>> {
    const fail = (kind: FailureKind, effect: 'none' | 'unknown', attempts = 1): Result<NetworkMapping> => {
      const failure = aFailure(kind, { operation, serviceProviderId, effect: operation === 'get' ? 'none' : effect });
      return { ok: false, failure: { ...failure, attempts: failure.attempts.slice(0, attempts) } };
    };
    if (signal?.aborted) return fail('cancelled', 'none', 0);
    const other = this.underWay.get(serviceProviderId);
    if (other) unexpected(`${operation} of ${serviceProviderId} while ${other} is under way`);
    this.underWay.set(serviceProviderId, operation);
    const cancelled = new Promise<'cancelled'>((resolve) => {
      signal?.addEventListener('abort', () => {
        resolve('cancelled');
      });
    });
    const course = this.courses.next().value as Course;
    const pass = (what: string) =>
      Promise.race([this.scheduler.schedule(Promise.resolve('passed'), `${operation} ${what}`), cancelled]);
    try {
      if ((await pass('arrives')) === 'cancelled') return fail('cancelled', 'unknown');
      if (course === 'refused') return fail('forbidden', 'none');
      if (course === 'fails before') return fail('serverError', 'unknown');
      const mapping = carryOut();
      if ((await pass('is answered')) === 'cancelled') return fail('cancelled', 'unknown');
      return course === 'fails after' ? fail('timeout', 'unknown') : { ok: true, value: mapping };
    } finally {
      this.underWay.delete(serviceProviderId);
    }
  }
}
