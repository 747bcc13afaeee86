import * as l10n from '@vscode/l10n';
import { actualMappingText, operationText, outcomeOf } from '../../core/history/changeDescription';
import type { OperationMatch, ChangeMatch, SearchResult } from '../../core/history/historySearch';
import { isProviderChange, providerOf, type ChangeRecord } from '../../core/history/changeRecord';
import { sanitizeText } from '../../core/text/sanitizeText';
import { shortId } from '../../core/model/identifiers';
import type { NetworkMapping } from '../../core/model/networkMapping';
import type { SkillNames } from '../../core/skills/skillNames';
import { redactDeep } from '../../core/text/redactDeep';
import type { HistoryOperation, SearchResultMessage, HistoryRow, IdText, MappingText } from './changeHistoryMessages';

/** Formats times for a language. Creating one costs far more than using it. */
class HistoryTimes {
  private readonly shortFormat: Intl.DateTimeFormat;
  private readonly exactFormat: Intl.DateTimeFormat;

  /** @param language a BCP 47 tag, such as VS Code's `env.language` */
  constructor(language: string) {
    this.shortFormat = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
    this.exactFormat = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'full' });
  }

  /** @param ms a Unix time in milliseconds; an invalid one yields empty texts */
  text(ms: number): HistoryRow['time'] {
    const date = new Date(ms);
    if (Number.isNaN(date.getTime())) return { short: '', exact: '', iso: '' };
    return { short: this.shortFormat.format(date), exact: this.exactFormat.format(date), iso: date.toISOString() };
  }
}

/** Returns what the page shows for a search result, without secrets. */
export function toSearchResultMessage(
  found: SearchResult,
  search: string,
  language: string,
  skills: SkillNames,
): SearchResultMessage {
  const isFiltered = search.trim() !== '';
  const times = new HistoryTimes(language);
  return redactDeep({
    type: 'found',
    search,
    operations: found.operations.map((operation) => toOperation(operation, times, skills)),
    count: countText(found, isFiltered),
    hasMore: found.shown < found.matching || !found.isComplete,
    isEmpty: found.isComplete && found.total === 0,
  });
}

function countText({ shown, matching, isComplete }: SearchResult, isFiltered: boolean): string {
  if (!isComplete) {
    return l10n.t('Showing the newest {0} changes. Counting the rest.', shown);
  }
  if (matching === 0) {
    return isFiltered ? l10n.t('No changes match. Try fewer or shorter search terms.') : '';
  }
  if (shown < matching) {
    return isFiltered
      ? l10n.t('Showing the newest {0} of {1} matching changes.', shown, matching)
      : l10n.t('Showing the newest {0} of {1} changes.', shown, matching);
  }
  if (matching === 1) {
    return isFiltered ? l10n.t('1 matching change') : l10n.t('1 change');
  }
  return isFiltered ? l10n.t('{0} matching changes', matching) : l10n.t('{0} changes', matching);
}

function toOperation(operation: OperationMatch, times: HistoryTimes, skills: SkillNames): HistoryOperation {
  const [newest] = operation.changes;
  const rows = operation.changes.map((found) => toRow(found, times, skills));
  const oldest = operation.changes.at(-1)?.change.startedAtMs ?? 0;
  const title = newest
    ? operation.total === 1
      ? l10n.t('{0}: {1}', operationText(newest.change), nameOf(newest))
      : l10n.t('{0}: {1} service providers', operationText(newest.change), operation.total)
    : '';
  const time = times.text(oldest).short;
  return {
    id: operation.id,
    ...(operation.total > 1 && { heading: { title, summary: summaryText(operation, time) } }),
    ...(operation.canUndo && {
      undo: { label: l10n.t('Undo…'), accessibleLabel: l10n.t('Undo… {0}, {1}', title, time) },
    }),
    rows,
  };
}

function summaryText({ changes, total, recorded, notSent, succeeded }: OperationMatch, time: string): string {
  const outcome =
    succeeded === total
      ? l10n.t({
          message: '{0}. All succeeded.',
          args: [time],
          comment: ['{0} is the time of an operation.'],
        })
      : l10n.t({
          message: '{0}. {1} of {2} succeeded.',
          args: [time, succeeded, total],
          comment: ['{0} is the time of an operation; the numbers are numbers of service providers.'],
        });
  return [
    outcome,
    ...(notSent > 0 ? [l10n.t('{0} not sent.', notSent)] : []),
    ...(changes.length < recorded ? [l10n.t('Showing {0}.', changes.length)] : []),
  ].join(' ');
}

function toRow({ change, isUndone }: ChangeMatch, times: HistoryTimes, skills: SkillNames): HistoryRow {
  const { name, account, completed } = change;
  const serviceProviderId = providerOf(change);
  const { title, reason, status, actualMapping: actual, remarks, result } = outcomeOf(change, isUndone);
  const withName = (text: string) => (completed?.actual?.type === 'mapped' ? skills.nameAndId(text) : text);
  return {
    time: times.text(change.startedAtMs),
    ...(name !== undefined && { name: sanitizeText(name) }),
    ...(serviceProviderId !== undefined && { serviceProviderId: idText(serviceProviderId) }),
    ...(account !== undefined && { account: l10n.t('Account: {0}', sanitizeText(account)) }),
    operation: operationText(change),
    ...transition(change, skills),
    result,
    outcome: reason === undefined ? title : l10n.t('{0}: {1}', title, reason),
    details: [
      ...(actual === undefined ? [] : [l10n.t('Mapping afterwards: {0}', sanitizeText(withName(actual)))]),
      ...remarks,
      ...(status === undefined ? [] : [status]),
    ],
    ...(completed?.requestId !== undefined && { requestId: sanitizeText(completed.requestId) }),
  };
}

function nameOf({ change }: ChangeMatch): string {
  const { name } = change;
  return sanitizeText(
    name ?? ('logicalId' in change ? change.logicalId : undefined) ?? shortId(providerOf(change) ?? ''),
  );
}

/** Returns what a change leads from and to. */
function transition(change: ChangeRecord, skills: SkillNames): Pick<HistoryRow, 'before' | 'target'> {
  if (!isProviderChange(change)) {
    return { before: mappingText(change.before, skills), target: mappingText(change.target, skills) };
  }
  const words = (text: string) => ({ words: sanitizeText(text) });
  switch (change.operation) {
    case 'createProvider':
      return {
        before: words(l10n.t({ message: 'none', comment: ['There was no service provider yet.'] })),
        target: words(l10n.t('logical ID {0}', change.logicalId)),
      };
    case 'updateProvider':
      return { before: words(change.displayNameBefore ?? l10n.t('unknown')), target: words(change.displayName) };
    case 'deleteProvider':
      return {
        before: mappingText(change.mapping, skills),
        target: words(l10n.t({ message: 'deleted', comment: ['The service provider does not exist any more.'] })),
      };
  }
}

function mappingText(mapping: NetworkMapping | undefined, skills: SkillNames): MappingText {
  if (mapping?.type !== 'mapped') return { words: actualMappingText(mapping) };
  const name = skills.nameOf(mapping.skillId);
  return { ...(name !== undefined && { name }), id: idText(mapping.skillId) };
}

function idText(id: string): IdText {
  const rest = sanitizeText(shortId(id));
  return { prefix: id.length > shortId(id).length ? id.slice(0, id.length - shortId(id).length) : '', rest };
}
