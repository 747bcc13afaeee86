import * as vscode from 'vscode';
import { looksLikeSecret } from '../../core/model/identifiers';

export type Grouping = 'list' | 'skill';

const GROUPING = 'grouping';
const FILTER = 'filter';

/**
 * How the list is looked at in this workspace. What is shown for a moment is kept only when the person says so, the grouping
 * and the filter each by itself: one may be changed while the other is only tried.
 */
export class ViewOptions implements vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changes.event;
  private shownGrouping: Grouping;
  private shownFilter: string;

  constructor(private readonly memento: vscode.Memento) {
    this.shownGrouping = memento.get(GROUPING) === 'skill' ? 'skill' : 'list';
    this.shownFilter = this.savedFilter;
    // An earlier version kept whatever was typed.
    if (looksLikeSecret(String(memento.get(FILTER)))) void memento.update(FILTER, undefined);
  }

  get grouping(): Grouping {
    return this.shownGrouping;
  }

  /** Only rows with this text are shown; empty when all are. */
  get filter(): string {
    return this.shownFilter;
  }

  /** The filter that is remembered, whatever is tried now. */
  get savedFilter(): string {
    const filter = this.memento.get(FILTER);
    return typeof filter === 'string' && !looksLikeSecret(filter) ? filter : '';
  }

  update({ grouping = this.shownGrouping, filter = this.shownFilter }: { grouping?: Grouping; filter?: string }): void {
    const wanted = filter.trim();
    if (grouping === this.shownGrouping && wanted === this.shownFilter) return;
    this.shownGrouping = grouping;
    this.shownFilter = wanted;
    this.changes.fire();
  }

  /** Remembers the grouping that is shown now. */
  async saveGrouping(): Promise<void> {
    await this.memento.update(GROUPING, this.shownGrouping);
  }

  /** Remembers the filter that is shown now. */
  async saveFilter(): Promise<void> {
    await this.memento.update(FILTER, this.shownFilter);
  }

  dispose(): void {
    this.changes.dispose();
  }
}
