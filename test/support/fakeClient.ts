import type { NetworkMappingClient } from '../../src/core/api/networkMappingClient';
import type { RequestContext } from '../../src/core/api/serviceClient';
import type { ApiFailure, FailureKind, Result } from '../../src/core/failures/apiFailure';
import type { MappingChange, NetworkMapping, Operation } from '../../src/core/model/networkMapping';
import { aFailure } from './builders';
import { unexpected } from './unexpected';

/** A request that waits for the test to respond. Canceling it ends it immediately, as in the real client. */
export interface PendingRequest {
  readonly operation: Operation;
  readonly serviceProviderId: string;
  readonly skillId?: string;
  readonly context: RequestContext;
  /** Whether the code under test has canceled it. */
  readonly givenUp: boolean;
  succeed(mapping: NetworkMapping): void;
  fail(kind: FailureKind, some?: Partial<ApiFailure>): ApiFailure;
}

/** A client that a test controls: each request waits until the test has taken it and responded. */
export class FakeClient implements Pick<NetworkMappingClient, 'get' | 'change'> {
  private readonly unseen: PendingRequest[] = [];

  get(serviceProviderId: string, context: RequestContext = {}): Promise<Result<NetworkMapping>> {
    return this.enter({ operation: 'get', serviceProviderId }, context);
  }

  change(change: MappingChange, context: RequestContext = {}): Promise<Result<NetworkMapping>> {
    return this.enter(change, context);
  }

  /** The next request, which must have been made already and be of that operation. */
  async next(operation: Operation, serviceProviderId?: string): Promise<PendingRequest> {
    await this.settle();
    const request = this.unseen.shift();
    if (!request) throw new Error(`expected a request (${operation}), but there is none`);
    if (
      request.operation !== operation ||
      (serviceProviderId ?? request.serviceProviderId) !== request.serviceProviderId
    ) {
      throw new Error(`expected ${operation}, but it is ${request.operation} of ${request.serviceProviderId}`);
    }
    return request;
  }

  /** Fails if there is a request that the test has not taken. */
  async expectNoMore(): Promise<void> {
    await this.settle();
    const request = this.unseen.shift();
    if (request) unexpected(`${request.operation} of ${request.serviceProviderId}`);
  }

  /** Waits until all code that awaits no response has run. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  private enter(
    what: { operation: Operation; serviceProviderId: string; skillId?: string },
    context: RequestContext,
  ): Promise<Result<NetworkMapping>> {
    const { abortSignal: signal } = context;
    return new Promise((resolve) => {
      let givenUp = false;
      const failWith = (kind: FailureKind, some: Partial<ApiFailure> = {}): ApiFailure => {
        const failure = aFailure(kind, { ...what, ...some });
        resolve({ ok: false, failure });
        return failure;
      };
      const cancel = (wasSent: boolean) => {
        givenUp = true;
        const effect = wasSent && what.operation !== 'get' ? 'unknown' : 'none';
        failWith('canceled', { effect, ...(!wasSent && { attempts: [] }) });
      };
      if (signal?.aborted) {
        cancel(false);
        return;
      }
      signal?.addEventListener('abort', () => {
        cancel(true);
      });
      this.unseen.push({
        ...what,
        context,
        get givenUp() {
          return givenUp;
        },
        succeed: (value) => {
          resolve({ ok: true, value });
        },
        fail: failWith,
      });
    });
  }
}
