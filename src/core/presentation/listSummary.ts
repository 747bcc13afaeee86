import * as l10n from '@vscode/l10n';
import type { ApiFailure } from '../failures/apiFailure';
import { titleOf } from '../failures/failureTitle';
import { formatAge } from '../text/relativeTime';

/** What the line above the rows says about the list. */
export interface ListState {
  /** How many mappings of a long list are still to be read; 0 for another list. */
  readonly unread: number;
  /** How long the service limits requests, in milliseconds; negative if it does not. */
  readonly limitedForMs: number;
  /** Why rows cannot be read, and how many. */
  readonly failing: { readonly failure: ApiFailure; readonly count: number } | undefined;
  readonly filter: string;
  /** How many service providers pass the filter. */
  readonly shown: number;
  /** How many are in the list. */
  readonly all: number;
  /** How many of those shown have a state. */
  readonly counts: {
    readonly mapped: number;
    readonly notMapped: number;
    readonly unknownProvider: number;
    readonly unreadable: number;
  };
  /** When the oldest mapping shown was read, as a Unix time in milliseconds; infinite if none was. */
  readonly readAtMs: number;
}

/**
 * Returns the line above the rows: how much of a long list is still to be read, a back-off of the service or why rows
 * cannot be read, the effect of the filter, how many rows have which state, and the age of the oldest mapping shown.
 *
 * @param language a BCP 47 tag, such as VS Code's `env.language`
 */
export function listSummary(list: ListState, nowMs: number, language: string): string {
  const localized = (count: number) => count.toLocaleString(language);
  const reading = list.unread > 0 ? l10n.t('Reading mappings: {0} left', localized(list.unread)) : '';
  const texts = [
    reading,
    limitText(list.limitedForMs) || failureText(list),
    filterText(list, localized),
    ...(reading ? [] : [countsText(list.counts, localized, language), ageText(list, nowMs, language)]),
  ];
  return texts.filter(Boolean).join(' · ');
}

function limitText(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  return seconds > 0 ? l10n.t('Waiting {0} s: Amazon limits requests', seconds) : '';
}

function failureText({ failing, all }: ListState): string {
  if (!failing) return '';
  const title = titleOf(failing.failure);
  return failing.count === all
    ? l10n.t({
        message: '{0}. Retrying automatically.',
        args: [title],
        comment: ['{0} says what failed, such as "The service is not available".'],
      })
    : l10n.t({
        message: '{0} ({1} of {2}). Retrying automatically.',
        args: [title, failing.count, all],
        comment: ['{0} says what failed, {1} and {2} are numbers of service providers.'],
      });
}

function filterText({ filter, shown, all }: ListState, localized: (count: number) => string): string {
  // An empty list shows its own reason.
  if (filter === '' || shown === 0) return '';
  return l10n.t('“{0}”: {1} of {2}', filter, localized(shown), localized(all));
}

/** Omits the states that no row has, and rows that were not read or are signed out: the list says that otherwise. */
function countsText(counts: ListState['counts'], localized: (count: number) => string, language: string): string {
  const { mapped, notMapped, unknownProvider, unreadable } = counts;
  const texts = [
    mapped === 1
      ? l10n.t({ message: '1 mapped', comment: ['One service provider is mapped to a skill.'] })
      : l10n.t({
          message: '{0} mapped',
          args: [localized(mapped)],
          comment: ['{0} is the number of service providers that are mapped to a skill.'],
        }),
    notMapped === 1
      ? l10n.t({ message: '1 not mapped', comment: ['One service provider is not mapped.'] })
      : l10n.t({
          message: '{0} not mapped',
          args: [localized(notMapped)],
          comment: ['{0} is the number of service providers that are not mapped.'],
        }),
    unknownProvider === 1
      ? l10n.t({ message: '1 unknown', comment: ['The service does not know one service provider of the list.'] })
      : l10n.t({
          message: '{0} unknown',
          args: [localized(unknownProvider)],
          comment: ['{0} is the number of service providers of the list that the service does not know.'],
        }),
    unreadable === 1
      ? l10n.t({ message: '1 error', comment: ['The mapping of one service provider could not be read.'] })
      : l10n.t({
          message: '{0} errors',
          args: [localized(unreadable)],
          comment: ['{0} is the number of service providers whose mapping could not be read.'],
        }),
  ];
  const all = [mapped, notMapped, unknownProvider, unreadable];
  return new Intl.ListFormat(language, { type: 'unit' }).format(texts.filter((_, index) => all[index] !== 0));
}

/** Omitted while no row shows a current mapping: "Updated just now" would contradict what the rows say. */
function ageText({ readAtMs, counts }: ListState, nowMs: number, language: string): string {
  const isAnyCurrent = counts.mapped + counts.notMapped + counts.unknownProvider > 0;
  if (readAtMs === Infinity || !isAnyCurrent) return '';
  const ago = formatAge(readAtMs, nowMs, language);
  return ago === undefined ? l10n.t('Updated just now') : l10n.t('Updated {0}', ago);
}
