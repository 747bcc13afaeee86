import * as l10n from '@vscode/l10n';
import { reasonOf } from '../failures/failureReason';
import { mappingText } from '../presentation/rowText';
import type { SkillNames } from '../skills/skillNames';
import type { Agreement, ComparedEntry, ComparisonCounts } from './compareMappingFile';

/**
 * Returns how many entries of a mapping file agree with the service, and how many do not or are not known.
 *
 * @param language a BCP 47 tag, such as VS Code's `env.language`
 */
export function countsText({ agree, differ, notRead, notListed, otherAccount }: ComparisonCounts, language: string) {
  const texts = [
    ...(agree === 0 ? [] : [agree === 1 ? l10n.t('1 agrees') : l10n.t('{0} agree', agree)]),
    ...(differ === 0 ? [] : [differ === 1 ? l10n.t('1 differs') : l10n.t('{0} differ', differ)]),
    ...(notRead === 0 ? [] : [l10n.t('{0} not read', notRead)]),
    ...(notListed === 0 ? [] : [l10n.t('{0} not in your list', notListed)]),
    ...(otherAccount === 0 ? [] : [l10n.t('{0} of another account', otherAccount)]),
  ];
  if (texts.length === 0) return l10n.t('No service providers in this file');
  return new Intl.ListFormat(language, { type: 'unit' }).format(texts);
}

/**
 * Returns the same, with when the mappings were read.
 *
 * @param formatTime formats a Unix time in milliseconds for VS Code's language
 */
export function datedCountsText(
  counts: ComparisonCounts,
  formatTime: (ms: number) => string,
  language: string,
): string {
  const text = countsText(counts, language);
  if (counts.readAtMs === Infinity) return text;
  return l10n.t({
    message: '{0} · as of {1}',
    args: [text, formatTime(counts.readAtMs)],
    comment: ['{0} is such as "Handles 3 service providers, 2 not read yet", {1} is a time.'],
  });
}

/** Returns a sentence about an entry that needs attention; undefined if it agrees, or was not read yet. */
export function deviationText({ agreement }: Pick<ComparedEntry, 'agreement'>, skills: SkillNames): string | undefined {
  switch (agreement.type) {
    case 'differs':
      return l10n.t({
        message: 'The service differs: {0}.',
        args: [liveText(agreement, skills)],
        comment: ['{0} is the mapping that the service has, such as "mapped to Guest Calling" or "not mapped".'],
      });
    case 'unreadable':
      return l10n.t('The mapping could not be read: {0}.', reasonOf(agreement.failure));
    case 'otherAccount':
      return l10n.t(
        'The account {0} is used for this service provider. Correct the account here or in your list.',
        agreement.account,
      );
    case 'notListed':
      return l10n.t('Not in your list. Save the file in a trusted workspace to have its service providers listed.');
    case 'agrees':
    case 'notRead':
    case 'signedOut':
      return undefined;
  }
}

/**
 * Returns everything known about an entry, in lines of plain text.
 *
 * @param formatAge formats a Unix time in milliseconds as an age, or as a time
 */
export function entryLines(entry: ComparedEntry, skills: SkillNames, formatAge: (ms: number) => string): string[] {
  const { name, serviceProviderId, agreement } = entry;
  const reading =
    'reading' in agreement ? agreement.reading : 'lastKnown' in agreement ? agreement.lastKnown : undefined;
  const state = stateLine(entry, skills);
  return [
    ...(name === serviceProviderId ? [] : [name]),
    serviceProviderId,
    state,
    ...(reading
      ? [
          l10n.t(
            'Last read {0}: {1}',
            formatAge(reading.readAtMs),
            agreement.type === 'unreadable' ? mappingText(reading.mapping, skills) : liveText(agreement, skills),
          ),
        ]
      : []),
  ];
}

function stateLine(entry: ComparedEntry, skills: SkillNames): string {
  switch (entry.agreement.type) {
    case 'agrees':
      return l10n.t('The service agrees.');
    case 'notRead':
      return l10n.t('Not read yet. Compare the file with the service.');
    case 'signedOut':
      return l10n.t('Signed out. Sign in to compare.');
    case 'differs':
    case 'unreadable':
    case 'otherAccount':
    case 'notListed':
      return deviationText(entry, skills) ?? '';
  }
}

function liveText(agreement: Agreement, skills: SkillNames): string {
  if (!('reading' in agreement)) return '';
  const isUnknown = agreement.type === 'differs' && agreement.isUnknown;
  return mappingText(isUnknown ? { type: 'unknownProvider' } : agreement.reading.mapping, skills);
}
