import * as vscode from 'vscode';
import { looksLikeSecret } from '../../core/model/identifiers';

export type Grouping = 'list' | 'skill';

const GROUPING = 'grouping';
const FILTER = 'filter';

/**
 * Grouping and filter of the list in this workspace. A temporary value is stored only if the user accepts it, grouping
 * and filter separately: one may be changed while the other is only being tried.
 */
export class ViewOptions implements vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changes.event;
  private shownGrouping: Grouping;
  private shownFilter: string;

  constructor(private readonly memento: vscode.Memento) {
    this.shownGrouping = memento.get(GROUPING) === 'skill' ? 'skill' : 'list';
    this.shownFilter = this.savedFilter;
    // An earlier version stored any typed text.
    if (looksLikeSecret(String(memento.get(FILTER)))) void memento.update(FILTER, undefined);
  }

  get grouping(): Grouping {
    return this.shownGrouping;
  }

  /** Only rows with this text are shown; empty to show all. */
  get filter(): string {
    return this.shownFilter;
  }

  /** The stored filter, whatever is being tried now. */
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

  /** Stores the current grouping. */
  async saveGrouping(): Promise<void> {
    await this.memento.update(GROUPING, this.shownGrouping);
  }

  /** Stores the current filter. */
  async saveFilter(): Promise<void> {
    await this.memento.update(FILTER, this.shownFilter);
  }

  dispose(): void {
    this.changes.dispose();
  }
}
