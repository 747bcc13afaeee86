/** The types of the panels, as in the manifest. VS Code stores them with the window layout, so they can never change. */
export const ERROR_DETAILS = 'alexaNetworkMapping.errorDetails';
export const CHANGE_HISTORY = 'alexaNetworkMapping.changeHistory';
