import * as vscode from 'vscode';
import { formatTime } from '../../core/text/relativeTime';
import type { ConfiguredProvider } from '../../core/model/configuredProviders';
import type { ProviderStatus, RowState } from '../../core/mappings/providerStatus';
import { abbreviateId, rowText } from '../../core/presentation/rowText';
import type { SkillGroup } from '../../core/presentation/skillGroups';

export function providerItem(provider: ConfiguredProvider, status: ProviderStatus, row: RowState): vscode.TreeItem {
  const text = rowText(provider, status, row, formatTimestamp);
  const item = new vscode.TreeItem(text.label);
  item.description = text.description;
  item.iconPath = icon(row, provider.warning !== undefined);
  item.contextValue = contextValue(status, row);
  item.accessibilityInformation = { label: text.accessibilityLabel };
  return item;
}

export function groupItem(group: SkillGroup): vscode.TreeItem {
  const { place, size } = group;
  // Expanded at first, so that grouping hides nothing; VS Code remembers which ones the user has collapsed.
  const item = new vscode.TreeItem(groupLabel(group), vscode.TreeItemCollapsibleState.Expanded);
  const label = place.type === 'mapped' ? place.skillId : groupLabel(group);
  item.id = group.key;
  item.description = size.toLocaleString(vscode.env.language);
  item.tooltip = label;
  item.iconPath = groupIcon(group);
  item.contextValue = place.type === 'mapped' ? 'skill' : 'group';
  item.accessibilityInformation = {
    label:
      size === 1
        ? vscode.l10n.t('{0}, 1 service provider', label)
        : vscode.l10n.t('{0}, {1} service providers', label, size),
  };
  return item;
}

/** Formats a Unix time in milliseconds for VS Code's language. */
export function formatTimestamp(ms: number): string {
  return formatTime(ms, Date.now(), vscode.env.language);
}

function groupLabel({ place }: SkillGroup): string {
  switch (place.type) {
    case 'mapped':
      return abbreviateId(place.skillId);
    case 'notMapped':
      return vscode.l10n.t('Not mapped');
    case 'unreadable':
      return vscode.l10n.t('Could not be read');
    case 'signedOut':
      return vscode.l10n.t('Signed out');
    case 'notRead':
      return vscode.l10n.t('Not read yet');
    case 'list':
      throw new Error('the list has no row of its own');
  }
}

function groupIcon({ place }: SkillGroup): vscode.ThemeIcon {
  switch (place.type) {
    case 'mapped':
      return new vscode.ThemeIcon('package');
    case 'notMapped':
      return new vscode.ThemeIcon('circle-slash');
    case 'unreadable':
      return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    case 'signedOut':
      return new vscode.ThemeIcon('lock');
    case 'notRead':
    case 'list':
      return new vscode.ThemeIcon('ellipsis');
  }
}

function icon(state: RowState, hasWarning: boolean): vscode.ThemeIcon {
  switch (state.type) {
    case 'mapped':
      return new vscode.ThemeIcon(hasWarning ? 'info' : 'link');
    case 'notMapped':
      return new vscode.ThemeIcon(hasWarning ? 'info' : 'circle-slash');
    case 'checking':
      return new vscode.ThemeIcon('loading~spin');
    case 'signedOut':
      return new vscode.ThemeIcon('lock');
    case 'unreadable':
      return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  }
}

/** Returns the words that the `when` clauses of the row's menu match. */
function contextValue({ lastKnown: known, readError, lastFailure }: ProviderStatus, row: RowState): string {
  const noAccount = row.type === 'signedOut' || readError?.kind === 'accountMissing';
  return [
    'provider',
    known?.mapping.type ?? 'unknown',
    ...(lastFailure ? ['failed'] : []),
    ...(noAccount ? ['noAccount'] : []),
  ].join(' ');
}
