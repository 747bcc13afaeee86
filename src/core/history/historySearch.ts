import { setImmediate } from 'node:timers/promises';
import { operationText, outcomeOf, wasChangedSince, type ChangeHistorySource } from './changeDescription';
import type { ChangeRecord } from './changeRecord';
import { foldForSearch } from '../text/searchText';

/** A change that was found. */
export interface ChangeMatch {
  readonly change: ChangeRecord;
  /** Whether a later change has taken it back. */
  readonly isUndone: boolean;
}

/** The found changes of one act, the newest first. */
export interface OperationMatch {
  readonly id: string;
  readonly changes: readonly ChangeMatch[];
  /** How many service providers were selected; where that was not noted, how many changes there are, whether they match or not. */
  readonly total: number;
  /** How many of these were carried out. */
  readonly done: number;
  /** Whether any of them was carried out, is no undo itself, and was not taken back. */
  readonly canUndo: boolean;
}

/** What a search has found so far. */
export interface SearchResult {
  /** In the order of their newest change that matches, the newest first. */
  readonly operations: readonly OperationMatch[];
  /** How many changes there are in `acts`. */
  readonly shown: number;
  /** How many match, of those looked at. */
  readonly matching: number;
  /** How many were looked at. */
  readonly total: number;
  /** Whether all were. */
  readonly isComplete: boolean;
}

/** So many are looked at in one go; in between, others have their turn, and a search that is out of date is given up. */
const YIELD_EVERY = 1000;

/**
 * Makes the test whether a later change has taken a change back. It is asked once for each change, the newest first, since
 * whatever takes a change back comes before it then.
 */
export function trackUndone(): (change: ChangeRecord) => boolean {
  const undone = new Set<string>();
  return ({ id, revertsChangeId, completed }) => {
    if (revertsChangeId !== undefined && completed?.result === 'done') undone.add(revertsChangeId);
    return undone.has(id);
  };
}

/**
 * Makes the test whether a change has all words of a text in it, in any order and as
 * people compare texts ({@link foldForSearch}): its names and ids, the
 * skills, the account, what it was to do, how it ended, and, with `isUndone`, that it was taken back. Of words joined by
 * `|` one will do. An empty text lets all pass.
 */
export function changeFilter(text: string): (change: ChangeRecord, isUndone?: boolean) => boolean {
  const words = foldForSearch(text).split(/\s+/);
  const wanted = words.map((word) => word.split('|').filter(Boolean)).filter(({ length }) => length > 0);
  if (wanted.length === 0) return () => true;
  const outcomes = new Map<string, string>();
  return (change, isUndone = false) => {
    const fields = foldForSearch(`${fieldsOf(change)}\n${outcomesText(change, isUndone, outcomes)}`);
    return wanted.every((either) => either.some((word) => fields.includes(word)));
  };
}

/**
 * Looks for changes among all that are noted. The result is passed to `onFound` twice at most: as soon as there are as many
 * as wanted, and when all are counted.
 *
 * @param limit how many changes are wanted, the newest ones
 * @throws what the source throws; an abort ends the search silently
 */
export async function searchChanges(
  source: ChangeHistorySource,
  text: string,
  limit: number,
  signal: AbortSignal,
  onFound: (found: SearchResult) => void,
): Promise<void> {
  const matches = changeFilter(text);
  const wasUndone = trackUndone();
  const search = new Search(limit);
  for await (const change of source.newestFirst()) {
    const isUndone = wasUndone(change);
    const isFull = search.take({ change, isUndone }, matches(change, isUndone));
    if (search.total % YIELD_EVERY === 0) await setImmediate();
    if (signal.aborted) return;
    if (isFull) onFound(search.found(false));
  }
  onFound(search.found(true));
}

interface Operation {
  readonly changes: ChangeMatch[];
  selected: number;
  total: number;
  done: number;
  canUndo: boolean;
}

class Search {
  total = 0;
  private matching = 0;
  private readonly operations = new Map<string, Operation>();
  /** By their newest change that matches. */
  private readonly shown = new Set<string>();

  constructor(private readonly limit: number) {}

  /** @returns whether this was the last one that was wanted */
  take({ change, isUndone }: ChangeMatch, matches: boolean): boolean {
    this.total += 1;
    const isDone = change.completed?.result === 'done';
    const operation = this.operationOf(change.operationId);
    operation.total += 1;
    operation.selected = Math.max(operation.selected, change.selected ?? 0);
    if (isDone) operation.done += 1;
    if (isDone && !isUndone && change.revertsChangeId === undefined) operation.canUndo = true;
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
      const { changes, selected, total: sent, done, canUndo } = this.operationOf(id);
      return { id, changes: [...changes], total: Math.max(selected, sent), done, canUndo };
    });
    return { operations, shown: Math.min(matching, this.limit), matching, total, isComplete };
  }

  private operationOf(id: string): Operation {
    let operation = this.operations.get(id);
    if (!operation)
      this.operations.set(id, (operation = { changes: [], selected: 0, total: 0, done: 0, canUndo: false }));
    return operation;
  }
}

function fieldsOf({ name, serviceProviderId, account, before, target, completed }: ChangeRecord): string {
  const skills = [before, target, completed?.actual].map((mapping) =>
    mapping?.type === 'mapped' ? mapping.skillId : '',
  );
  return [name ?? '', serviceProviderId, account ?? '', ...skills, completed?.requestId ?? ''].join('\n');
}

/** They are the same for many changes, and take longer to make than all the rest. */
function outcomesText(change: ChangeRecord, isUndone: boolean, known: Map<string, string>): string {
  const { operation, revertsChangeId, account, completed } = change;
  const { result, failure, status, recovered } = completed ?? {};
  const key = [
    operation,
    revertsChangeId !== undefined,
    isUndone,
    account,
    result,
    failure,
    status,
    recovered,
    completed?.actual?.type,
    wasChangedSince(change),
  ].join();
  let words = known.get(key);
  if (words === undefined) {
    const { title, reason = '', status: answer = '', remarks } = outcomeOf(change, isUndone);
    words = [operationText(change), title, reason, answer, ...remarks].join('\n');
    known.set(key, words);
  }
  return words;
}
