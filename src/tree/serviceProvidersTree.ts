import * as vscode from 'vscode';
import { clockTime } from '../core/clockTime';
import type { ConfiguredEntry } from '../core/configuredProviders';
import type { ProviderStatus, RowState } from '../core/providerStatus';
import { rowText, rowTooltip } from '../core/rowText';
import type { ServiceProviders } from '../state/serviceProviders';

/** The command behind the row of an unusable entry; only the tree knows it. */
export const OPEN_SETTING_COMMAND = 'alexaNetworkMapping.openServiceProvidersSetting';

/** One row: a provider by its id, or an entry that cannot be used. */
export type Row = { readonly type: 'provider'; readonly id: string } | (ConfiguredEntry & { type: 'unusable' });

/** Shows what the owner of the service providers knows, one row an entry. Reads nothing and tells nobody anything. */
export class ServiceProvidersTree implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<Row[] | undefined>();
  readonly onDidChangeTreeData = this.changes.event;
  private readonly changedIds = new Set<string>();
  /** VS Code knows a row by its object, so a provider has the same one for as long as it is listed. */
  private readonly rows = new Map<string, Row>();

  constructor(private readonly providers: ServiceProviders) {
    providers.events.on('reconfigured', () => {
      this.changes.fire(undefined);
    });
    providers.events.on('changed', (id) => {
      this.renderLater(id);
    });
  }

  getChildren(parent?: Row): Row[] {
    if (parent) return [];
    for (const id of this.rows.keys()) if (!this.providers.provider(id)) this.rows.delete(id);
    return this.providers.entries.map((entry) => (entry.type === 'unusable' ? entry : this.row(entry.id)));
  }

  /** The row of a listed provider. */
  row(id: string): Row {
    const row = this.rows.get(id) ?? { type: 'provider', id };
    this.rows.set(id, row);
    return row;
  }

  /** Needed to reveal a row. */
  getParent(): undefined {
    return undefined;
  }

  getTreeItem(row: Row): vscode.TreeItem {
    return row.type === 'provider' ? this.providerItem(row.id) : unusableItem(row);
  }

  /** Tooltips are made when somebody wants to see one. */
  resolveTreeItem(item: vscode.TreeItem, row: Row): vscode.TreeItem {
    const provider = row.type === 'provider' && this.providers.provider(row.id);
    if (!provider) return item;
    const status = this.providers.status(provider.id);
    item.tooltip = rowTooltip(provider, status, this.providers.row(provider.id), time).join('\n');
    return item;
  }

  dispose(): void {
    this.changes.dispose();
  }

  private providerItem(id: string): vscode.TreeItem {
    const provider = this.providers.provider(id) ?? { type: 'provider', id };
    const status = this.providers.status(id);
    const row = this.providers.row(id);
    const text = rowText(provider, status, row, time);
    const item = new vscode.TreeItem(text.label);
    item.id = id;
    item.description = text.description;
    item.iconPath = icon(row, provider.warning !== undefined);
    item.contextValue = contextValue(status, row);
    item.accessibilityInformation = { label: text.accessibleLabel };
    return item;
  }

  /** Many rows may change in one go; each is rendered once for all its changes until then. */
  private renderLater(id: string): void {
    if (this.changedIds.size === 0) {
      setImmediate(() => {
        const changed = [...this.changedIds].flatMap((each) => (this.providers.provider(each) ? this.row(each) : []));
        this.changedIds.clear();
        if (changed.length > 0) this.changes.fire(changed);
      });
    }
    this.changedIds.add(id);
  }
}

function time(ms: number): string {
  return clockTime(ms, Date.now(), vscode.env.language);
}

function unusableItem(entry: Row & { type: 'unusable' }): vscode.TreeItem {
  const label =
    entry.index < 0 ? vscode.l10n.t('Service providers setting') : vscode.l10n.t('Entry {0}', entry.index + 1);
  const item = new vscode.TreeItem(label);
  item.id = `unusable ${entry.index}`;
  item.description = entry.problem;
  item.tooltip = vscode.l10n.t('{0} Select to open the setting.', entry.problem);
  item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  item.contextValue = 'unusable';
  item.accessibilityInformation = { label: vscode.l10n.t('{0}, cannot be used: {1}', label, entry.problem) };
  item.command = { command: OPEN_SETTING_COMMAND, title: vscode.l10n.t('Open Setting') };
  return item;
}

function icon(state: RowState, odd: boolean): vscode.ThemeIcon {
  switch (state.type) {
    case 'mapped':
      return new vscode.ThemeIcon(odd ? 'info' : 'link');
    case 'notMapped':
      return new vscode.ThemeIcon(odd ? 'info' : 'circle-slash');
    case 'checking':
      return new vscode.ThemeIcon('loading~spin');
    case 'signedOut':
      return new vscode.ThemeIcon('lock');
    case 'unreadable':
      return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  }
}

/** Words that the `when` clauses of the row's menu look for. */
function contextValue({ known, doubt, lastFailure }: ProviderStatus, row: RowState): string {
  const noAccount = row.type === 'signedOut' || doubt?.kind === 'accountMissing';
  return [
    'provider',
    known?.mapping.type ?? 'unknown',
    ...(lastFailure ? ['failed'] : []),
    ...(noAccount ? ['noAccount'] : []),
  ].join(' ');
}
