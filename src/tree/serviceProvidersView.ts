import * as vscode from 'vscode';
import type { ServiceProviders } from '../state/serviceProviders';
import { EmptyStates } from './emptyStates';
import { ServiceProvidersTree, type Row } from './serviceProvidersTree';

const SERVICE_PROVIDERS_VIEW = 'alexaNetworkMapping.serviceProviders';
/** Has no rows ever: it is there for its welcome contents, while the mappings cannot be read at all. */
const CONNECTION_VIEW = 'alexaNetworkMapping.connection';

/** The two views, and when the first of them reads: only while somebody looks, and only what cannot be told yet. */
export class ServiceProvidersView implements vscode.Disposable {
  private readonly tree: ServiceProvidersTree;
  private readonly view: vscode.TreeView<Row>;
  private readonly connection: vscode.TreeView<never>;
  private readonly emptyStates: EmptyStates;
  /** What this view waits for already. */
  private readonly reading = new Set<string>();
  private readonly closed = new AbortController();

  constructor(private readonly providers: ServiceProviders) {
    this.tree = new ServiceProvidersTree(providers);
    this.view = vscode.window.createTreeView(SERVICE_PROVIDERS_VIEW, {
      treeDataProvider: this.tree,
      canSelectMany: true,
    });
    this.connection = vscode.window.createTreeView(CONNECTION_VIEW, {
      treeDataProvider: { getChildren: () => [], getTreeItem },
    });
    this.emptyStates = new EmptyStates(providers);
    this.view.onDidChangeVisibility(() => {
      this.read();
    });
    providers.events.on('reconfigured', () => {
      this.read();
    });
    providers.events.on('settled', () => {
      this.readGivenUp();
    });
    this.read();
  }

  async reveal(id: string): Promise<void> {
    if (!this.providers.provider(id) || !this.view.visible) return;
    await this.view.reveal(this.tree.row(id), { select: true });
  }

  dispose(): void {
    this.closed.abort();
    for (const each of [this.view, this.connection, this.tree, this.emptyStates]) each.dispose();
  }

  /** Reads what cannot be told, but for what is being read already. */
  private read(ids = this.providers.untold): void {
    if (!this.view.visible || !this.providers.signedIn) return;
    const wanted = ids.filter((id) => !this.reading.has(id));
    if (wanted.length === 0) return;
    for (const id of wanted) this.reading.add(id);
    void vscode.window.withProgress({ location: { viewId: SERVICE_PROVIDERS_VIEW } }, () =>
      this.providers.refresh(wanted, { signal: this.closed.signal }, (id) => this.reading.delete(id)),
    );
  }

  /** Reads what was given up for something newer that did not tell it either; what has failed waits for a person. */
  private readGivenUp(): void {
    this.read(this.providers.untold.filter((id) => this.providers.row(id).type === 'checking'));
  }
}

function getTreeItem(): never {
  throw new Error('the connection view has no rows');
}
