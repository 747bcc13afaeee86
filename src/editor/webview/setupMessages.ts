import * as v from 'valibot';

/** Sent when a button of the page with the checked setup is pressed. Contains no data: the extension knows it. */
export const SetupMessage = v.object({
  type: v.picklist(['checkAgain', 'signIn', 'openSettings', 'copyReport']),
});

export type SetupAction = v.InferOutput<typeof SetupMessage>['type'];
