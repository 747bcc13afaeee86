import type { NetworkMappingClient } from '../../src/core/api/networkMappingClient';
import type { RequestContext } from '../../src/core/api/serviceClient';
import type { FailureKind, Result } from '../../src/core/failures/apiFailure';
import { targetOf, type MappingChange, type NetworkMapping } from '../../src/core/model/networkMapping';
import { aFailure, notMapped } from './builders';

/** A service that answers at once, in memory, as the documentation says; a test can make it fail or take changes late. */
export class MappingsInMemory implements Pick<NetworkMappingClient, 'get' | 'change'> {
  readonly mappings = new Map<string, NetworkMapping>();
  /** All changes that were sent, in order, with who was to send them. */
  readonly sent: { readonly change: MappingChange; readonly context: RequestContext }[] = [];
  readonly reads: string[] = [];
  /** Fails the reads of these service providers. */
  readonly unreadable = new Map<string, FailureKind>();
  /** How the changes of these service providers fail, and whether they take effect all the same. */
  readonly failing = new Map<string, { readonly kind: FailureKind; readonly takesEffect: boolean }>();

  get(serviceProviderId: string, context: RequestContext = {}): Promise<Result<NetworkMapping>> {
    this.reads.push(serviceProviderId);
    if (context.abortSignal?.aborted) {
      return Promise.resolve({ ok: false, failure: aFailure('cancelled', { serviceProviderId, attempts: [] }) });
    }
    const kind = this.unreadable.get(serviceProviderId);
    if (kind) return Promise.resolve({ ok: false, failure: aFailure(kind, { serviceProviderId }) });
    return Promise.resolve({ ok: true, value: this.mappings.get(serviceProviderId) ?? notMapped });
  }

  change(change: MappingChange, context: RequestContext = {}): Promise<Result<NetworkMapping>> {
    const { serviceProviderId, operation } = change;
    if (context.abortSignal?.aborted || context.stopSignal?.aborted) {
      return Promise.resolve({
        ok: false,
        failure: aFailure('cancelled', { serviceProviderId, operation, attempts: [] }),
      });
    }
    this.sent.push({ change, context });
    const fails = this.failing.get(serviceProviderId);
    if (!fails || fails.takesEffect) this.mappings.set(serviceProviderId, targetOf(change));
    if (!fails) return Promise.resolve({ ok: true, value: targetOf(change) });
    const effect = fails.kind === 'badRequest' || fails.kind === 'throttled' ? 'none' : 'unknown';
    return Promise.resolve({ ok: false, failure: aFailure(fails.kind, { serviceProviderId, operation, effect }) });
  }
}
