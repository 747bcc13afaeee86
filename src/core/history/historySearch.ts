import { operationText, outcomeOf, wasChangedSince } from './changeDescription';
import { isProviderChange, providerOf, type ChangeRecord, type ProviderChangeRecord } from './changeRecord';
import { canBeUndone } from './undo';
import type { NetworkMapping } from '../model/networkMapping';
import type { SkillNames } from '../skills/skillNames';
import { foldForSearch } from '../text/searchText';

/** A change that was found. */
export interface ChangeMatch {
  readonly change: ChangeRecord;
  /** Whether a later change has undone it. */
  readonly isUndone: boolean;
}

/** A change with the text that a search looks in. */
export interface SearchableChange extends ChangeMatch {
  /** See {@link searchableText}. */
  readonly text: string;
}

/** All recorded changes, to be searched. */
export interface SearchableHistory {
  /**
   * Yields batches, the newest change first. Other tasks run in between, and a superseded search is abandoned there.
   *
   * @throws when the records cannot be read
   */
  newestFirst(): AsyncIterable<readonly SearchableChange[]>;
}

/** The changes found of one operation, the newest first. */
export interface OperationMatch {
  readonly id: string;
  readonly changes: readonly ChangeMatch[];
  /** How many service providers were selected; if not recorded, how many changes the operation has, matching or not. */
  readonly total: number;
  /** How many changes of the operation were recorded, matching or not: fewer than were selected if some needed none. */
  readonly recorded: number;
  /** For how many of the selected service providers nothing was sent, whether a change was recorded or not. */
  readonly notSent: number;
  /** How many of these changes succeeded. */
  readonly succeeded: number;
  /** Whether any of them succeeded, is not itself an undo, can be undone, and was not undone. */
  readonly canUndo: boolean;
}

/** The results of a search so far. */
export interface SearchResult {
  /** Ordered by their newest matching change, the newest first. */
  readonly operations: readonly OperationMatch[];
  /** The number of changes in `operations`. */
  readonly shown: number;
  /** How many of the searched changes match. */
  readonly matching: number;
  /** How many changes were searched. */
  readonly total: number;
  /** Whether all changes were searched. */
  readonly isComplete: boolean;
}

/**
 * Returns a function that tracks whether a later change has undone a change. Call it once per change, the newest first,
 * because an undo is newer than what it undoes.
 */
export function trackUndone(): (change: ChangeRecord) => boolean {
  const undone = new Set<string>();
  return ({ id, revertsChangeId, completed }) => {
    if (revertsChangeId !== undefined && completed?.result === 'succeeded') undone.add(revertsChangeId);
    return undone.has(id);
  };
}

/**
 * Returns the text that searches look in, folded by {@link foldForSearch}: names, IDs, skills, the account, the
 * operation, the outcome and, with `isUndone`, that it was undone.
 *
 * @param outcomes keeps the words of outcomes, which many changes share and which take longer to build than all the rest
 */
export function searchableText(change: ChangeRecord, isUndone: boolean, outcomes: Map<string, string>): string {
  return `${foldForSearch(fieldsOf(change))}\n${outcomesText(change, isUndone, outcomes)}`;
}

/**
 * Returns a filter for changes: it matches one whose {@link searchableText}, with the names that its skills have now,
 * contains all words of the search, in any order. Of words joined by `|`, one suffices. An empty search matches everything.
 */
export function searchFilter(
  search: string,
  skills: SkillNames,
): (change: Pick<SearchableChange, 'text' | 'change'>) => boolean {
  const words = foldForSearch(search).split(/\s+/);
  const wanted = words.map((word) => word.split('|').filter(Boolean)).filter(({ length }) => length > 0);
  if (wanted.length === 0) return () => true;
  const tests = wanted.map((either) => either.map((word) => ({ word, isInName: nameFilter(word, skills) })));
  return ({ text, change }) =>
    tests.every((either) => either.some(({ word, isInName }) => text.includes(word) || hasMapping(change, isInName)));
}

/** Whether a change is about a mapping that passes a test. */
function hasMapping(change: ChangeRecord, test: (mapping: NetworkMapping | undefined) => boolean): boolean {
  return isProviderChange(change)
    ? test(endedMapping(change))
    : test(change.before) || test(change.target) || test(change.completed?.actual);
}

/** Returns the mapping that a deletion of a service provider ends. */
function endedMapping(change: ProviderChangeRecord): NetworkMapping | undefined {
  return change.operation === 'deleteProvider' ? change.mapping : undefined;
}

/** Returns whether the name of a mapping's skill contains a word. Looks up each skill once: many changes share it. */
function nameFilter(word: string, skills: SkillNames): (mapping: NetworkMapping | undefined) => boolean {
  const known = new Map<string, boolean>();
  return (mapping) => {
    if (mapping?.type !== 'mapped') return false;
    const { skillId } = mapping;
    const isIn = known.get(skillId) ?? foldForSearch(skills.nameOf(skillId) ?? '').includes(word);
    known.set(skillId, isIn);
    return isIn;
  };
}

/**
 * Searches all recorded changes. Calls `onFound` at most twice: when enough changes are found, and when all are
 * counted.
 *
 * @param limit how many changes to return, the newest ones
 * @throws what the history throws; an abort ends the search without an error
 */
export async function searchChanges(
  history: SearchableHistory,
  text: string,
  skills: SkillNames,
  limit: number,
  signal: AbortSignal,
  onFound: (found: SearchResult) => void,
): Promise<void> {
  const matches = searchFilter(text, skills);
  const search = new Search(limit);
  for await (const batch of history.newestFirst()) {
    if (signal.aborted) return;
    for (const change of batch) if (search.take(change, matches(change))) onFound(search.found(false));
  }
  if (!signal.aborted) onFound(search.found(true));
}

interface Operation {
  readonly changes: ChangeMatch[];
  selected: number;
  recorded: number;
  sent: number;
  succeeded: number;
  canUndo: boolean;
}

class Search {
  total = 0;
  private matching = 0;
  private readonly operations = new Map<string, Operation>();
  /** Ordered by their newest matching change. */
  private readonly shown = new Set<string>();
  /** Service providers that a newer change has deleted: none of their changes can be undone. */
  private readonly deleted = new Set<string>();

  constructor(private readonly limit: number) {}

  /** @returns whether the limit has just been reached */
  take({ change, isUndone }: ChangeMatch, matches: boolean): boolean {
    this.total += 1;
    const hasSucceeded = change.completed?.result === 'succeeded';
    const operation = this.operationOf(change.operationId);
    operation.recorded += 1;
    if (change.completed?.result !== 'notSent') operation.sent += 1;
    operation.selected = Math.max(operation.selected, change.selected ?? 0);
    if (hasSucceeded) operation.succeeded += 1;
    if (hasSucceeded && change.operation === 'deleteProvider') this.deleted.add(change.serviceProviderId);
    const isThere = !this.deleted.has(providerOf(change) ?? '');
    if (hasSucceeded && !isUndone && isThere && canBeUndone(change)) operation.canUndo = true;
    if (!matches) return false;
    this.matching += 1;
    if (this.matching > this.limit) return false;
    operation.changes.push({ change, isUndone });
    this.shown.add(change.operationId);
    return this.matching === this.limit;
  }

  found(isComplete: boolean): SearchResult {
    const { matching, total } = this;
    const operations = [...this.shown].map((id) => {
      const { changes, selected, recorded, sent, succeeded, canUndo } = this.operationOf(id);
      const total = Math.max(selected, recorded);
      return { id, changes: [...changes], total, recorded, notSent: total - sent, succeeded, canUndo };
    });
    return { operations, shown: Math.min(matching, this.limit), matching, total, isComplete };
  }

  private operationOf(id: string): Operation {
    let operation = this.operations.get(id);
    if (!operation) {
      operation = { changes: [], selected: 0, recorded: 0, sent: 0, succeeded: 0, canUndo: false };
      this.operations.set(id, operation);
    }
    return operation;
  }
}

function fieldsOf(change: ChangeRecord): string {
  const { name = '', account = '', completed } = change;
  const skills = isProviderChange(change)
    ? skillIn(endedMapping(change))
    : `${skillIn(change.before)}\n${skillIn(change.target)}\n${skillIn(completed?.actual)}`;
  return `${name}\n${providerOf(change) ?? ''}\n${account}\n${skills}\n${completed?.requestId ?? ''}\n${ownFields(change)}`;
}

/** Returns what only a change of a service provider itself has. */
function ownFields(change: ChangeRecord): string {
  switch (change.operation) {
    case 'create':
    case 'update':
    case 'delete':
      return '';
    case 'createProvider':
    case 'deleteProvider':
      return `${change.logicalId ?? ''}\n${change.displayName ?? ''}`;
    case 'updateProvider':
      return `${change.displayNameBefore ?? ''}\n${change.displayName}`;
  }
}

function skillIn(mapping: NetworkMapping | undefined): string {
  return mapping?.type === 'mapped' ? mapping.skillId : '';
}

/** Cached: many changes share them, and they take longer to build than all the rest. */
function outcomesText(change: ChangeRecord, isUndone: boolean, known: Map<string, string>): string {
  const { operation, revertsChangeId, account, completed } = change;
  const { result, failure, status, recovered } = completed ?? {};
  const isChangedSince = result === 'unconfirmed' && wasChangedSince(change);
  // Faster than joining a list.
  const key = `${operation} ${revertsChangeId !== undefined} ${isUndone} ${result} ${failure} ${status} ${recovered} ${completed?.actual?.type} ${isChangedSince} ${account}`;
  let words = known.get(key);
  if (words === undefined) {
    const { title, reason = '', status: answer = '', remarks } = outcomeOf(change, isUndone);
    words = foldForSearch([operationText(change), title, reason, answer, ...remarks].join('\n'));
    known.set(key, words);
  }
  return words;
}
