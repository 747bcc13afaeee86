import * as l10n from '@vscode/l10n';
import type { ApiFailure } from '../failures/apiFailure';
import { isSameMapping, type NetworkMapping } from '../model/networkMapping';
import { certainReading, type ProviderStatus } from '../mappings/providerStatus';

/** What is known now about an earlier failure. */
export interface FailureFollowUp {
  /** The mapping that was read after the failure, as a sentence. */
  readonly checked?: string;
  /** Says that the service provider can be read again and its last request succeeded. */
  readonly resolved?: string;
}

/**
 * Returns what was found out after a failure.
 *
 * @param status the service provider's current status
 * @param formatTime formats a Unix time in milliseconds
 */
export function followUpOf(
  failure: ApiFailure,
  status: ProviderStatus,
  formatTime: (ms: number) => string,
): FailureFollowUp {
  const { lastFailure, inFlight, unconfirmed } = status;
  const lastKnown = certainReading(status);
  const last = failure.attempts.at(-1);
  const endedAtMs = last ? last.startedAtMs + last.durationMs : 0;
  if (!lastKnown || lastKnown.readAtMs < endedAtMs) return {};
  const time = formatTime(lastKnown.readAtMs);
  const isResolved = !lastFailure && !inFlight && !unconfirmed;
  return {
    ...(failure.operation !== 'get' && { checked: checkedText(failure, lastKnown.mapping, time) }),
    ...(isResolved && { resolved: l10n.t('Resolved {0}', time) }),
  };
}

function checkedText({ replaced }: ApiFailure, mapping: NetworkMapping, time: string): string {
  if (replaced && isSameMapping(mapping, replaced)) {
    return mapping.type === 'mapped'
      ? l10n.t('Checked {0}: still mapped to {1}', time, mapping.skillId)
      : l10n.t('Checked {0}: still not mapped', time);
  }
  return mapping.type === 'mapped'
    ? l10n.t('Checked {0}: mapped to {1}', time, mapping.skillId)
    : l10n.t('Checked {0}: not mapped', time);
}
