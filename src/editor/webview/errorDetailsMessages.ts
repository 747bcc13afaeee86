import * as v from 'valibot';

/** Sent when a button of the error details is pressed. Contains no data: the extension knows it. */
export const ErrorDetailsMessage = v.object({
  type: v.picklist(['tryAgain', 'signIn', 'openSettings', 'copyReport', 'copyCurl', 'showLog']),
});

export type ErrorDetailsAction = v.InferOutput<typeof ErrorDetailsMessage>['type'];

/** What was found out about the failure since; replaces earlier texts on the page. */
export interface FollowUp {
  readonly type: 'followUp';
  /** The effect of the change. */
  readonly effect: string;
  readonly title: string;
  /** Why it happened, or that it is resolved. */
  readonly cause: string;
  readonly isResolved: boolean;
}

/** Sent to the panel: text to show and to announce to screen readers. */
export interface Announcement {
  readonly type: 'announce';
  readonly text: string;
}
