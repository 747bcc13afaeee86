import * as l10n from '@vscode/l10n';

/** What can be offered as a button where a failure is shown. */
export type SuggestedAction = 'signIn' | 'tryAgain' | 'openSettings';

/** A failure in words for people. Every surface (row, message, error details) takes its words from here. */
export interface FailureMessage {
  /** A few words, for the end of a row. */
  readonly reason: string;
  /** What happened, as a sentence without its full stop. */
  readonly title: string;
  /** Can be read without the title. */
  readonly cause: string;
  readonly nextSteps: readonly string[];
  readonly links: readonly { readonly label: string; readonly url: string }[];
  /** The one that helps most comes first. */
  readonly suggestedActions: readonly SuggestedAction[];
}

/** Where the Alexa Smart Properties are documented. */
export const SMART_PROPERTIES_DOCS = 'https://developer.amazon.com/en-US/docs/alexa/alexa-smart-properties';

/** What may help with the mapping API and with Login with Amazon alike. */
export function commonLinks() {
  return {
    apiAccess: { label: l10n.t('Manage API access'), url: `${SMART_PROPERTIES_DOCS}/manage-api-access.html` },
    proxy: {
      label: l10n.t('Network connections in VS Code'),
      url: 'https://code.visualstudio.com/docs/setup/network',
    },
  };
}
