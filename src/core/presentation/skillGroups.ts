import { isSameSkillId } from '../model/identifiers';
import type { NetworkMapping } from '../model/networkMapping';
import type { ProviderStatus, RowState } from '../mappings/providerStatus';

/** Where a service provider stands among the groups: at its skill, or at the reason why it has none. */
export type GroupKey =
  | NetworkMapping
  | { readonly type: 'unreadable' }
  | { readonly type: 'signedOut' }
  | { readonly type: 'notRead' }
  /** One group for all: no grouping. */
  | { readonly type: 'list' };

/** From top to bottom. */
const ORDER: readonly GroupKey['type'][] = ['list', 'mapped', 'notMapped', 'unreadable', 'signedOut', 'notRead'];

/** The place of a row. One that is only read again, or changed, stays where it is known to be. */
export function groupKeyOf({ lastKnown: known, readError }: ProviderStatus, row: RowState): GroupKey {
  if (row.type === 'signedOut') return { type: 'signedOut' };
  if (readError) return { type: 'unreadable' };
  return known?.mapping ?? { type: 'notRead' };
}

/** Service providers that stand together. The same object for as long as there are any. */
export class SkillGroup {
  readonly type = 'group';
  private readonly members = new Set<string>();
  private inOrder: readonly string[] | undefined;
  /** The greatest position of a member; whether all came in the order of the list. */
  private last = -1;
  private isSorted = true;

  constructor(
    /** Tells the group from all others, also in another session. No id of a service provider has a space in it. */
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

/** What became different when a service provider was put somewhere. */
export interface GroupChange {
  readonly from: SkillGroup | undefined;
  readonly to: SkillGroup | undefined;
  /** Whether a group is new, or was the last one's. */
  readonly groupsChanged: boolean;
}

/** Puts service providers into groups, one at a time, so that a change costs what has changed and not the whole list. */
export class SkillGroups {
  private readonly byKey = new Map<string, SkillGroup>();
  private readonly byMember = new Map<string, SkillGroup>();
  private readonly skillKeys = new Map<string, string>();
  /** The skill ids that have a key of their own, by what is the same in all forms of one skill's id; seldom more than one. */
  private readonly bySuffix = new Map<string, string[]>();
  private readonly positions: ReadonlyMap<string, number>;

  /**
   * @param ids the list, whose order the members of each group keep
   * @param prefix begins the keys: groups of another prefix are others, whether or not a user has closed those of this one
   */
  constructor(
    ids: readonly string[],
    private readonly prefix = '',
  ) {
    this.positions = new Map(ids.map((id, index) => [id, index]));
  }

  /** How many service providers stand anywhere. */
  get size(): number {
    return this.byMember.size;
  }

  /** All ids that stand anywhere. */
  get ids(): Iterable<string> {
    return this.byMember.keys();
  }

  /**
   * The groups that have members: the skills, then the rest. Skills are in the order of their ids and not of their size, so
   * that none moves away while rows are dragged, or while an act moves hundreds from one to the other.
   */
  get groups(): readonly SkillGroup[] {
    const rank = ({ place }: SkillGroup) => ORDER.indexOf(place.type);
    return [...this.byKey.values()].sort(
      (one, other) => rank(one) - rank(other) || (one.key < other.key ? -1 : one.key > other.key ? 1 : 0),
    );
  }

  groupOf(id: string): SkillGroup | undefined {
    return this.byMember.get(id);
  }

  /** Whether a service provider at this place belongs to the group. */
  isIn(group: SkillGroup, place: GroupKey): boolean {
    return this.keyOf(place) === this.keyOf(group.place);
  }

  /** @param place undefined for one that stands nowhere, because it is filtered out */
  assign(id: string, place: GroupKey | undefined): GroupChange {
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

  private create(place: GroupKey): SkillGroup {
    const group = new SkillGroup(this.keyOf(place), place, this.positions);
    this.byKey.set(group.key, group);
    return group;
  }

  /** One skill has one group, in whatever form the service names it. */
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
