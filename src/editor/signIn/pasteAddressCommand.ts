/**
 * Shows the box for the redirect URL of a sign-in that waits for the browser. Internal: a notification's link runs it.
 */
export const PASTE_ADDRESS_COMMAND = 'alexaNetworkMapping.pasteSignInAddress';
