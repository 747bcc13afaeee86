import * as v from 'valibot';
import { HISTORY_FORMATS } from '../../core/history/historyExport';

/** More than a user reads; a page with more rows would be slow. */
const MAX_ROWS = 10_000;

const search = v.string();

/** The messages from the page. Validated, in case the page is ever compromised. */
export const ChangeHistoryMessage = v.variant('type', [
  /** Answered by {@link SearchResultMessage}, once or twice, or by a failure; a newer search replaces it. */
  v.object({
    type: v.literal('search'),
    search,
    limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_ROWS)),
  }),
  v.object({ type: v.literal('export'), search, format: v.picklist(HISTORY_FORMATS) }),
  v.object({ type: v.literal('undo'), operationId: v.string() }),
]);

export type ChangeHistoryMessage = v.InferOutput<typeof ChangeHistoryMessage>;

/** An abbreviated ID, with its common prefix, which is needed for copying and for screen readers. */
export interface IdText {
  readonly prefix: string;
  readonly rest: string;
}

/** A mapping: the skill's name, if it has one, and its ID; or text such as "not mapped". */
export type MappingText = { readonly name?: string; readonly id: IdText } | { readonly words: string };

/** The texts of one change. The page inserts all of them as text. */
export interface HistoryRow {
  /** The start of the change: `short` is localized, `exact` has seconds and the time zone, `iso` is for machines. */
  readonly time: { readonly short: string; readonly exact: string; readonly iso: string };
  readonly name?: string;
  /** Missing if only the response to a create would have had it. */
  readonly serviceProviderId?: IdText;
  readonly account?: string;
  readonly operation: string;
  readonly before: MappingText;
  readonly target: MappingText;
  readonly result: 'succeeded' | 'failed' | 'notSent' | 'unconfirmed' | 'open';
  /** Begins with the result in words. */
  readonly outcome: string;
  /** Whole sentences and further facts, one per line. */
  readonly details: readonly string[];
  readonly requestId?: string;
}

/** The changes of one operation. */
export interface HistoryOperation {
  readonly id: string;
  /** Heading of a bulk operation. */
  readonly heading?: { readonly title: string; readonly summary: string };
  /** The label of the undo button, and its text for screen readers. */
  readonly undo?: { readonly label: string; readonly accessibleLabel: string };
  readonly rows: readonly HistoryRow[];
}

/** The messages to the page. */
export type HistoryPageMessage = SearchResultMessage | SearchFailureMessage | HistoryAnnouncement;

export interface SearchResultMessage {
  readonly type: 'found';
  /** What was searched for. The page stores only that. */
  readonly search: string;
  readonly operations: readonly HistoryOperation[];
  /** How many match and are shown, in words. */
  readonly count: string;
  readonly hasMore: boolean;
  /** Whether the journal has no changes at all. */
  readonly isEmpty: boolean;
}

/** The changes could not be read; replaces those on the page, which are not the result of the search. */
interface SearchFailureMessage {
  readonly type: 'failed';
  readonly text: string;
}

/** Text to show and to announce to screen readers. */
interface HistoryAnnouncement {
  readonly type: 'announce';
  readonly text: string;
}
