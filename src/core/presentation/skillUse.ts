import * as l10n from '@vscode/l10n';
import type { MappingStore } from '../mappings/mappingStore';
import { isSameSkillId } from '../model/identifiers';
import { mappingNow } from './mappingNow';

/** How many service providers of the list a skill handles, as far as that is known now. */
export interface SkillUse {
  /** The number of service providers in the list. Those that no other number counts are not mapped to the skill. */
  readonly listed: number;
  readonly handled: number;
  /** Not read yet, or they may have been changed since. */
  readonly unread: number;
  readonly unreadable: number;
  readonly signedOut: number;
  /** When the oldest mapping that is known was read, as a Unix time in milliseconds; infinite if none is known. */
  readonly readAtMs: number;
}

/** Counts the service providers of a skill. Counts no mapping that may have changed since it was read. */
export function countSkillUse(skillId: string, store: Pick<MappingStore, 'providers' | 'row' | 'status'>): SkillUse {
  const { providers } = store;
  const count = { handled: 0, unread: 0, unreadable: 0, signedOut: 0 };
  let readAtMs = Infinity;
  for (const { id } of providers) {
    const now = mappingNow(store.status(id), store.row(id));
    if (now.type !== 'known') {
      count[now.type]++;
      continue;
    }
    const { mapping, readAtMs: eachReadAtMs } = now.reading;
    readAtMs = Math.min(readAtMs, eachReadAtMs);
    if (mapping.type === 'mapped' && isSameSkillId(mapping.skillId, skillId)) count.handled++;
  }
  return { listed: providers.length, ...count, readAtMs };
}

/** Whether the list has service providers that the skill handles, or may handle. */
export function mayHandleAny({ handled, unread, unreadable, signedOut }: SkillUse): boolean {
  return handled + unread + unreadable + signedOut > 0;
}

/**
 * Returns how many service providers a skill handles, how many are not known, and when the others were read.
 *
 * @param formatTime formats a Unix time in milliseconds for VS Code's language
 * @param language a BCP 47 tag, such as VS Code's `env.language`
 */
export function skillUseText(use: SkillUse, formatTime: (ms: number) => string, language: string): string {
  const texts = [handledText(use), ...unknownTexts(use)];
  const counts = new Intl.ListFormat(language, { type: 'unit' }).format(texts);
  if (use.readAtMs === Infinity) return counts;
  return l10n.t({
    message: '{0} · as of {1}',
    args: [counts, formatTime(use.readAtMs)],
    comment: ['{0} is such as "Handles 3 service providers, 2 not read yet", {1} is a time.'],
  });
}

function handledText({ listed, handled, readAtMs }: SkillUse): string {
  if (listed > 0 && readAtMs === Infinity) return l10n.t('Service providers not known yet');
  if (handled === 0) return l10n.t('Handles no service provider of your list');
  return handled === 1 ? l10n.t('Handles 1 service provider') : l10n.t('Handles {0} service providers', handled);
}

function unknownTexts({ unread, unreadable, signedOut }: SkillUse): string[] {
  return [
    ...(unread === 0 ? [] : [l10n.t('{0} not read yet', unread)]),
    ...(unreadable === 0 ? [] : [l10n.t('{0} could not be read', unreadable)]),
    ...(signedOut === 0 ? [] : [l10n.t('{0} signed out', signedOut)]),
  ];
}
