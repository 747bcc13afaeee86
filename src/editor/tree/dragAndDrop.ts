import * as vscode from 'vscode';
import type { SkillGroup } from '../../core/presentation/skillGroups';
import type { MappingStore } from '../../core/mappings/mappingStore';
import type { Row } from './serviceProvidersTree';

/** VS Code's MIME type of what is dragged in the view of service providers. */
const ROWS = 'application/vnd.code.tree.alexanetworkmapping.serviceproviders';
const PLAIN_TEXT = 'text/plain';

/** What to do with service providers that were dropped on a group. */
export interface DropHandlers {
  /** Dropped on a skill, or on a provider mapped to it. */
  onDropOnSkill(dropped: DroppedRows, skillId: string): void;
  /** Dropped among those that are not mapped. */
  onDropOnUnmapped(dropped: DroppedRows): void;
}

export interface DroppedRows {
  readonly serviceProviderIds: readonly string[];
  /** How many more service providers of the dragged groups the filter hides. */
  readonly hidden: number;
}

class DraggedRows implements DroppedRows {
  constructor(
    readonly serviceProviderIds: readonly string[],
    readonly hidden: number,
  ) {}
}

/** Rows can be dragged onto a skill, which asks for confirmation, and into an editor, which receives their IDs. */
export class DragAndDrop implements vscode.TreeDragAndDropController<Row> {
  readonly dragMimeTypes = [PLAIN_TEXT];
  readonly dropMimeTypes = [ROWS];

  constructor(
    private readonly providers: MappingStore,
    private readonly drops: DropHandlers,
    private readonly hiddenIn: (rows: readonly Row[]) => number,
  ) {}

  handleDrag(rows: readonly Row[], data: vscode.DataTransfer): void {
    const ids = idsOf(rows);
    if (ids.length === 0) return;
    data.set(ROWS, new vscode.DataTransferItem(new DraggedRows(ids, this.hiddenIn(rows))));
    data.set(PLAIN_TEXT, new vscode.DataTransferItem(ids.join('\n')));
  }

  handleDrop(target: Row | undefined, data: vscode.DataTransfer): void {
    const group = groupAt(target);
    // If `handleDrag` has set nothing, VS Code has: a text about the rows.
    const dragged: unknown = data.get(ROWS)?.value;
    if (!group || !(dragged instanceof DraggedRows)) return;
    const there = new Set(group.ids);
    const serviceProviderIds = dragged.serviceProviderIds.filter(
      (id) => this.providers.provider(id) !== undefined && !there.has(id),
    );
    if (serviceProviderIds.length === 0) return;
    const dropped = { serviceProviderIds, hidden: dragged.hidden };
    if (group.place.type === 'mapped') this.drops.onDropOnSkill(dropped, group.place.skillId);
    if (group.place.type === 'notMapped') this.drops.onDropOnUnmapped(dropped);
  }
}

/** Returns the service providers of rows, including those of groups, without duplicates. */
function idsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => (row.type === 'group' ? row.ids : row.type === 'provider' ? row.id : [])))];
}

function groupAt(row: Row | undefined): SkillGroup | undefined {
  if (row?.type === 'group') return row;
  return row?.type === 'provider' ? row.group : undefined;
}
