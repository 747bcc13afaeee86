import { setImmediate } from 'node:timers/promises';
import { operationText, outcomeOf, wasChangedSince, type ChangeHistorySource } from './changeDescription';
import type { RecordedChange } from './changeRecord';
import { foldForSearch } from '../text/searchText';

/** A change that was found. */
export interface FoundChange {
  readonly change: RecordedChange;
  /** Whether a later change has taken it back. */
  readonly isUndone: boolean;
}

/** The found changes of one act, the newest first. */
export interface FoundAct {
  readonly id: string;
  readonly changes: readonly FoundChange[];
  /** How many service providers were selected; where that was not noted, how many changes there are, whether they match or not. */
  readonly total: number;
  /** How many of these were carried out. */
  readonly done: number;
  /** Whether any of them was carried out, is no undo itself, and was not taken back. */
  readonly canUndo: boolean;
}

/** What a search has found so far. */
export interface FoundChanges {
  /** In the order of their newest change that matches, the newest first. */
  readonly acts: readonly FoundAct[];
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
const AT_ONCE = 1000;

/**
 * Makes the test whether a later change has taken a change back. It is asked once for each change, the newest first, since
 * whatever takes a change back comes before it then.
 */
export function undoneLater(): (change: RecordedChange) => boolean {
  const undone = new Set<string>();
  return ({ id, undoes, closed }) => {
    if (undoes !== undefined && closed?.result === 'done') undone.add(undoes);
    return undone.has(id);
  };
}

/**
 * Makes the test whether a change has all words of a text in it, in any order and as
 * people compare texts ({@link foldForSearch}): its names and ids, the
 * skills, the account, what it was to do, how it ended, and, with `isUndone`, that it was taken back. Of words joined by
 * `|` one will do. An empty text lets all pass.
 */
export function changeFilter(text: string): (change: RecordedChange, isUndone?: boolean) => boolean {
  const words = foldForSearch(text).split(/\s+/);
  const wanted = words.map((word) => word.split('|').filter(Boolean)).filter(({ length }) => length > 0);
  if (wanted.length === 0) return () => true;
  const outcomes = new Map<string, string>();
  return (change, isUndone = false) => {
    const fields = foldForSearch(`${fieldsOf(change)}\n${outcomeWords(change, isUndone, outcomes)}`);
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
  onFound: (found: FoundChanges) => void,
): Promise<void> {
  const matches = changeFilter(text);
  const wasUndone = undoneLater();
  const search = new Search(limit);
  for await (const change of source.newestFirst()) {
    const isUndone = wasUndone(change);
    const isFull = search.take({ change, isUndone }, matches(change, isUndone));
    if (search.total % AT_ONCE === 0) await setImmediate();
    if (signal.aborted) return;
    if (isFull) onFound(search.found(false));
  }
  onFound(search.found(true));
}

interface Act {
  readonly changes: FoundChange[];
  selected: number;
  total: number;
  done: number;
  canUndo: boolean;
}

class Search {
  total = 0;
  private matching = 0;
  private readonly acts = new Map<string, Act>();
  /** By their newest change that matches. */
  private readonly shown = new Set<string>();

  constructor(private readonly limit: number) {}

  /** @returns whether this was the last one that was wanted */
  take({ change, isUndone }: FoundChange, matches: boolean): boolean {
    this.total += 1;
    const isDone = change.closed?.result === 'done';
    const act = this.actOf(change.actId);
    act.total += 1;
    act.selected = Math.max(act.selected, change.selected ?? 0);
    if (isDone) act.done += 1;
    if (isDone && !isUndone && change.undoes === undefined) act.canUndo = true;
    if (!matches) return false;
    this.matching += 1;
    if (this.matching > this.limit) return false;
    act.changes.push({ change, isUndone });
    this.shown.add(change.actId);
    return this.matching === this.limit;
  }

  found(isComplete: boolean): FoundChanges {
    const { matching, total } = this;
    const acts = [...this.shown].map((id) => {
      const { changes, selected, total: sent, done, canUndo } = this.actOf(id);
      return { id, changes: [...changes], total: Math.max(selected, sent), done, canUndo };
    });
    return { acts, shown: Math.min(matching, this.limit), matching, total, isComplete };
  }

  private actOf(id: string): Act {
    let act = this.acts.get(id);
    if (!act) this.acts.set(id, (act = { changes: [], selected: 0, total: 0, done: 0, canUndo: false }));
    return act;
  }
}

function fieldsOf({ name, serviceProviderId, account, before, wished, closed }: RecordedChange): string {
  const skills = [before, wished, closed?.holds].map((mapping) => (mapping?.type === 'mapped' ? mapping.skillId : ''));
  return [name ?? '', serviceProviderId, account ?? '', ...skills, closed?.requestId ?? ''].join('\n');
}

/** They are the same for many changes, and take longer to make than all the rest. */
function outcomeWords(change: RecordedChange, isUndone: boolean, known: Map<string, string>): string {
  const { operation, undoes, account, closed } = change;
  const { result, failure, status, recovered } = closed ?? {};
  const key = [
    operation,
    undoes !== undefined,
    isUndone,
    account,
    result,
    failure,
    status,
    recovered,
    closed?.holds?.type,
    wasChangedSince(change),
  ].join();
  let words = known.get(key);
  if (words === undefined) {
    const { title, reason = '', status: answer = '', notes } = outcomeOf(change, isUndone);
    words = [operationText(change), title, reason, answer, ...notes].join('\n');
    known.set(key, words);
  }
  return words;
}
