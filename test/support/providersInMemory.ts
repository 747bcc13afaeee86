import type { ProviderReading } from '../../src/core/api/onboardingClient';
import type { RequestContext } from '../../src/core/api/serviceClient';
import type { ApiFailure, FailureKind, Result } from '../../src/core/failures/apiFailure';
import type { ProviderChange } from '../../src/core/model/providerChange';
import type { ProviderClient } from '../../src/core/onboarding/sendProviderChange';
import { aFailure, notMapped } from './builders';
import { MappingsInMemory } from './mappingsInMemory';

interface Described {
  readonly logicalId?: string;
  readonly displayName?: string;
}

/** The service providers themselves, in memory: each exists that the mappings do not say is unknown. A test can make changes fail. */
export class ProvidersInMemory implements ProviderClient {
  /** How the service describes some of them. */
  readonly described = new Map<string, Described>();
  /** All changes that were sent, in order, with their request contexts. */
  readonly sent: { readonly change: ProviderChange; readonly context: RequestContext }[] = [];
  /** The failure of changes, and whether they take effect anyway. */
  failing: { readonly kind: FailureKind; readonly takesEffect: boolean; readonly status?: number } | undefined;
  /** The failure of reads. */
  unreadable: FailureKind | undefined;
  /** Called right before a change takes effect. */
  onChange: () => void = () => undefined;
  private created = 0;

  constructor(private readonly mappings = new MappingsInMemory()) {}

  read(serviceProviderId: string): Promise<Result<ProviderReading>> {
    if (this.unreadable) {
      const operation = 'readProvider' as const;
      return Promise.resolve({ ok: false, failure: aFailure(this.unreadable, { operation, serviceProviderId }) });
    }
    const description = this.described.get(serviceProviderId);
    if (!description || this.mappings.unknown.has(serviceProviderId))
      return this.mappings.readProvider(serviceProviderId);
    return Promise.resolve({ ok: true, value: { type: 'exists', ...description } });
  }

  create(asked: Described & { readonly logicalId: string }, context: RequestContext = {}): Promise<Result<string>> {
    const { logicalId, displayName } = asked;
    const change = {
      operation: 'createProvider',
      logicalId,
      ...(displayName !== undefined && { displayName }),
    } as const;
    const isTaken = [...this.described.values()].some((each) => each.logicalId === logicalId);
    if (isTaken) {
      this.sent.push({ change, context });
      return Promise.resolve({ ok: false, failure: this.failureOf(change, 'badRequest', { status: 400 }) });
    }
    const id = `amzn1.comms.csp.id.created-${++this.created}`;
    return this.make(change, context, id, () => this.described.set(id, { ...asked }));
  }

  rename(serviceProviderId: string, displayName: string, context: RequestContext = {}): Promise<Result<true>> {
    return this.make({ operation: 'updateProvider', serviceProviderId, displayName }, context, true, () =>
      this.described.set(serviceProviderId, { ...this.described.get(serviceProviderId), displayName }),
    );
  }

  delete(serviceProviderId: string, context: RequestContext = {}): Promise<Result<true>> {
    return this.make({ operation: 'deleteProvider', serviceProviderId }, context, true, () => {
      this.described.delete(serviceProviderId);
      this.mappings.unknown.add(serviceProviderId);
      this.mappings.mappings.set(serviceProviderId, notMapped);
    });
  }

  private make<T>(change: ProviderChange, context: RequestContext, value: T, apply: () => void): Promise<Result<T>> {
    if (context.abortSignal?.aborted || context.stopSignal?.aborted) {
      return Promise.resolve({ ok: false, failure: this.failureOf(change, 'canceled', { attempts: [] }) });
    }
    this.onChange();
    this.sent.push({ change, context });
    const { failing } = this;
    if (!failing || failing.takesEffect) apply();
    if (!failing) return Promise.resolve({ ok: true, value, requestId: 'request-1' });
    const isRejected = failing.kind === 'badRequest' || failing.kind === 'contextChanged';
    const { status } = failing;
    const effect = isRejected ? 'none' : 'unknown';
    const failure = this.failureOf(change, failing.kind, { effect, ...(status !== undefined && { status }) });
    return Promise.resolve({ ok: false, failure });
  }

  private failureOf(change: ProviderChange, kind: FailureKind, some: Partial<ApiFailure>): ApiFailure {
    return aFailure(kind, { serviceProviderId: '', ...change, ...some });
  }
}
