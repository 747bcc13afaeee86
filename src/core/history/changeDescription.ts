import * as l10n from '@vscode/l10n';
import {
  isProviderChange,
  type ChangeCompleted,
  type ChangeRecord,
  type ChangeResult,
  type MappingChangeRecord,
} from './changeRecord';
import { sanitizeText } from '../text/sanitizeText';
import { describeFailure } from '../failures/failureMessages';
import { statusText } from '../failures/failureText';
import { isSameMapping, type NetworkMapping } from '../model/networkMapping';

/** Provides all recorded changes. */
export interface ChangeHistorySource {
  /** @throws when the records cannot be read */
  newestFirst(): AsyncIterable<ChangeRecord>;
}

/** The outcome of a change, in words. */
export interface ChangeDescription {
  readonly result: ChangeResult | 'open';
  /** One or two words. */
  readonly title: string;
  /** Why it did not succeed at once. */
  readonly reason?: string;
  /** The HTTP status with its standard phrase, unless the change succeeded. */
  readonly status?: string;
  /** The mapping read afterwards, if it is not the requested one. */
  readonly actualMapping?: string;
  /** Whole sentences about anything unusual. */
  readonly remarks: readonly string[];
}

/** Returns what a change did, or should have done. */
export function operationText({
  operation,
  revertsChangeId,
}: Pick<ChangeRecord, 'operation' | 'revertsChangeId'>): string {
  if (revertsChangeId !== undefined) return l10n.t('Undo');
  switch (operation) {
    case 'create':
      return l10n.t({ message: 'Map', comment: ['A button: map to a skill.'] });
    case 'update':
      return l10n.t('Remap');
    case 'delete':
      return l10n.t('Delete mapping');
    case 'createProvider':
      return l10n.t('Create service provider');
    case 'updateProvider':
      return l10n.t('Rename at Amazon');
    case 'deleteProvider':
      return l10n.t('Delete service provider');
  }
}

/** Returns the skill ID or "not mapped"; `undefined` is an unknown mapping. */
export function actualMappingText(mapping: NetworkMapping | undefined): string {
  if (!mapping) return l10n.t('unknown');
  return mapping.type === 'mapped' ? mapping.skillId : l10n.t('not mapped');
}

/**
 * Describes the outcome of a change.
 *
 * @param isUndone whether a later change has undone it
 */
export function outcomeOf(change: ChangeRecord, isUndone = false): ChangeDescription {
  const { completed } = change;
  const result = completed?.result ?? 'open';
  const isOther = (result === 'failed' || result === 'unconfirmed') && completed?.actual !== undefined;
  const reason = completed && result !== 'succeeded' ? failureReason(change, completed) : undefined;
  return {
    result,
    title: resultTitle(result),
    ...(reason !== undefined && { reason }),
    ...(completed?.status !== undefined && result !== 'succeeded' && { status: statusText(completed.status) }),
    ...(isOther && { actualMapping: actualMappingText(completed.actual) }),
    remarks: remarks(change, isUndone),
  };
}

function resultTitle(result: ChangeDescription['result']): string {
  switch (result) {
    case 'succeeded':
      return l10n.t('Succeeded');
    case 'failed':
      return l10n.t('Failed');
    case 'notSent':
      return l10n.t('Not sent');
    case 'unconfirmed':
      return l10n.t('Unconfirmed');
    case 'open':
      return l10n.t('In progress');
  }
}

/** Returns the same text as the rows of the list, as far as the record allows. */
function failureReason(change: ChangeRecord, { failure }: ChangeCompleted): string | undefined {
  if (failure === undefined) return undefined;
  // The record does not say why the refresh failed.
  if (failure === 'renewalFailed') return l10n.t('access token not renewed');
  const { operation, serviceProviderId, account } = change;
  return describeFailure({
    kind: failure,
    operation,
    serviceProviderId,
    ...(account !== undefined && { account: sanitizeText(account) }),
    method: '',
    url: '',
    attempts: [],
    effect: 'none',
  }).reason;
}

function remarks(change: ChangeRecord, isUndone: boolean): string[] {
  const { completed } = change;
  return [
    ...(completed?.result === 'unconfirmed' ? [unconfirmedNote(change)] : []),
    ...(completed ? [] : [l10n.t('It is still running, or its window closed before it finished.')]),
    ...(completed?.recovered ? [recoveredNote(completed)] : []),
    ...(isUndone ? [l10n.t('Undone later.')] : []),
  ];
}

/** Whether the mapping read after an unsuccessful change is not the earlier one either. */
export function wasChangedSince(change: ChangeRecord): boolean {
  if (isProviderChange(change)) return false;
  const { before, completed } = change;
  return before !== undefined && completed?.actual !== undefined && !isSameMapping(completed.actual, before);
}

function unconfirmedNote(change: ChangeRecord): string {
  switch (change.operation) {
    case 'create':
    case 'update':
    case 'delete':
      return unconfirmedMappingNote(change);
    case 'createProvider':
      return l10n.t(
        'It may have taken effect. The service provider ID is not known, because only the response has it. To find out, create it again with the same logical ID: if that is in use, this change took effect. Amazon support can tell the service provider ID by the logical ID.',
      );
    case 'updateProvider':
      return l10n.t('It may have taken effect. The display name at Amazon could not be verified afterwards.');
    case 'deleteProvider':
      return l10n.t('It may have taken effect. Refresh the service provider to see whether it still exists.');
  }
}

function unconfirmedMappingNote(change: MappingChangeRecord): string {
  if (!change.completed?.actual) return l10n.t('It may have taken effect. The mapping could not be read afterwards.');
  return wasChangedSince(change)
    ? l10n.t('The mapping has changed since, so it is unknown whether this change took effect.')
    : l10n.t('It had not taken effect when the mapping was last read, and still may.');
}

function recoveredNote({ result }: ChangeCompleted): string {
  return result === 'unconfirmed'
    ? l10n.t('Interrupted when a window closed.')
    : l10n.t('Interrupted when a window closed. Outcome confirmed with the service.');
}
