import { isDeepStrictEqual } from 'node:util';
import { isSameSkillId } from '../model/identifiers';
import { parseConfiguredProviders, type Field, type SettingEntry } from '../model/configuredProviders';

/** The fields of an entry to edit; undefined removes a field. */
export type EntryFields = Readonly<Partial<Record<Exclude<Field, 'id'>, string | undefined>>>;

/** One operation of an edit. All indexes are those of the list before the edit. */
export type EntryOperation =
  /** Inserts entries before the one at the index, or at the end if the index is the length of the list. */
  | { readonly type: 'insert'; readonly index: number; readonly entries: readonly unknown[] }
  | { readonly type: 'set'; readonly index: number; readonly fields: EntryFields }
  | { readonly type: 'remove'; readonly index: number };

/**
 * An edit of the list by the IDs of its entries: returns the operations for the current list. It returns none if
 * nothing is left to do, so applying it to the written list shows whether the edit is in effect.
 */
export type ListEdit = (entries: readonly unknown[]) => readonly EntryOperation[];

/** Adds entries at the end, except those whose ID is already in the list. */
export function addition(additions: readonly SettingEntry[]): ListEdit {
  return (entries) => {
    const listed = idsOf(entries);
    const added = additions.filter(({ id }) => !listed.has(id));
    return added.length === 0 ? [] : [{ type: 'insert', index: entries.length, entries: added }];
  };
}

/**
 * Renames an entry.
 *
 * @param name empty to remove the name
 */
export function renaming(id: string, name: string): ListEdit {
  return (entries) =>
    entries.flatMap((entry, index): EntryOperation[] => {
      if (!hasId(entry) || entry.id !== id || (entry.name ?? '') === name) return [];
      return [{ type: 'set', index, fields: { name: name === '' ? undefined : name } }];
    });
}

/**
 * Names a skill in the list of the `skills` setting, which may have its ID in another format.
 *
 * @param name empty to remove the skill from the list
 */
export function naming(skillId: string, name: string): ListEdit {
  return (entries) => {
    const places = entries.flatMap((entry, index) => (hasId(entry) && isSameSkillId(entry.id, skillId) ? [index] : []));
    if (name === '') return places.map((index) => ({ type: 'remove', index }));
    if (places.length === 0) return [{ type: 'insert', index: entries.length, entries: [{ id: skillId, name }] }];
    const isNamed = (index: number) => (entries[index] as { name?: unknown }).name === name;
    return places.flatMap((index) => (isNamed(index) ? [] : [{ type: 'set', index, fields: { name } }]));
  };
}

export function removal(ids: readonly string[]): ListEdit {
  const all = new Set(ids);
  return (entries) =>
    entries.flatMap((entry, index): EntryOperation[] =>
      hasId(entry) && all.has(entry.id) ? [{ type: 'remove', index }] : [],
    );
}

/** Restores removed entries to their positions, except those whose ID is already in the list. */
function restoration(removed: readonly { readonly index: number; readonly entry: { id: string } }[]): ListEdit {
  return (entries) => {
    const listed = idsOf(entries);
    return removed.flatMap(({ index, entry }, earlier): EntryOperation[] => {
      if (listed.has(entry.id)) return [];
      // The index includes earlier entries that were removed together with this one.
      return [{ type: 'insert', index: Math.min(index - earlier, entries.length), entries: [entry] }];
    });
  };
}

/**
 * Adds and updates entries, as an import does. Of several entries with one ID, updates only the one in use.
 *
 * @param updates give existing entries another name or account, if they have one
 */
export function merging(additions: readonly SettingEntry[], updates: readonly SettingEntry[]): ListEdit {
  const updateOf = new Map(updates.map((entry) => [entry.id, entry]));
  return (entries) => [
    ...parseConfiguredProviders(entries).flatMap((parsed, index): EntryOperation[] => {
      const update = parsed.type === 'provider' ? updateOf.get(parsed.id) : undefined;
      if (!update) return [];
      const { id, ...fields } = update;
      const before = entries[index] as EntryFields;
      return Object.entries(fields).every(([field, text]) => before[field as keyof EntryFields] === text)
        ? []
        : [{ type: 'set', index, fields }];
    }),
    ...addition(additions)(entries),
  ];
}

/**
 * Reverts an edit, except for entries that were changed after it.
 *
 * @param before the list that the operations were applied to
 */
export function reversal(before: readonly unknown[], operations: readonly EntryOperation[]): ListEdit {
  const added = new Map<string, unknown>();
  const updated = new Map<string, { readonly after: unknown; readonly fields: EntryFields }>();
  const removed: { index: number; entry: { id: string } }[] = [];
  for (const operation of operations) {
    if (operation.type === 'insert') {
      for (const entry of operation.entries) if (hasId(entry)) added.set(entry.id, entry);
      continue;
    }
    const entry = before[operation.index];
    if (!hasId(entry)) continue;
    if (operation.type === 'remove') removed.push({ index: operation.index, entry });
    else {
      const fields = Object.fromEntries(
        Object.keys(operation.fields).map((field) => [field, (entry as EntryFields)[field as keyof EntryFields]]),
      );
      updated.set(entry.id, { after: withFields(entry, operation.fields), fields });
    }
  }
  const restore = restoration(removed);
  return (entries) => [
    ...entries.flatMap((entry, index): EntryOperation[] => {
      if (!hasId(entry)) return [];
      if (added.has(entry.id) && isDeepStrictEqual(added.get(entry.id), entry)) return [{ type: 'remove', index }];
      const update = updated.get(entry.id);
      return update && isDeepStrictEqual(update.after, entry) ? [{ type: 'set', index, fields: update.fields }] : [];
    }),
    ...restore(entries),
  ];
}

/** Returns the list after an edit. Unaffected entries remain the same objects. */
export function applied(entries: readonly unknown[], operations: readonly EntryOperation[]): unknown[] {
  const inserted = new Map<number, unknown[]>();
  const changed = new Map<number, unknown[]>();
  for (const operation of operations) {
    const { index } = operation;
    if (operation.type === 'insert') inserted.set(index, [...(inserted.get(index) ?? []), ...operation.entries]);
    else changed.set(index, operation.type === 'remove' ? [] : [withFields(entries[index], operation.fields)]);
  }
  return [
    ...entries.flatMap((entry, index) => [...(inserted.get(index) ?? []), ...(changed.get(index) ?? [entry])]),
    ...(inserted.get(entries.length) ?? []),
  ];
}

function withFields(entry: unknown, fields: EntryFields): object {
  const all = Object.entries({ ...(entry as object), ...fields });
  return Object.fromEntries(all.filter(([field, value]) => !(field in fields && value === undefined)));
}

function idsOf(entries: readonly unknown[]): ReadonlySet<string> {
  return new Set(entries.flatMap((entry) => (hasId(entry) ? [entry.id] : [])));
}

function hasId(entry: unknown): entry is { id: string; name?: unknown } {
  return typeof entry === 'object' && entry !== null && 'id' in entry && typeof entry.id === 'string';
}
