import { isSameSkillId } from '../model/identifiers';
import type { NetworkMapping } from '../model/networkMapping';
import type { SkillNames } from '../skills/skillNames';
import { knownState, type ProviderStatus, type RowState } from '../mappings/providerStatus';

/** The group of a service provider: its skill, or the reason why it has none. */
export type GroupKey =
  | NetworkMapping
  | { readonly type: 'unknownProvider' }
  | { readonly type: 'unreadable' }
  | { readonly type: 'signedOut' }
  | { readonly type: 'notRead' }
  /** A single group for all: no grouping. */
  | { readonly type: 'list' };

/** From top to bottom. */
const ORDER: readonly GroupKey['type'][] = [
  'list',
  'mapped',
  'notMapped',
  'unknownProvider',
  'unreadable',
  'signedOut',
  'notRead',
];

/** Returns the group of a row. A row that is being re-read or changed stays in its last known group. */
export function groupKeyOf(status: ProviderStatus, row: RowState): GroupKey {
  if (row.type === 'signedOut') return { type: 'signedOut' };
  if (status.readError) return { type: 'unreadable' };
  return knownState(status) ?? { type: 'notRead' };
}

/** A group of service providers. The same object is used for as long as it has members. */
export class SkillGroup {
  readonly type = 'group';
  private readonly members = new Set<string>();
  private inOrder: readonly string[] | undefined;
  /** The greatest position of a member, and whether members were added in the order of the list. */
  private last = -1;
  private isSorted = true;

  constructor(
    /** Identifies the group, also in another session. Service provider IDs contain no spaces. */
    readonly key: string,
    readonly place: GroupKey,
    private readonly positions: ReadonlyMap<string, number>,
  ) {}

  get size(): number {
    return this.members.size;
  }

  /** In the order of the list. */
  get ids(): readonly string[] {
    if (this.inOrder) return this.inOrder;
    const ids = [...this.members];
    if (!this.isSorted) ids.sort((one, other) => this.position(one) - this.position(other));
    this.inOrder = ids;
    return ids;
  }

  add(id: string): void {
    const position = this.position(id);
    if (position < this.last) this.isSorted = false;
    else this.last = position;
    this.members.add(id);
    this.inOrder = undefined;
  }

  delete(id: string): void {
    this.members.delete(id);
    this.inOrder = undefined;
  }

  private position(id: string): number {
    return this.positions.get(id) ?? -1;
  }
}

/** What changed when a service provider was assigned to a group. */
export interface GroupChange {
  readonly from: SkillGroup | undefined;
  readonly to: SkillGroup | undefined;
  /** Whether a group was added or removed. */
  readonly groupsChanged: boolean;
}

/** Assigns service providers to groups one at a time, so that the cost depends on the change and not on the list. */
export class SkillGroups {
  private readonly byKey = new Map<string, SkillGroup>();
  private readonly byMember = new Map<string, SkillGroup>();
  private readonly skillKeys = new Map<string, string>();
  /** The skill IDs that have a group, by the part that all formats of a skill's ID share; rarely more than one. */
  private readonly bySuffix = new Map<string, string[]>();
  private readonly positions: ReadonlyMap<string, number>;
  /** The state of each service provider in any group, and how many have it. */
  private readonly states = new Map<string, GroupKey['type']>();
  private readonly counts = new Map<GroupKey['type'], number>();
  private readonly collator: Intl.Collator;

  /**
   * @param ids the list, whose order the members of each group keep
   * @param skills by whose names the groups are ordered
   * @param prefix of the keys: a group with another prefix counts as another one, so that it is not collapsed because
   *   the user collapsed the first
   * @param language whose order the names have; a BCP 47 tag, such as VS Code's `env.language`
   */
  constructor(
    ids: readonly string[],
    private readonly skills: SkillNames,
    private readonly prefix = '',
    language?: string,
  ) {
    this.collator = new Intl.Collator(language);
    this.positions = new Map(ids.map((id, index) => [id, index]));
  }

  /** The number of service providers in any group. */
  get size(): number {
    return this.byMember.size;
  }

  /** All IDs in any group. */
  get ids(): Iterable<string> {
    return this.byMember.keys();
  }

  /**
   * Returns the groups with members: first skills, then the rest. Skills are ordered by name, those without one after
   * them by ID, and not by size, so that no group moves while rows are dragged or during a bulk operation.
   */
  get groups(): readonly SkillGroup[] {
    const nameOf = ({ place }: SkillGroup) => (place.type === 'mapped' ? this.skills.nameOf(place.skillId) : undefined);
    const rank = (group: SkillGroup) => ORDER.indexOf(group.place.type) + (nameOf(group) === undefined ? 0.5 : 0);
    return [...this.byKey.values()].sort(
      (one, other) =>
        rank(one) - rank(other) ||
        this.collator.compare(nameOf(one) ?? '', nameOf(other) ?? '') ||
        (one.key < other.key ? -1 : one.key > other.key ? 1 : 0),
    );
  }

  /** Returns how many service providers in any group have a state, also while they are not grouped by it. */
  count(state: GroupKey['type']): number {
    return this.counts.get(state) ?? 0;
  }

  groupOf(id: string): SkillGroup | undefined {
    return this.byMember.get(id);
  }

  /** Whether a service provider with this key belongs to the group. */
  isIn(group: SkillGroup, place: GroupKey): boolean {
    return this.keyOf(place) === this.keyOf(group.place);
  }

  /**
   * @param place undefined for one that is filtered out
   * @param state what it counts as, if it is not grouped by that
   */
  assign(id: string, place: GroupKey | undefined, state = place?.type): GroupChange {
    this.countAs(id, place && state);
    const from = this.byMember.get(id);
    const known = place && this.byKey.get(this.keyOf(place));
    if (from === known && (known || !place)) return { from, to: known, groupsChanged: false };
    from?.delete(id);
    this.byMember.delete(id);
    if (from?.size === 0) this.byKey.delete(from.key);
    const to = known ?? (place && this.create(place));
    to?.add(id);
    if (to) this.byMember.set(id, to);
    return { from, to, groupsChanged: from?.size === 0 || to !== known };
  }

  private countAs(id: string, state: GroupKey['type'] | undefined): void {
    const before = this.states.get(id);
    if (before) this.counts.set(before, this.count(before) - 1);
    if (!state) {
      this.states.delete(id);
      return;
    }
    this.states.set(id, state);
    this.counts.set(state, this.count(state) + 1);
  }

  private create(place: GroupKey): SkillGroup {
    const group = new SkillGroup(this.keyOf(place), place, this.positions);
    this.byKey.set(group.key, group);
    return group;
  }

  /** A skill has one group, in whatever format the service returns its ID. */
  private keyOf(place: GroupKey): string {
    if (place.type !== 'mapped') return `${this.prefix}group ${place.type}`;
    const { skillId } = place;
    const known = this.skillKeys.get(skillId);
    if (known !== undefined) return known;
    const end = skillId.slice(skillId.lastIndexOf('.') + 1).toLowerCase();
    const bySuffix = this.bySuffix.get(end) ?? [];
    const same = bySuffix.find((other) => isSameSkillId(other, skillId));
    if (same === undefined) this.bySuffix.set(end, [...bySuffix, skillId]);
    const key = `${this.prefix}group skill ${same ?? skillId}`;
    this.skillKeys.set(skillId, key);
    return key;
  }
}
