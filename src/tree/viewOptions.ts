import * as vscode from 'vscode';

export type Grouping = 'list' | 'skill';

const GROUPING = 'grouping';
const FILTER = 'filter';

/** How the list is looked at in this workspace. What is shown for a moment is kept only when the person says so. */
export class ViewOptions implements vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changes.event;
  private shownGrouping: Grouping;
  private shownFilter: string;

  constructor(private readonly memento: vscode.Memento) {
    this.shownGrouping = memento.get(GROUPING) === 'skill' ? 'skill' : 'list';
    const filter = memento.get(FILTER);
    this.shownFilter = typeof filter === 'string' ? filter : '';
  }

  get grouping(): Grouping {
    return this.shownGrouping;
  }

  /** Only rows with this text are shown; empty when all are. */
  get filter(): string {
    return this.shownFilter;
  }

  show({ grouping = this.shownGrouping, filter = this.shownFilter }: { grouping?: Grouping; filter?: string }): void {
    const wanted = filter.trim();
    if (grouping === this.shownGrouping && wanted === this.shownFilter) return;
    this.shownGrouping = grouping;
    this.shownFilter = wanted;
    this.changes.fire();
  }

  /** Remembers what is shown now. */
  async keep(): Promise<void> {
    await this.memento.update(GROUPING, this.shownGrouping);
    await this.memento.update(FILTER, this.shownFilter);
  }

  dispose(): void {
    this.changes.dispose();
  }
}
