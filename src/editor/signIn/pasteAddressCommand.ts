/** Shows the box for the address of a sign-in that waits for the browser. Internal: a notification's link runs it. */
export const PASTE_ADDRESS_COMMAND = 'alexaNetworkMapping.pasteSignInAddress';
