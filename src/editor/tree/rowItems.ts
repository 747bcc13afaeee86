import * as vscode from 'vscode';
import { formatTime } from '../../core/text/relativeTime';
import type { ConfiguredProvider } from '../../core/model/configuredProviders';
import type { ProviderStatus, RowState } from '../../core/mappings/providerStatus';
import { abbreviateId, rowText } from '../../core/presentation/rowText';
import type { SkillGroup } from '../../core/presentation/skillGroups';
import type { SkillNames } from '../../core/skills/skillNames';

export function providerItem(
  provider: ConfiguredProvider,
  status: ProviderStatus,
  row: RowState,
  skills: SkillNames,
  differsFrom: string | undefined,
): vscode.TreeItem {
  const text = rowText(provider, status, row, skills, formatTimestamp, differsFrom);
  const item = new vscode.TreeItem(text.label);
  item.description = text.description;
  item.iconPath = icon(row, provider.warning !== undefined);
  item.contextValue = contextValue(provider, status, row);
  item.accessibilityInformation = { label: text.accessibilityLabel };
  return item;
}

export function groupItem(group: SkillGroup, skills: SkillNames): vscode.TreeItem {
  const { place, size } = group;
  const skillId = place.type === 'mapped' ? place.skillId : undefined;
  // Expanded at first, so that grouping hides nothing; VS Code remembers which ones the user has collapsed.
  const item = new vscode.TreeItem(groupLabel(group, skills), vscode.TreeItemCollapsibleState.Expanded);
  const label = skillId === undefined ? groupLabel(group, skills) : skills.nameAndId(skillId);
  item.id = group.key;
  const count = size.toLocaleString(vscode.env.language);
  item.description =
    skillId === undefined || skills.nameOf(skillId) === undefined
      ? count
      : vscode.l10n.t('{0} · {1}', count, abbreviateId(skillId));
  item.tooltip = label;
  item.iconPath = groupIcon(group);
  item.contextValue = skillId === undefined ? 'group' : 'skill';
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

function groupLabel({ place }: SkillGroup, skills: SkillNames): string {
  switch (place.type) {
    case 'mapped':
      return skills.labelOf(place.skillId, abbreviateId);
    case 'notMapped':
      return vscode.l10n.t('Not mapped');
    case 'unknownProvider':
      return vscode.l10n.t('Unknown service provider');
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
    case 'unknownProvider':
      return new vscode.ThemeIcon('question');
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
    case 'unknownProvider':
      return new vscode.ThemeIcon('question');
    case 'checking':
      return new vscode.ThemeIcon('loading~spin');
    case 'signedOut':
      return new vscode.ThemeIcon('lock');
    case 'unreadable':
      return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  }
}

/** Returns the words that the `when` clauses of the row's menu match. */
function contextValue(
  { file }: ConfiguredProvider,
  { lastKnown: known, readError, lastFailure }: ProviderStatus,
  row: RowState,
): string {
  const noAccount = row.type === 'signedOut' || readError?.kind === 'accountMissing';
  return [
    'provider',
    known?.mapping.type ?? 'unknown',
    ...(lastFailure ? ['failed'] : []),
    ...(noAccount ? ['noAccount'] : []),
    ...(file === undefined ? ['listed'] : []),
  ].join(' ');
}
