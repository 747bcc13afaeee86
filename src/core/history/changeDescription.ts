import * as l10n from '@vscode/l10n';
import type { ChangeResult, ClosedChange, RecordedChange } from './changeRecord';
import { displayText } from '../text/sanitizeText';
import { explain } from '../failures/failureMessages';
import { statusText } from '../failures/failureText';
import { isSameMapping, type NetworkMapping } from '../model/networkMapping';

/** Where all changes are noted. */
export interface ChangeHistorySource {
  /** @throws when what is noted cannot be read */
  newestFirst(): AsyncIterable<RecordedChange>;
}

/** How a change ended, in words. */
export interface ChangeOutcome {
  readonly result: ChangeResult | 'open';
  /** One or two words. */
  readonly title: string;
  /** Why it did not succeed at once. */
  readonly reason?: string;
  /** The HTTP status with its standard phrase, where the answer was not the wished one. */
  readonly status?: string;
  /** The mapping read afterwards, in place of the requested one. */
  readonly held?: string;
  /** Whole sentences about what is not as usual. */
  readonly notes: readonly string[];
}

/** What a change did, or was to do. */
export function operationText({ operation, undoes }: Pick<RecordedChange, 'operation' | 'undoes'>): string {
  if (undoes !== undefined) return l10n.t('Undo');
  switch (operation) {
    case 'create':
      return l10n.t('Map');
    case 'update':
      return l10n.t('Remap');
    case 'delete':
      return l10n.t('Delete mapping');
  }
}

/** The skill id, or that there is none; `undefined` is a mapping that nobody knows. */
export function heldText(mapping: NetworkMapping | undefined): string {
  if (!mapping) return l10n.t('not known');
  return mapping.type === 'mapped' ? mapping.skillId : l10n.t('not mapped');
}

/** @param isUndone whether a later change has taken it back */
export function outcomeOf(change: RecordedChange, isUndone = false): ChangeOutcome {
  const { closed } = change;
  const result = closed?.result ?? 'open';
  const isOther = (result === 'failed' || result === 'inDoubt') && closed?.holds !== undefined;
  const reason = closed && result !== 'done' ? reasonOf(change, closed) : undefined;
  return {
    result,
    title: titleOf(result),
    ...(reason !== undefined && { reason }),
    ...(closed?.status !== undefined && result !== 'done' && { status: statusText(closed.status) }),
    ...(isOther && { held: heldText(closed.holds) }),
    notes: notesOf(change, isUndone),
  };
}

function titleOf(result: ChangeOutcome['result']): string {
  switch (result) {
    case 'done':
      return l10n.t('Done');
    case 'failed':
      return l10n.t('Not done');
    case 'notSent':
      return l10n.t('Not sent');
    case 'inDoubt':
      return l10n.t('Unconfirmed');
    case 'open':
      return l10n.t('Not ended yet');
  }
}

/** The same few words as in the rows of the list, as far as the record has what they depend on. */
function reasonOf(change: RecordedChange, { failure }: ClosedChange): string | undefined {
  if (failure === undefined) return undefined;
  // Why it was not renewed is not noted.
  if (failure === 'renewalFailed') return l10n.t('access token not renewed');
  const { operation, serviceProviderId, account } = change;
  return explain({
    kind: failure,
    operation,
    serviceProviderId,
    ...(account !== undefined && { account: displayText(account) }),
    method: '',
    url: '',
    attempts: [],
    effect: 'none',
  }).reason;
}

function notesOf(change: RecordedChange, isUndone: boolean): string[] {
  const { closed } = change;
  return [
    ...(closed?.result === 'inDoubt' ? [unconfirmedNote(change)] : []),
    ...(closed ? [] : [l10n.t('It is under way, or the window was closed meanwhile.')]),
    ...(closed?.recovered ? [recoveredNote(closed)] : []),
    ...(isUndone ? [l10n.t('Undone later.')] : []),
  ];
}

/** Whether the mapping read after a change that did not succeed is not the earlier one either. */
export function wasChangedSince({ before, closed }: Pick<RecordedChange, 'before' | 'closed'>): boolean {
  return before !== undefined && closed?.holds !== undefined && !isSameMapping(closed.holds, before);
}

function unconfirmedNote(change: RecordedChange): string {
  if (!change.closed?.holds) return l10n.t('It may have taken effect. The mapping could not be read afterwards.');
  return wasChangedSince(change)
    ? l10n.t('The mapping has been changed since, so it cannot be told whether this change took effect.')
    : l10n.t('It had not taken effect when the mapping was last read, and may still.');
}

function recoveredNote({ result }: ClosedChange): string {
  return result === 'inDoubt'
    ? l10n.t('Interrupted when a window closed.')
    : l10n.t('Interrupted when a window closed. Outcome confirmed with the service.');
}
