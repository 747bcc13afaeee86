import * as vscode from 'vscode';
import { RereadAfterFailure } from '../../core/mappings/rereadAfterFailure';
import type { MappingStore } from '../../core/mappings/mappingStore';
import { ContextKeys } from './contextKeys';
import { DragAndDrop, type DropHandlers } from './dragAndDrop';
import { ViewMessage } from './viewMessage';
import { ServiceProvidersTree, type Row } from './serviceProvidersTree';
import type { ViewOptions } from './viewOptions';

const SERVICE_PROVIDERS_VIEW = 'alexaNetworkMapping.serviceProviders';
/** Has no rows ever: it is there for its welcome contents, while the mappings cannot be read at all. */
const CONNECTION_VIEW = 'alexaNetworkMapping.connection';

/** What was read longer ago is read again when somebody looks. Milliseconds. */
const STALE_AFTER_MS = 5 * 60_000;

/**
 * The two views, and when the first of them reads: only while somebody looks, and only what cannot be told yet; when somebody
 * begins to look, also what was read too long ago. What failed for a reason that may pass is left to {@link RereadAfterFailure}.
 */
export class ServiceProvidersView implements vscode.Disposable {
  private readonly tree: ServiceProvidersTree;
  private readonly view: vscode.TreeView<Row>;
  private readonly recovery: RereadAfterFailure;
  private readonly headline: ViewMessage;
  private readonly disposables: readonly { dispose(): void }[];
  /** What this view waits for already. */
  private readonly reading = new Set<string>();
  /** Those under way, which end with the view. */
  private readonly reads = new Set<AbortController>();
  /** The keys of the groups that a person has closed. */
  private readonly closedGroups = new Set<string>();
  private endProgress: (() => void) | undefined;
  private readScheduled = false;

  constructor(
    private readonly providers: MappingStore,
    options: ViewOptions,
    drops: DropHandlers,
  ) {
    this.tree = new ServiceProvidersTree(providers, options);
    this.view = vscode.window.createTreeView(SERVICE_PROVIDERS_VIEW, {
      treeDataProvider: this.tree,
      canSelectMany: true,
      dragAndDropController: new DragAndDrop(providers, drops),
    });
    const connection = vscode.window.createTreeView<never>(CONNECTION_VIEW, {
      treeDataProvider: { getChildren: () => [], getTreeItem },
    });
    // Before those who say what it knows.
    this.recovery = new RereadAfterFailure(providers, (ids) => {
      this.read(ids);
    });
    this.headline = new ViewMessage(this.view, this.tree, providers, this.recovery, options);
    this.disposables = [
      this.view,
      connection,
      this.tree,
      this.recovery,
      new ContextKeys(providers, this.tree, options),
      this.headline,
      this.view.onDidChangeVisibility(() => {
        this.onShown();
      }),
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) this.onShown();
      }),
      this.view.onDidCollapseElement(({ element }) => {
        if (element.type === 'group') this.closedGroups.add(element.key);
      }),
      this.view.onDidExpandElement(({ element }) => {
        if (element.type === 'group') this.closedGroups.delete(element.key);
      }),
      // VS Code opens a group that comes anew.
      options.onDidChange(() => {
        if (options.grouping === 'list') this.closedGroups.clear();
      }),
      this.tree.onDidChangeTreeData(() => {
        this.restoreSelection();
      }),
    ];
    this.recovery.update(this.view.visible);
    providers.events.on('entriesChanged', () => {
      this.read();
    });
    providers.events.on('idle', () => {
      this.readAbandoned();
    });
    providers.events.on('becameStale', () => {
      this.scheduleRead();
    });
    this.read();
  }

  /** Whether the row is in view, as far as VS Code tells: in a list that is scrolled, it may still be above or below. */
  isShown(id: string): boolean {
    const row = this.view.visible && this.tree.row(id);
    return row !== false && row !== undefined && !this.closedGroups.has(row.group.key);
  }

  /** Whether the filter lets a row pass. What it hides is not acted on, even if it was selected before. */
  passesFilter(id: string): boolean {
    return this.tree.row(id) !== undefined;
  }

  /** How many service providers of the groups among these rows the filter hides. */
  hiddenIn(rows: readonly Row[]): number {
    return rows.reduce((sum, row) => sum + (row.type === 'group' ? this.tree.hiddenIn(row) : 0), 0);
  }

  /** Shows a row and selects it, unless the filter hides it or nobody looks. */
  async reveal(id: string): Promise<void> {
    const row = this.view.visible && this.tree.row(id);
    if (row) await this.view.reveal(row, { select: true });
  }

  /** Says in the view what is under way, and shows that something is; undefined when nothing is any more. */
  showProgress(message: string | undefined): void {
    this.headline.showProgress(message);
    if (message === undefined) {
      this.endProgress?.();
      this.endProgress = undefined;
    } else if (!this.endProgress) {
      const ended = new Promise<void>((resolve) => {
        this.endProgress = resolve;
      });
      void vscode.window.withProgress({ location: { viewId: SERVICE_PROVIDERS_VIEW } }, () => ended);
    }
  }

  dispose(): void {
    for (const each of this.reads) each.abort();
    this.showProgress(undefined);
    for (const each of this.disposables) each.dispose();
  }

  /** Somebody begins to look. */
  private onShown(): void {
    this.recovery.update(this.view.visible);
    if (!this.view.visible) return;
    const old = [...this.tree.shownIds].filter((id) => {
      const { type } = this.providers.row(id);
      const { lastKnown: known } = this.providers.status(id);
      return (type === 'mapped' || type === 'notMapped') && known && Date.now() - known.readAtMs > STALE_AFTER_MS;
    });
    this.read([
      ...this.providers.needingRefresh.filter((id) => !this.recovery.has(id) && !this.hasJustFailed(id)),
      ...old,
    ]);
  }

  /** What has failed a moment ago waits for a person, or for later. */
  private hasJustFailed(id: string): boolean {
    const attempt = this.providers.status(id).readError?.attempts.at(-1);
    return attempt !== undefined && Date.now() - attempt.startedAtMs < STALE_AFTER_MS;
  }

  /** Reads what cannot be told, but for what is being read already. */
  private read(ids = this.providers.needingRefresh): void {
    if (!this.view.visible || !this.providers.signedIn) return;
    const wanted = ids.filter((id) => !this.reading.has(id));
    if (wanted.length === 0) return;
    for (const id of wanted) this.reading.add(id);
    // A signal for each: one that lives as long as the window would keep something of all requests that have listened to it
    // (https://github.com/nodejs/node/issues/55351).
    const over = new AbortController();
    this.reads.add(over);
    void vscode.window.withProgress({ location: { viewId: SERVICE_PROVIDERS_VIEW } }, () =>
      this.providers
        .refresh(wanted, { abortSignal: over.signal }, (id) => this.reading.delete(id))
        .finally(() => this.reads.delete(over)),
    );
  }

  /** Another window changes many in one go, one after the other. */
  private scheduleRead(): void {
    if (this.readScheduled) return;
    this.readScheduled = true;
    setImmediate(() => {
      this.readScheduled = false;
      this.readAbandoned();
    });
  }

  /** Reads what was given up for something newer that did not tell it either; what has failed waits for a person. */
  private readAbandoned(): void {
    this.read(this.providers.needingRefresh.filter((id) => this.providers.row(id).type === 'checking'));
  }

  /**
   * A row that moves to another group is another one for VS Code, which would leave nothing selected. To show it would open a
   * group that a person has closed, so there it is left alone.
   */
  private restoreSelection(): void {
    const [selected, another] = this.view.selection;
    if (another || selected?.type !== 'provider' || !this.view.visible) return;
    const row = this.tree.row(selected.id);
    if (!row || row === selected || this.closedGroups.has(row.group.key)) return;
    this.view.reveal(row, { select: true }).then(undefined, () => {
      // It has moved on, or the view is gone; nothing is selected then.
    });
  }
}

function getTreeItem(): never {
  throw new Error('the connection view has no rows');
}
