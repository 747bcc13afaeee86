import type { NetworkMappingClient } from '../../src/core/api/networkMappingClient';
import type { RequestContext } from '../../src/core/api/serviceClient';
import type { ProviderReading } from '../../src/core/api/onboardingClient';
import type { FailureKind, Result } from '../../src/core/failures/apiFailure';
import { targetOf, type MappingChange, type NetworkMapping } from '../../src/core/model/networkMapping';
import { aFailure, notMapped } from './builders';

/** An in-memory service that responds immediately, as documented. A test can make requests fail. */
export class MappingsInMemory implements Pick<NetworkMappingClient, 'get' | 'change'> {
  /** The IDs that the service says it has no service provider for. */
  readonly unknown = new Set<string>();
  readonly mappings = new Map<string, NetworkMapping>();
  /** All changes that were sent, in order, with their request contexts. */
  readonly sent: { readonly change: MappingChange; readonly context: RequestContext }[] = [];
  readonly reads: string[] = [];
  /** The request contexts of the reads. */
  readonly readContexts: RequestContext[] = [];
  /** How far the time of its responses is ahead of this computer's clock, in milliseconds. */
  aheadMs = 0;
  /** The failure of reads, by service provider ID. */
  readonly unreadable = new Map<string, FailureKind>();
  /** The failure of changes, by service provider ID, and whether they take effect anyway. */
  readonly failing = new Map<string, { readonly kind: FailureKind; readonly takesEffect: boolean }>();

  get(serviceProviderId: string, context: RequestContext = {}): Promise<Result<NetworkMapping>> {
    this.reads.push(serviceProviderId);
    this.readContexts.push(context);
    if (context.abortSignal?.aborted) {
      return Promise.resolve({ ok: false, failure: aFailure('canceled', { serviceProviderId, attempts: [] }) });
    }
    context.onTime?.(this.aheadMs);
    const kind = this.unreadable.get(serviceProviderId);
    if (kind) return Promise.resolve({ ok: false, failure: aFailure(kind, { serviceProviderId }) });
    return Promise.resolve({ ok: true, value: this.mappings.get(serviceProviderId) ?? notMapped });
  }

  readProvider(serviceProviderId: string): Promise<Result<ProviderReading>> {
    const failure = aFailure('notFound', { serviceProviderId, operation: 'readProvider', status: 404 });
    const isUnknown = this.unknown.has(serviceProviderId);
    return Promise.resolve({ ok: true, value: isUnknown ? { type: 'unknown', failure } : { type: 'exists' } });
  }

  change(change: MappingChange, context: RequestContext = {}): Promise<Result<NetworkMapping>> {
    const { serviceProviderId, operation } = change;
    if (context.abortSignal?.aborted || context.stopSignal?.aborted) {
      return Promise.resolve({
        ok: false,
        failure: aFailure('canceled', { serviceProviderId, operation, attempts: [] }),
      });
    }
    this.sent.push({ change, context });
    const failing = this.failing.get(serviceProviderId);
    if (!failing || failing.takesEffect) this.mappings.set(serviceProviderId, targetOf(change));
    if (!failing) return Promise.resolve({ ok: true, value: targetOf(change) });
    const effect = failing.kind === 'badRequest' || failing.kind === 'throttled' ? 'none' : 'unknown';
    const skill = change.operation === 'delete' ? {} : { skillId: change.skillId };
    const failure = aFailure(failing.kind, { serviceProviderId, operation, effect, ...skill });
    return Promise.resolve({ ok: false, failure });
  }
}
