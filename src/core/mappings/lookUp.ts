import type { OnboardingClient, ProviderReading } from '../api/onboardingClient';
import type { RequestContext } from '../api/serviceClient';
import { LinkedSignal } from '../async/linkedSignal';
import type { Result } from '../failures/apiFailure';
import type { Existence } from './existence';
import type { ProviderStatuses } from './providerStatuses';

/** How long a user waits for the answer whether a service provider exists, in milliseconds. */
const LIMIT_MS = 5_000;

/**
 * Asks whether a service provider exists whose mapping was not found, and updates its status.
 *
 * @param superseded aborted when the answer no longer counts
 */
export async function lookUp(
  id: string,
  context: RequestContext,
  superseded: AbortSignal,
  readProvider: OnboardingClient['read'],
  statuses: ProviderStatuses,
): Promise<void> {
  const generation = statuses.generation(id);
  const canceled = new LinkedSignal([context.abortSignal, superseded]);
  // The service has just accepted the token, so do not prompt for another one.
  const ownContext = { ...context, interactive: false, limitMs: LIMIT_MS, abortSignal: canceled.signal };
  const result = await readProvider(id, ownContext).finally(() => {
    canceled.end();
  });
  if (!superseded.aborted) statuses.apply(id, { type: 'lookedUp', existence: existenceAfter(result) }, generation);
}

export function existenceAfter(result: Result<ProviderReading>): Existence {
  if (result.ok) return result.value.type === 'exists' ? { type: 'exists' } : result.value;
  const { status = 500 } = result.failure;
  return { type: status < 500 && status !== 429 ? 'untold' : 'unanswered' };
}
