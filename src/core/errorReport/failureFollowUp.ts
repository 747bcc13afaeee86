import * as l10n from '@vscode/l10n';
import type { ApiFailure } from '../failures/apiFailure';
import type { FailureMessage } from '../failures/failureMessage';
import { describeFailure } from '../failures/failureMessages';
import { isProviderOperation, isReadOperation } from '../model/serviceProvider';
import { isSameMapping, type NetworkMapping } from '../model/networkMapping';
import { certainReading, type ProviderStatus } from '../mappings/providerStatus';
import type { SkillNames } from '../skills/skillNames';

/** What is known now about an earlier failure. */
export interface FailureFollowUp {
  /** What the skill of the failed request is called now. */
  readonly skillName?: string;
  /** The mapping that was read after the failure, as a sentence. */
  readonly checked?: string;
  /** Whether that reading is final: the change can no longer take effect unseen. */
  readonly isEffectKnown?: true;
  /** Says that the mapping can be read again and, after a failed change, is the requested one. */
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
  skills: Pick<SkillNames, 'nameOf' | 'nameAndId'>,
): FailureFollowUp {
  const skillName = failure.skillId === undefined ? undefined : skills.nameOf(failure.skillId);
  const named = skillName === undefined ? {} : { skillName };
  const { lastFailure, inFlight, unconfirmed } = status;
  const lastKnown = certainReading(status);
  const last = failure.attempts.at(-1);
  const endedAtMs = last ? last.startedAtMs + last.durationMs : 0;
  if (!lastKnown || lastKnown.readAtMs < endedAtMs) return named;
  const time = formatTime(lastKnown.readAtMs);
  const isRead = isReadOperation(failure.operation);
  // A mapping does not show what became of a change of the service provider itself.
  if (!isRead && isProviderOperation(failure.operation)) return {};
  const isFinal = !inFlight && !unconfirmed;
  const isResolved = isFinal && !lastFailure && (isRead || isRequested(lastKnown.mapping, failure));
  return {
    ...named,
    ...(!isRead && { checked: checkedText(failure, lastKnown.mapping, time, skills) }),
    ...(!isRead && isFinal && { isEffectKnown: true }),
    ...(isResolved && { resolved: l10n.t('Resolved at {0}. Nothing is left to do.', time) }),
  };
}

/** Returns the explanation of a failure, without what is no longer true. */
export function explainFollowedUp(failure: ApiFailure, { isEffectKnown, resolved }: FailureFollowUp): FailureMessage {
  const explanation = describeFailure(isEffectKnown ? { ...failure, effect: 'none' } : failure);
  if (resolved === undefined) return explanation;
  const title = l10n.t({
    message: 'Resolved: {0}',
    args: [explanation.title],
    comment: ['A title; {0} says what failed earlier, such as "The service is not available".'],
  });
  return { ...explanation, title, cause: resolved };
}

/**
 * Formats a time for a language as in logs, which it is compared with, with the date unless it is today.
 *
 * @param ms a Unix time in milliseconds
 * @param language a BCP 47 tag, such as VS Code's `env.language`
 */
export function formatLogTime(ms: number, nowMs: number, language: string): string {
  const isToday = new Date(ms).toDateString() === new Date(nowMs).toDateString();
  return new Intl.DateTimeFormat(language, {
    ...(!isToday && { year: 'numeric', month: 'short', day: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(ms);
}

function isRequested(mapping: NetworkMapping, { operation, skillId }: ApiFailure): boolean {
  if (operation === 'delete') return mapping.type === 'notMapped';
  return skillId !== undefined && isSameMapping(mapping, { type: 'mapped', skillId });
}

function checkedText(
  { replaced }: ApiFailure,
  mapping: NetworkMapping,
  time: string,
  skills: Pick<SkillNames, 'nameAndId'>,
): string {
  if (replaced && isSameMapping(mapping, replaced)) {
    return mapping.type === 'mapped'
      ? l10n.t('Checked at {0}: still mapped to {1}', time, skills.nameAndId(mapping.skillId))
      : l10n.t('Checked at {0}: still not mapped', time);
  }
  return mapping.type === 'mapped'
    ? l10n.t('Checked at {0}: mapped to {1}', time, skills.nameAndId(mapping.skillId))
    : l10n.t('Checked at {0}: not mapped', time);
}
