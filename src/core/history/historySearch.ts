import { setImmediate } from 'node:timers/promises';
import { operationText, outcomeOf, wasChangedSince, type ChangeHistorySource } from './changeDescription';
import type { ChangeRecord } from './changeRecord';
import { foldForSearch } from '../text/searchText';

/** A change that was found. */
export interface ChangeMatch {
  readonly change: ChangeRecord;
  /** Whether a later change has undone it. */
  readonly isUndone: boolean;
}

/** The changes found of one operation, the newest first. */
export interface OperationMatch {
  readonly id: string;
  readonly changes: readonly ChangeMatch[];
  /** How many service providers were selected; if not recorded, how many changes the operation has, matching or not. */
  readonly total: number;
  /** How many of these changes succeeded. */
  readonly succeeded: number;
  /** Whether any of them succeeded, is not itself an undo, and was not undone. */
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

/** Changes per batch; in between, other tasks run, and a superseded search is abandoned. */
const YIELD_EVERY = 1000;

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
 * Returns a filter that matches changes which contain all words of a text, in any order, compared by {@link
 * foldForSearch}. It searches names, IDs, skills, the account, the operation, the outcome and, with `isUndone`, that it
 * was undone. Of words joined by `|`, one suffices. An empty text matches everything.
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
 * Searches all recorded changes. Calls `onFound` at most twice: when enough changes are found, and when all are
 * counted.
 *
 * @param limit how many changes to return, the newest ones
 * @throws what the source throws; an abort ends the search without an error
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
  succeeded: number;
  canUndo: boolean;
}

class Search {
  total = 0;
  private matching = 0;
  private readonly operations = new Map<string, Operation>();
  /** Ordered by their newest matching change. */
  private readonly shown = new Set<string>();

  constructor(private readonly limit: number) {}

  /** @returns whether the limit has just been reached */
  take({ change, isUndone }: ChangeMatch, matches: boolean): boolean {
    this.total += 1;
    const hasSucceeded = change.completed?.result === 'succeeded';
    const operation = this.operationOf(change.operationId);
    operation.total += 1;
    operation.selected = Math.max(operation.selected, change.selected ?? 0);
    if (hasSucceeded) operation.succeeded += 1;
    if (hasSucceeded && !isUndone && change.revertsChangeId === undefined) operation.canUndo = true;
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
      const { changes, selected, total: sent, succeeded, canUndo } = this.operationOf(id);
      return { id, changes: [...changes], total: Math.max(selected, sent), succeeded, canUndo };
    });
    return { operations, shown: Math.min(matching, this.limit), matching, total, isComplete };
  }

  private operationOf(id: string): Operation {
    let operation = this.operations.get(id);
    if (!operation)
      this.operations.set(id, (operation = { changes: [], selected: 0, total: 0, succeeded: 0, canUndo: false }));
    return operation;
  }
}

function fieldsOf({ name, serviceProviderId, account, before, target, completed }: ChangeRecord): string {
  const skills = [before, target, completed?.actual].map((mapping) =>
    mapping?.type === 'mapped' ? mapping.skillId : '',
  );
  return [name ?? '', serviceProviderId, account ?? '', ...skills, completed?.requestId ?? ''].join('\n');
}

/** Cached: many changes share them, and they take longer to build than all the rest. */
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
