import * as vscode from 'vscode';
import { Coalescer } from '../../core/async/coalescer';
import type { SkillNames } from '../../core/skills/skillNames';
import { ReadOrder } from '../../core/mappings/readOrder';
import { RereadAfterFailure } from '../../core/mappings/rereadAfterFailure';
import type { MappingStore } from '../../core/mappings/mappingStore';
import { ContextKeys } from './contextKeys';
import { DragAndDrop, type DropHandlers } from './dragAndDrop';
import { ViewMessage } from './viewMessage';
import { SCREEN_ROWS, ServiceProvidersTree, type Row } from './serviceProvidersTree';
import type { ViewOptions } from './viewOptions';

const SERVICE_PROVIDERS_VIEW = 'alexaNetworkMapping.serviceProviders';
/** Never has rows: it exists for its welcome contents, while the mappings cannot be read at all. */
const CONNECTION_VIEW = 'alexaNetworkMapping.connection';

/** When the view is shown, mappings read longer ago than this are re-read. Milliseconds. */
const STALE_AFTER_MS = 5 * 60_000;

/** How often the view says how much is left to read. Milliseconds. */
const PROGRESS_MS = 500;

/**
 * The two views. Reads mappings only while the view is shown: those that are unknown or stale and, when it is shown
 * again, those read too long ago. Transient failures are left to {@link RereadAfterFailure}.
 */
export class ServiceProvidersView implements vscode.Disposable {
  private readonly tree: ServiceProvidersTree;
  private readonly view: vscode.TreeView<Row>;
  private readonly recovery: RereadAfterFailure;
  private readonly headline: ViewMessage;
  private readonly disposables: readonly { dispose(): void }[];
  /** The service providers whose reads this view waits for. */
  private readonly reading = new Set<string>();
  /** Reads in progress, which are aborted with the view, and what they still have to read. */
  private readonly reads = new Map<AbortController, ReadOrder>();
  /** The keys of the groups that the user has collapsed. */
  private readonly closedGroups = new Set<string>();
  private readonly contextKeys: ContextKeys;
  /** Reports how much is left to read: rows that a filter hides cause no other event. */
  private readonly progress = new Coalescer(() => {
    this.headline.render();
    this.contextKeys.updateReading();
    return PROGRESS_MS;
  });
  private endProgress: (() => void) | undefined;
  private readScheduled = false;

  constructor(
    private readonly providers: MappingStore,
    options: ViewOptions,
    skills: SkillNames,
    drops: DropHandlers,
  ) {
    this.tree = new ServiceProvidersTree(providers, options, skills);
    this.view = vscode.window.createTreeView(SERVICE_PROVIDERS_VIEW, {
      treeDataProvider: this.tree,
      canSelectMany: true,
      dragAndDropController: new DragAndDrop(providers, drops, (rows) => this.hiddenIn(rows)),
    });
    const connection = vscode.window.createTreeView<never>(CONNECTION_VIEW, {
      treeDataProvider: { getChildren: () => [], getTreeItem },
    });
    // Register first: others show its state.
    this.recovery = new RereadAfterFailure(providers, (ids) => {
      this.read(ids);
    });
    const unreadCount = () => this.unreadCount;
    this.headline = new ViewMessage(this.view, this.tree, providers, this.recovery, options, unreadCount);
    this.contextKeys = new ContextKeys(providers, this.view, this.tree, options, unreadCount);
    this.disposables = [
      this.view,
      connection,
      this.tree,
      this.recovery,
      this.contextKeys,
      this.progress,
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
        this.readFirst(this.tree.near(element));
      }),
      this.view.onDidChangeSelection(({ selection: [row] }) => {
        if (row) this.readFirst(this.tree.near(row));
      }),
      // VS Code expands a group that is added again.
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

  /**
   * Whether the view is showing the row, as far as VS Code reports it: in a scrolled list, the row may be out of sight.
   * Not if the filter hides it once its last change is rendered.
   */
  isShown(id: string): boolean {
    const row = this.view.visible && this.tree.staysShown(id) && this.tree.row(id);
    return row !== false && row !== undefined && !this.closedGroups.has(row.group.key);
  }

  get selected(): readonly Row[] {
    return this.view.selection;
  }

  /** Whether a row passes the filter. Hidden rows are not changed, even if they were selected before. */
  passesFilter(id: string): boolean {
    return this.tree.row(id) !== undefined;
  }

  /** Returns how many service providers of the groups among these rows the filter hides. */
  hiddenIn(rows: readonly Row[]): number {
    return rows.reduce((sum, row) => sum + (row.type === 'group' ? this.tree.hiddenIn(row) : 0), 0);
  }

  /** Shows a row and selects it, unless the filter hides it. Does nothing while the view is hidden, unless it is to be shown. */
  async reveal(id: string, showView = false): Promise<void> {
    const row = (showView || this.view.visible) && this.tree.row(id);
    if (row) await this.view.reveal(row, { select: true, focus: showView });
  }

  /** Stops reading for the view; rows whose mapping is unknown or stale say that this was canceled. */
  stopReading(): void {
    for (const each of this.reads.keys()) each.abort();
  }

  /** Shows operations in progress in the view, with a progress bar; undefined hides them. */
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
    this.stopReading();
    this.showProgress(undefined);
    for (const each of this.disposables) each.dispose();
  }

  /** How many mappings the view still has to read. */
  private get unreadCount(): number {
    return [...this.reads.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Reads these before the rest, if they are still to be read. */
  private readFirst(ids: readonly string[]): void {
    for (const order of this.reads.values()) order.prefer(ids);
  }

  /** Called when the view is shown. */
  private onShown(): void {
    this.recovery.update(this.view.visible);
    if (!this.view.visible) return;
    const old = [...this.tree.shownIds].filter((id) => {
      const { type } = this.providers.row(id);
      const { lastKnown: known } = this.providers.status(id);
      const isRead = type === 'mapped' || type === 'notMapped' || type === 'unknownProvider';
      return isRead && known && Date.now() - known.readAtMs > STALE_AFTER_MS;
    });
    this.read([
      ...this.providers.needingRefresh.filter((id) => !this.recovery.has(id) && !this.failedRecently(id)),
      ...old,
    ]);
  }

  /** Whether a read failed just now: leave the retry to the user, or until later. */
  private failedRecently(id: string): boolean {
    const attempt = this.providers.status(id).readError?.attempts.at(-1);
    return attempt !== undefined && Date.now() - attempt.startedAtMs < STALE_AFTER_MS;
  }

  /** Reads what is unknown or stale, except what is being read. */
  private read(ids = this.providers.needingRefresh): void {
    if (!this.view.visible || !this.providers.signedIn) return;
    // What was stopped is left to the user.
    const isStopped = (id: string) => this.providers.status(id).readError?.kind === 'canceled';
    const unread = ids.filter((id) => !this.reading.has(id) && !isStopped(id));
    if (unread.length === 0) return;
    for (const id of unread) this.reading.add(id);
    // Use one signal per read: one that lives as long as the window would retain something of every request that
    // listened to it (https://github.com/nodejs/node/issues/55351).
    const over = new AbortController();
    const isShown = (id: string) => this.tree.row(id) !== undefined;
    const shown = unread.filter(isShown);
    const order = new ReadOrder([...shown, ...unread.filter((id) => !isShown(id))]);
    order.prefer(shown.slice(0, SCREEN_ROWS));
    this.reads.set(over, order);
    void vscode.window.withProgress({ location: { viewId: SERVICE_PROVIDERS_VIEW } }, () =>
      this.providers
        .refresh(order, { abortSignal: over.signal }, (id) => {
          this.reading.delete(id);
          this.progress.request();
        })
        .finally(() => {
          this.reads.delete(over);
          for (const id of unread) this.reading.delete(id);
          this.progress.request();
        }),
    );
    this.progress.request();
  }

  /** Combines the notifications of another window, which changes many mappings one after the other. */
  private scheduleRead(): void {
    if (this.readScheduled) return;
    this.readScheduled = true;
    setImmediate(() => {
      this.readScheduled = false;
      this.readAbandoned();
    });
  }

  /** Reads what was superseded by a task that did not read it either; failed reads are left to the user. */
  private readAbandoned(): void {
    this.read(this.providers.needingRefresh.filter((id) => this.providers.row(id).type === 'checking'));
  }

  /**
   * Restores the selection of a row that moves to another group: VS Code treats it as another row and would select
   * nothing. Does nothing if the group is collapsed, because revealing the row would expand it.
   */
  private restoreSelection(): void {
    const [selected, another] = this.view.selection;
    if (another || selected?.type !== 'provider' || !this.view.visible) return;
    const row = this.tree.row(selected.id);
    if (!row || row === selected || this.closedGroups.has(row.group.key)) return;
    this.view.reveal(row, { select: true }).then(undefined, () => {
      // The row has moved on, or the view is gone; then nothing is selected.
    });
  }
}

function getTreeItem(): never {
  throw new Error('the connection view has no rows');
}
