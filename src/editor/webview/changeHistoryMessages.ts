import * as v from 'valibot';
import { HISTORY_FORMATS } from '../../core/history/historyExport';

/** More than anybody reads; a page with more rows would be slow. */
const MAX_ROWS = 10_000;

const search = v.string();

/** What the page of the change history sends. It may be anything, were the page ever somebody else's. */
export const ChangeHistoryMessage = v.variant('type', [
  /** Answered by {@link HistoryFound}, once or twice; a newer one takes its place. */
  v.object({
    type: v.literal('search'),
    search,
    limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_ROWS)),
  }),
  v.object({ type: v.literal('export'), search, format: v.picklist(HISTORY_FORMATS) }),
  v.object({ type: v.literal('undo'), operationId: v.string() }),
]);

export type ChangeHistoryMessage = v.InferOutput<typeof ChangeHistoryMessage>;

/** An id as it is shown, with what all of its sort begin with, which is there for copying and for screen readers. */
export interface IdText {
  readonly prefix: string;
  readonly rest: string;
}

/** A mapping: the skill id, or words such as "not mapped". */
export type MappingText = { readonly id: IdText } | { readonly words: string };

/** The words of one change. The page makes text of all of them, and nothing else. */
export interface HistoryRow {
  /** Of its opening, as people of the language write it; `exact` has seconds and the time zone, `iso` is for machines. */
  readonly time: { readonly short: string; readonly exact: string; readonly iso: string };
  readonly name?: string;
  readonly serviceProviderId: IdText;
  readonly account?: string;
  readonly operation: string;
  readonly before: MappingText;
  readonly target: MappingText;
  readonly result: 'done' | 'failed' | 'notSent' | 'inDoubt' | 'open';
  /** Beginning with the result in words. */
  readonly outcome: string;
  /** Whole sentences and further facts, one a line. */
  readonly details: readonly string[];
  readonly requestId?: string;
}

/** The changes of one act. */
export interface HistoryOperation {
  readonly id: string;
  /** Stands above the changes of an act on many. */
  readonly heading?: { readonly title: string; readonly summary: string };
  /** What the button says that takes the act back, and what a screen reader says in its place. */
  readonly undo?: { readonly label: string; readonly accessibleLabel: string };
  readonly rows: readonly HistoryRow[];
}

/** What the extension sends to the page. */
export type HistoryPageMessage = SearchResultMessage | HistoryAnnouncement;

export interface SearchResultMessage {
  readonly type: 'found';
  /** What was searched for. The page keeps that, and nothing that was not searched for. */
  readonly search: string;
  readonly operations: readonly HistoryOperation[];
  /** How many match and are shown, in words. */
  readonly count: string;
  readonly hasMore: boolean;
  /** Whether anything was ever noted. */
  readonly isEmpty: boolean;
}

/** Words to show, and for a screen reader to say. */
interface HistoryAnnouncement {
  readonly type: 'announce';
  readonly text: string;
}
