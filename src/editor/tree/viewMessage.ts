import * as vscode from 'vscode';
import { lazy } from '../../core/async/lazy';
import type { Wait } from '../../core/failures/waitReason';
import type { RereadAfterFailure } from '../../core/mappings/rereadAfterFailure';
import type { MappingStore } from '../../core/mappings/mappingStore';
import type { listSummary, ListState } from '../../core/presentation/listSummary';
import type { Row, ServiceProvidersTree } from './serviceProvidersTree';
import type { ViewOptions } from './viewOptions';

const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;

/** With more mappings to read than this, the view says how many are left, and reading can be stopped. */
export const MANY_UNREAD = 100;

/**
 * The line above the rows: operations in progress, or otherwise what {@link listSummary} says about the list. VS Code
 * hides the description beside the title if a view is alone in its container, as this one usually is.
 */
export class ViewMessage implements vscode.Disposable {
  private readonly subscriptions: readonly vscode.Disposable[];
  private minutes: NodeJS.Timeout | undefined;
  private readAtMs = Infinity;
  private progress: string | undefined;
  /** End of the back-off after a rate limit, as a Unix time in milliseconds. */
  private limitedUntilMs = 0;
  private seconds: NodeJS.Timeout | undefined;
  private summarize: typeof listSummary | undefined;
  /** On first use: no row waits for it. */
  private readonly load = lazy(async () => {
    this.summarize = (await import('../../core/presentation/listSummary')).listSummary;
    this.render();
  });

  constructor(
    private readonly view: vscode.TreeView<Row>,
    private readonly tree: ServiceProvidersTree,
    private readonly providers: MappingStore,
    private readonly recovery: RereadAfterFailure,
    private readonly options: ViewOptions,
    private readonly unreadCount: () => number,
  ) {
    const update = () => {
      this.update();
    };
    providers.events
      .on('entriesChanged', update)
      .on('idle', update)
      .on('waiting', (wait) => {
        this.count(wait);
      });
    this.subscriptions = [
      options.onDidChange(update),
      view.onDidChangeVisibility(update),
      // Runs as often as rows change, so do not examine every row.
      tree.onDidRender(() => {
        this.write();
      }),
    ];
    update();
  }

  /** Shows operations in progress; undefined hides them. */
  showProgress(message: string | undefined): void {
    this.progress = message;
    this.render();
  }

  dispose(): void {
    clearInterval(this.minutes);
    clearInterval(this.seconds);
    for (const each of this.subscriptions) each.dispose();
  }

  private update(): void {
    clearInterval(this.minutes);
    if (!this.view.visible) return;
    this.minutes = setInterval(() => {
      this.render();
    }, MINUTE_MS).unref();
    this.readAtMs = Infinity;
    for (const id of this.tree.shownIds) {
      this.readAtMs = Math.min(this.readAtMs, this.providers.status(id).lastKnown?.readAtMs ?? Infinity);
    }
    this.render();
  }

  /** Counts down while the service limits requests. */
  private count({ failure, untilMs = 0 }: Wait): void {
    if (failure.kind !== 'throttled' || untilMs - Date.now() < SECOND_MS) return;
    this.limitedUntilMs = Math.max(this.limitedUntilMs, untilMs);
    this.seconds ??= setInterval(() => {
      if (this.limitedUntilMs <= Date.now()) {
        clearInterval(this.seconds);
        this.seconds = undefined;
      }
      this.render();
    }, SECOND_MS).unref();
    this.render();
  }

  /**
   * Shows what has changed, such as how much is left to read. Together with the rows: VS Code draws neither while messages
   * and changes of rows follow one another.
   */
  render(): void {
    this.tree.requestRender();
  }

  private write(): void {
    const text = this.progress ?? this.summarize?.(this.state(), Date.now(), vscode.env.language);
    if (text === undefined) void this.load();
    else if (text !== (this.view.message ?? '')) this.view.message = text;
  }

  private state(): ListState {
    const { tree, recovery } = this;
    const unread = this.unreadCount();
    return {
      unread: unread > MANY_UNREAD ? unread : 0,
      limitedForMs: this.limitedUntilMs - Date.now(),
      failing: recovery.failure && { failure: recovery.failure, count: recovery.count },
      filter: this.options.filter,
      shown: tree.shownCount,
      all: this.providers.providers.length,
      counts: {
        mapped: tree.countOf('mapped'),
        notMapped: tree.countOf('notMapped'),
        unknownProvider: tree.countOf('unknownProvider'),
        unreadable: tree.countOf('unreadable'),
      },
      readAtMs: this.readAtMs,
    };
  }
}
