import * as l10n from '@vscode/l10n';

/** An action that a failure can offer as a button. */
export type SuggestedAction = 'signIn' | 'tryAgain' | 'openSettings';

/** A failure in words. The row, the notification and the error details all use these texts. */
export interface FailureMessage extends FailureExplanation {
  /** For the end of a row. */
  readonly reason: string;
  /** What happened: a sentence without a period. */
  readonly title: string;
}

/** Why a failure happened and what to do next. */
export interface FailureExplanation {
  /** Why it happened; understandable without the title. */
  readonly cause: string;
  readonly nextSteps: readonly string[];
  readonly links: readonly { readonly label: string; readonly url: string }[];
  /** The most helpful first. */
  readonly suggestedActions: readonly SuggestedAction[];
}

/** The documentation of Alexa Smart Properties. */
export const SMART_PROPERTIES_DOCS = 'https://developer.amazon.com/en-US/docs/alexa/alexa-smart-properties';

/** Returns the links that help with both the mapping API and Login with Amazon. */
export function commonLinks() {
  return {
    apiAccess: { label: l10n.t('Manage API access'), url: `${SMART_PROPERTIES_DOCS}/manage-api-access.html` },
    proxy: {
      label: l10n.t('Network connections in VS Code'),
      url: 'https://code.visualstudio.com/docs/setup/network',
    },
  };
}
