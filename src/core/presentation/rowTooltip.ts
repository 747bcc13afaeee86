import * as l10n from '@vscode/l10n';
import { titleOf } from '../failures/failureTitle';
import { waitText } from '../failures/waitReason';
import { knownState, type ProviderStatus, type RowState } from '../mappings/providerStatus';
import type { ConfiguredProvider } from '../model/configuredProviders';
import type { SkillNames } from '../skills/skillNames';
import { fileNote, mappingText, rowNotes, stateText } from './rowText';

/** Returns everything known about a row, in lines of plain text. */
export function rowTooltip(
  provider: ConfiguredProvider,
  status: ProviderStatus,
  row: RowState,
  skills: SkillNames,
  formatTime: (ms: number) => string,
  { nowMs = Date.now(), differsFrom }: { readonly nowMs?: number; readonly differsFrom?: string | undefined } = {},
): string[] {
  const { lastKnown: known, lastFailure, wait } = status;
  const state = knownState(status);
  return [
    ...(provider.name === undefined ? [] : [provider.name]),
    provider.id,
    stateText(row, skills),
    ...rowNotes(status, differsFrom),
    ...fileNote(provider),
    ...(wait ? [waitText(wait, nowMs)] : []),
    ...(provider.account === undefined ? [] : [l10n.t('Account: {0}', provider.account)]),
    ...(known && state ? [l10n.t('Last read {0}: {1}', formatTime(known.readAtMs), mappingText(state, skills))] : []),
    ...(lastFailure ? [titleOf(lastFailure)] : []),
    ...(provider.warning === undefined ? [] : [provider.warning]),
  ];
}
