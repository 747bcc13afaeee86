import * as v from 'valibot';

/** What the error details panel sends when one of its buttons is pressed. It names nothing: the extension knows. */
export const ErrorDetailsMessage = v.object({
  type: v.picklist(['tryAgain', 'signIn', 'openSettings', 'copyReport', 'copyCurl', 'showLog']),
});

export type ErrorDetailsAction = v.InferOutput<typeof ErrorDetailsMessage>['type'];

/** What was found out about the failure meanwhile; the page shows it in the place of what it said before. */
export interface FollowUp {
  readonly type: 'followUp';
  /** What the change did. */
  readonly effect: string;
  /** Says since when all is well, or nothing. */
  readonly resolved: string;
}

/** What the extension sends to the panel: words to show, and for a screen reader to say. */
export interface Announcement {
  readonly type: 'announce';
  readonly text: string;
}
