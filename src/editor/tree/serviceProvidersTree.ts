import * as vscode from 'vscode';
import { Coalescer } from '../../core/async/coalescer';
import type { ConfiguredEntry } from '../../core/model/configuredProviders';
import { createRowFilter } from '../../core/presentation/rowFilter';
import {
  groupKeyOf,
  SkillGroups,
  type GroupChange,
  type GroupKey,
  type SkillGroup,
} from '../../core/presentation/skillGroups';
import type { SkillNames } from '../../core/skills/skillNames';
import type { MappingStore } from '../../core/mappings/mappingStore';
import { OPEN_SETTING_COMMAND } from '../commandNames';
import { groupItem, providerItem, formatTimestamp } from './rowItems';
import type { ViewOptions } from './viewOptions';

/**
 * Minimum time between renders, in milliseconds. VS Code draws once neither a change of rows nor a message was passed to
 * it for 200 ms: rows read faster than that would stay blank until all are read.
 */
const THROTTLE_MS = 250;

/**
 * Additional time per row of rendered groups, in milliseconds: VS Code requests all rows of a group again, and an
 * operation on thousands moves some of them many times a second.
 */
const THROTTLE_PER_ROW_MS = 0.2;

/** More rows than a screen shows. */
export const SCREEN_ROWS = 60;

/**
 * How many rows of a long list are drawn first, and after how many milliseconds the others: VS Code draws none before it
 * has got them all, and takes a second for thousands.
 */
const FIRST_ROWS = 300;
const OTHER_ROWS_AFTER_MS = 1_000;

/** The row of a provider, which is a different one in each group. */
export interface ProviderRow {
  readonly type: 'provider';
  readonly id: string;
  readonly group: SkillGroup;
}

/** One row: a provider, an invalid entry, or a group of providers. */
export type Row = ProviderRow | (ConfiguredEntry & { type: 'invalid' }) | SkillGroup;

/** Shows the mapping store, one row per entry, flat or grouped by skill. Reads nothing and changes nothing. */
export class ServiceProvidersTree implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<Row[] | undefined>();
  readonly onDidChangeTreeData = this.changes.event;
  private readonly renders = new vscode.EventEmitter<undefined>();
  /** Fired at each render, whether rows have changed or not. */
  readonly onDidRender = this.renders.event;
  private readonly changedIds = new Set<string>();
  /** VS Code identifies a row by its object, so a provider keeps the same one while it is in its group. */
  private readonly rows = new Map<string, ProviderRow>();
  private cachedGroups: SkillGroups | undefined;
  private filter: ReturnType<typeof createRowFilter>;
  /** The groups to render, all of them if groups were added or removed; not before the time, by `performance.now()`. */
  private readonly changedGroups = new Set<SkillGroup>();
  private groupSetChanged = false;
  private groupsDueAtMs = 0;
  private areAllDrawn = false;
  private drawAll: NodeJS.Timeout | undefined;
  private readonly rendering = new Coalescer(() => {
    const restMs = this.render();
    this.renders.fire(undefined);
    return restMs;
  });

  constructor(
    private readonly providers: MappingStore,
    private readonly options: ViewOptions,
    private readonly skills: SkillNames,
  ) {
    this.filter = createRowFilter('', skills);
    const renderAll = () => {
      this.renderAll();
    };
    providers.events.on('entriesChanged', renderAll);
    options.onDidChange(renderAll);
    skills.events.on('changed', renderAll);
    providers.events.on('providerChanged', (id) => {
      this.changedIds.add(id);
      this.rendering.request();
    });
  }

  /** Requests a render, for what is shown together with the rows. */
  requestRender(): void {
    this.rendering.request();
  }

  /** The service providers that pass the filter. */
  get shownIds(): Iterable<string> {
    return this.groups.ids;
  }

  get shownCount(): number {
    return this.groups.size;
  }

  /** Returns how many of the shown service providers have a state. */
  countOf(state: GroupKey['type']): number {
    return this.groups.count(state);
  }

  getChildren(parent?: Row): Row[] {
    const rows = this.childrenOf(parent);
    if (this.areAllDrawn || rows.length <= FIRST_ROWS) return rows;
    this.drawAll ??= setTimeout(() => {
      this.areAllDrawn = true;
      this.renderAll();
    }, OTHER_ROWS_AFTER_MS).unref();
    return rows.slice(0, FIRST_ROWS);
  }

  private childrenOf(parent: Row | undefined): Row[] {
    if (parent) return parent.type === 'group' ? parent.ids.flatMap((id) => this.row(id) ?? []) : [];
    for (const id of this.rows.keys()) if (!this.groups.groupOf(id)) this.rows.delete(id);
    const invalid = (entry: ConfiguredEntry) =>
      entry.type === 'invalid' && this.options.filter === '' ? entry : undefined;
    if (this.options.grouping === 'skill') {
      return [...this.groups.groups, ...this.providers.entries.flatMap((entry) => invalid(entry) ?? [])];
    }
    return this.providers.entries.flatMap(
      (entry) => (entry.type === 'provider' ? this.row(entry.id) : invalid(entry)) ?? [],
    );
  }

  /** Returns the row of a listed provider; undefined if it is filtered out. */
  row(id: string): ProviderRow | undefined {
    const group = this.groups.groupOf(id);
    if (!group) return undefined;
    const known = this.rows.get(id);
    if (known?.group === group) return known;
    const row: ProviderRow = { type: 'provider', id, group };
    this.rows.set(id, row);
    return row;
  }

  /** Whether a provider has a row, and still has it when what has changed is rendered. */
  staysShown(id: string): boolean {
    return this.row(id) !== undefined && this.keyOf(id) !== undefined;
  }

  /**
   * Returns the service providers that are on the screen with a row, beginning with the row; approximately, because VS
   * Code does not tell which are.
   */
  near(row: Row): readonly string[] {
    if (row.type === 'invalid') return [];
    const { ids } = row.type === 'group' ? row : row.group;
    const place = row.type === 'group' ? 0 : ids.indexOf(row.id);
    if (place < 0) return [];
    return [...ids.slice(place, place + SCREEN_ROWS), ...ids.slice(Math.max(0, place - SCREEN_ROWS), place)];
  }

  /** Returns how many service providers of a group the filter hides. */
  hiddenIn(group: SkillGroup): number {
    if (this.options.filter === '' || group.place.type === 'list') return 0;
    return this.providers.providers.filter(
      ({ id }) =>
        !this.groups.groupOf(id) &&
        this.groups.isIn(group, groupKeyOf(this.providers.status(id), this.providers.row(id))),
    ).length;
  }

  /** Required to reveal a row. */
  getParent(row: Row): SkillGroup | undefined {
    return row.type === 'provider' && row.group.place.type !== 'list' ? row.group : undefined;
  }

  getTreeItem(row: Row): vscode.TreeItem {
    switch (row.type) {
      case 'group':
        return groupItem(row, this.skills);
      case 'invalid':
        return invalidEntryItem(row);
      case 'provider': {
        const { id, group } = row;
        const { providers } = this;
        const provider = providers.provider(id) ?? { type: 'provider', id };
        const item = providerItem(
          provider,
          providers.status(id),
          providers.row(id),
          this.skills,
          providers.differsFrom(id),
        );
        // VS Code rejects duplicate IDs, and a row may be in its new group before it has left the old one.
        item.id = group.place.type === 'list' ? id : `${group.key} ${id}`;
        return item;
      }
    }
  }

  /** Creates tooltips on demand. */
  async resolveTreeItem(item: vscode.TreeItem, row: Row): Promise<vscode.TreeItem> {
    const provider = row.type === 'provider' && this.providers.provider(row.id);
    if (!provider) return item;
    const { rowTooltip } = await import('../../core/presentation/rowTooltip');
    const status = this.providers.status(provider.id);
    const lines = rowTooltip(provider, status, this.providers.row(provider.id), this.skills, formatTimestamp, {
      differsFrom: this.providers.differsFrom(provider.id),
    });
    const isMapped = status.lastKnown?.mapping.type === 'mapped';
    const { rowTooltipMarkdown } = await import('./rowTooltip');
    item.tooltip = rowTooltipMarkdown(lines, { serviceProviderId: provider.id, isMapped });
    return item;
  }

  dispose(): void {
    clearTimeout(this.drawAll);
    this.rendering.dispose();
    this.changes.dispose();
    this.renders.dispose();
  }

  private get groups(): SkillGroups {
    if (this.cachedGroups) return this.cachedGroups;
    this.filter = createRowFilter(this.options.filter, this.skills);
    const ids = this.providers.providers.map(({ id }) => id);
    // Other keys while filtered, so that collapsed groups are expanded: a match in them must be visible.
    const prefix = this.options.filter === '' ? '' : 'filtered ';
    const groups = new SkillGroups(ids, this.skills, prefix, vscode.env.language);
    for (const id of ids) this.assign(groups, id);
    this.cachedGroups = groups;
    return groups;
  }

  /** Returns the group of a provider as it is now; undefined if it is filtered out. */
  private keyOf(id: string): GroupKey | undefined {
    const provider = this.providers.provider(id);
    const status = this.providers.status(id);
    const key = groupKeyOf(status, this.providers.row(id));
    return provider && this.filter(provider, status, key.type) ? key : undefined;
  }

  /** Assigns a provider to its current group; to none if it is filtered out. */
  private assign(groups: SkillGroups, id: string): GroupChange {
    const key = this.keyOf(id);
    if (!key) return groups.assign(id, undefined);
    return groups.assign(id, this.options.grouping === 'list' ? { type: 'list' } : key, key.type);
  }

  /**
   * Renders rows that stay in their group and, if due, the groups between which others move.
   *
   * @returns how long to rest after it, in milliseconds
   */
  private render(): number {
    const stayed: string[] = [];
    for (const id of this.changedIds) {
      const { from, to, groupsChanged } = this.assign(this.groups, id);
      if (from === to) {
        stayed.push(id);
        continue;
      }
      for (const group of [from, to]) if (group) this.changedGroups.add(group);
      this.groupSetChanged ||= groupsChanged || this.options.grouping === 'list';
    }
    this.changedIds.clear();
    const rows = stayed.flatMap((id) => this.row(id) ?? []).filter(({ group }) => !this.changedGroups.has(group));
    const areGroupsDue = performance.now() >= this.groupsDueAtMs;
    const isAll = this.groupSetChanged && areGroupsDue;
    const groups = areGroupsDue ? [...this.changedGroups] : [];
    if (areGroupsDue) {
      const rendered = isAll ? this.shownCount : groups.reduce((sum, { size }) => sum + size, 0);
      this.groupsDueAtMs = performance.now() + rendered * THROTTLE_PER_ROW_MS;
      this.changedGroups.clear();
      this.groupSetChanged = false;
    } else if (this.groupSetChanged || this.changedGroups.size > 0) this.rendering.request();
    if (isAll) this.changes.fire(undefined);
    else if (rows.length + groups.length > 0) this.changes.fire([...rows, ...groups]);
    return THROTTLE_MS;
  }

  /** Renders at once, because its causes are rare, most by the user, who may be shown a row right afterwards. */
  private renderAll(): void {
    this.cachedGroups = undefined;
    this.changedIds.clear();
    this.changedGroups.clear();
    this.groupSetChanged = false;
    this.changes.fire(undefined);
    this.renders.fire(undefined);
    this.rendering.done(THROTTLE_MS);
  }
}

function invalidEntryItem(entry: Row & { type: 'invalid' }): vscode.TreeItem {
  const label =
    entry.index < 0 ? vscode.l10n.t('Service providers setting') : vscode.l10n.t('Entry {0}', entry.index + 1);
  const item = new vscode.TreeItem(label);
  item.id = `invalid ${entry.index}`;
  item.description = entry.problem;
  item.tooltip = vscode.l10n.t({
    message: '{0} Select to open the setting.',
    args: [entry.problem],
    comment: ['{0} is a whole sentence that says what is wrong with an entry.'],
  });
  item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  item.contextValue = 'invalid';
  item.accessibilityInformation = { label: vscode.l10n.t('{0}, cannot be used: {1}', label, entry.problem) };
  item.command = { command: OPEN_SETTING_COMMAND, title: vscode.l10n.t('Open Setting'), arguments: [entry.index] };
  return item;
}
