import * as vscode from 'vscode';
import { onDidChangeApiEndpoint, readApiEndpoint } from '../settings/apiEndpoint';
import type { MappingStore } from '../../core/mappings/mappingStore';
import { MANY_UNREAD } from './viewMessage';
import type { Row, ServiceProvidersTree } from './serviceProvidersTree';
import type { ViewOptions } from './viewOptions';

/**
 * Why the list cannot be filled; each value has its welcome content in the manifest. `ok` once an account is signed in,
 * which completes a step of the walkthrough; empty while the stored sessions are being read.
 */
type Connection = '' | 'ok' | 'signedOut' | 'tokenRefused' | 'unreachable' | 'invalidEndpoint';

/**
 * Sets all context keys that the manifest uses: `alexaNetworkMapping.providers` (`none` or
 * `some`), `alexaNetworkMapping.connection`, `alexaNetworkMapping.grouping` (`list` or `skill`),
 * `alexaNetworkMapping.filtered` (`none`, `some`, or `all` if the filter hides every row), `alexaNetworkMapping.reading`
 * (`none`, or `many` while a long list is read), `alexaNetworkMapping.mapped` (`some` once a mapping was shown), and
 * `alexaNetworkMapping.selected` (`failed` if it is one row whose last request failed).
 */
export class ContextKeys implements vscode.Disposable {
  private readonly values = new Map<string, string>();
  private readonly subscriptions: readonly vscode.Disposable[];

  constructor(
    private readonly providers: MappingStore,
    private readonly view: Pick<vscode.TreeView<Row>, 'selection' | 'onDidChangeSelection'>,
    private readonly tree: ServiceProvidersTree,
    private readonly options: ViewOptions,
    private readonly unreadCount: () => number,
  ) {
    const update = () => {
      this.update();
    };
    const updateRows = () => {
      this.updateRows();
    };
    providers.events.on('entriesChanged', update).on('idle', update);
    this.subscriptions = [
      onDidChangeApiEndpoint(update),
      tree.onDidChangeTreeData(updateRows),
      view.onDidChangeSelection(updateRows),
    ];
    update();
    updateRows();
  }

  dispose(): void {
    for (const each of this.subscriptions) each.dispose();
  }

  private update(): void {
    this.set('providers', this.providers.entries.length === 0 ? 'none' : 'some');
    this.set('connection', this.connection());
    this.updateReading();
  }

  updateReading(): void {
    this.set('reading', this.unreadCount() > MANY_UNREAD ? 'many' : 'none');
  }

  private updateRows(): void {
    const { grouping, filter } = this.options;
    this.set('grouping', grouping);
    // Without providers, the list is empty for another reason.
    const allRowsFiltered = () => this.tree.shownCount === 0 && this.providers.entries.length > 0;
    this.updateReading();
    const [row, another] = this.view.selection;
    const hasFailed = !another && row?.type === 'provider' && this.providers.status(row.id).lastFailure;
    this.set('selected', hasFailed ? 'failed' : 'other');
    // Never unset: the step of the walkthrough stays complete.
    if (this.tree.countOf('mapped') > 0) this.set('mapped', 'some');
    this.set('filtered', filter === '' ? 'none' : allRowsFiltered() ? 'all' : 'some');
  }

  private connection(): Connection {
    if (!readApiEndpoint().ok) return 'invalidEndpoint';
    if (!this.providers.signedIn) return this.providers.signedIn === false ? 'signedOut' : '';
    return this.providers.commonReadError ?? 'ok';
  }

  private set(key: string, value: string): void {
    if (this.values.get(key) === value) return;
    this.values.set(key, value);
    void vscode.commands.executeCommand('setContext', `alexaNetworkMapping.${key}`, value);
  }
}
