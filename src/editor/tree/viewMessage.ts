import * as vscode from 'vscode';
import { formatAge } from '../../core/text/relativeTime';
import { summarizeFailure } from '../../core/failures/failureSummary';
import type { Wait } from '../../core/failures/waitReason';
import type { RereadAfterFailure } from '../../core/mappings/rereadAfterFailure';
import type { MappingStore } from '../../core/mappings/mappingStore';
import type { Row, ServiceProvidersTree } from './serviceProvidersTree';
import type { ViewOptions } from './viewOptions';

const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;

/** With more mappings to read than this, the view says how many are left, and reading can be stopped. */
export const MANY_UNREAD = 100;

/**
 * The line above the rows: operations in progress, or otherwise how much of a long list is still to be read, a back-off of the service or why rows cannot be read,
 * the effect of the filter, and the age of the oldest mapping shown. VS Code hides the description beside the title if
 * a view is alone in its container, as this one usually is.
 */
export class ViewMessage implements vscode.Disposable {
  private readonly subscriptions: readonly vscode.Disposable[];
  private minutes: NodeJS.Timeout | undefined;
  private readAtMs = Infinity;
  private progress: string | undefined;
  /** End of the back-off after a rate limit, as a Unix time in milliseconds. */
  private limitedUntilMs = 0;
  private seconds: NodeJS.Timeout | undefined;

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
    const reading = this.readingText();
    const texts = [reading, this.limitText() || this.failureText(), this.filterText(), reading ? '' : this.ageText()];
    const text = this.progress ?? texts.filter(Boolean).join(' · ');
    if (text !== (this.view.message ?? '')) this.view.message = text;
  }

  private readingText(): string {
    const unread = this.unreadCount();
    return unread > MANY_UNREAD ? vscode.l10n.t('Reading mappings: {0} left', localized(unread)) : '';
  }

  private limitText(): string {
    const seconds = Math.ceil((this.limitedUntilMs - Date.now()) / SECOND_MS);
    return seconds > 0 ? vscode.l10n.t('Waiting {0} s: Amazon limits requests', seconds) : '';
  }

  private failureText(): string {
    const { count, failure } = this.recovery;
    if (!failure) return '';
    const { title } = summarizeFailure(failure);
    const all = this.providers.providers.length;
    return count === all
      ? vscode.l10n.t({
          message: '{0}. Retrying automatically.',
          args: [title],
          comment: ['{0} says what failed, such as "The service is not available".'],
        })
      : vscode.l10n.t({
          message: '{0} ({1} of {2}). Retrying automatically.',
          args: [title, count, all],
          comment: ['{0} says what failed, {1} and {2} are numbers of service providers.'],
        });
  }

  private filterText(): string {
    const { filter } = this.options;
    // An empty list shows its own reason.
    if (filter === '' || this.tree.shownCount === 0) return '';
    return vscode.l10n.t(
      '“{0}”: {1} of {2}',
      filter,
      localized(this.tree.shownCount),
      localized(this.providers.providers.length),
    );
  }

  private ageText(): string {
    if (this.readAtMs === Infinity) return '';
    const ago = formatAge(this.readAtMs, Date.now(), vscode.env.language);
    return ago === undefined ? vscode.l10n.t('Updated just now') : vscode.l10n.t('Updated {0}', ago);
  }
}

function localized(count: number): string {
  return count.toLocaleString(vscode.env.language);
}
