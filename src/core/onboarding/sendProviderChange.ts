import { setTimeout as delay } from 'node:timers/promises';
import type { OnboardingClient } from '../api/onboardingClient';
import type { RequestContext } from '../api/serviceClient';
import { mayTakeEffectLater, type ApiFailure, type Result } from '../failures/apiFailure';
import { ofFailure, type ChangeCompletion } from '../mappings/changeLog';
import { SETTLE_MS } from '../mappings/sendChange';
import { hasTakenEffect, type ProviderChange } from '../model/providerChange';

/** What sending and verifying a change of a service provider needs. */
export type ProviderClient = Pick<OnboardingClient, 'read' | 'create' | 'rename' | 'delete'>;

/** The outcome of a change of a service provider itself. */
export type ProviderOutcome =
  /** The service has done what was requested; `failure` is why a read was needed to know that. */
  | {
      readonly type: 'succeeded';
      /** After a create, the new ID. */
      readonly serviceProviderId: string;
      readonly requestId?: string;
      readonly failure?: ApiFailure;
    }
  /** It did not take effect. */
  | { readonly type: 'failed'; readonly failure: ApiFailure }
  /** It may have taken effect, or still may. After a create, nothing can show that: only the response has the ID. */
  | { readonly type: 'unconfirmed'; readonly failure: ApiFailure };

/**
 * Sends a change once. Unless the service confirms a rename or a deletion, reads the service provider to verify it. Never
 * retries the change: a request without a clear response may have taken effect.
 */
export async function sendProviderChange(
  client: ProviderClient,
  change: ProviderChange,
  context: RequestContext,
  settleMs = SETTLE_MS,
): Promise<ProviderOutcome> {
  const result = await send(client, change, context);
  if (result.ok) {
    const { value: serviceProviderId, requestId } = result;
    return { type: 'succeeded', serviceProviderId, ...(requestId !== undefined && { requestId }) };
  }
  const { failure } = result;
  if (failure.effect === 'none') return { type: 'failed', failure };
  if (change.operation === 'createProvider' || failure.kind === 'canceled') return { type: 'unconfirmed', failure };
  // Do not prompt again a user who just had no token, and verify even after a stop.
  const { stopSignal, ...readContext } = context;
  const read = () => client.read(change.serviceProviderId, { ...readContext, interactive: false });
  let found = await read();
  if (found.ok && !hasTakenEffect(change, found.value)) {
    await delay(settleMs);
    found = await read();
  }
  if (!found.ok) return { type: 'unconfirmed', failure };
  if (hasTakenEffect(change, found.value)) {
    return { type: 'succeeded', serviceProviderId: change.serviceProviderId, failure };
  }
  // The response to a read may lack the display name.
  const isUntold = change.operation === 'updateProvider' && !('displayName' in found.value);
  return { type: isUntold || mayTakeEffectLater(failure) ? 'unconfirmed' : 'failed', failure };
}

/** Returns what the journal records of an outcome. */
export function completionOfProviderChange(change: ProviderChange, outcome: ProviderOutcome): ChangeCompletion {
  if (outcome.type === 'succeeded') {
    const { serviceProviderId, requestId, failure } = outcome;
    return {
      result: 'succeeded',
      ...(change.operation === 'createProvider' && { createdId: serviceProviderId }),
      ...(failure && ofFailure(failure)),
      ...(requestId !== undefined && { requestId }),
    };
  }
  return { result: isUnsent(outcome) ? 'notSent' : outcome.type, ...ofFailure(outcome.failure) };
}

/** Whether this program sent nothing, or stopped after requests that were rejected unprocessed. */
function isUnsent(outcome: ProviderOutcome): boolean {
  if (outcome.type !== 'failed') return false;
  const { attempts, kind } = outcome.failure;
  return attempts.length === 0 || kind === 'canceled' || kind === 'contextChanged';
}

async function send(client: ProviderClient, change: ProviderChange, context: RequestContext): Promise<Result<string>> {
  if (change.operation === 'createProvider') return client.create(change, context);
  const { serviceProviderId } = change;
  const result =
    change.operation === 'updateProvider'
      ? await client.rename(serviceProviderId, change.displayName, context)
      : await client.delete(serviceProviderId, context);
  return result.ok ? { ...result, value: serviceProviderId } : result;
}
