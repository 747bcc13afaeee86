/** The prefix of all commands of the extension. */
export const PREFIX = 'alexaNetworkMapping.';

/** Opens the setting with an entry that is not valid. Internal: its row runs it. */
export const OPEN_SETTING_COMMAND = `${PREFIX}openServiceProvidersSetting`;

/** Shows the box for the address of a sign-in that waits for the browser. Internal: a link in its notification runs it. */
export const PASTE_ADDRESS_COMMAND = `${PREFIX}pasteSignInAddress`;

/** The names of all other commands: their IDs without the prefix. */
export const COMMAND_NAMES = [
  'signIn',
  'copyRedirectUri',
  'signOut',
  'addServiceProvider',
  'createServiceProvider',
  'renameServiceProvider',
  'renameAtAmazon',
  'removeServiceProvider',
  'deleteServiceProvider',
  'importServiceProviders',
  'exportServiceProviders',
  'exportMappings',
  'createMapping',
  'updateMapping',
  'deleteMapping',
  'undoLastChange',
  'showHistory',
  'refresh',
  'refreshServiceProvider',
  'stopReading',
  'copyServiceProviderId',
  'copySkillId',
  'nameSkill',
  'compareMappingFile',
  'applyMappingFile',
  'updateMappingFile',
  'viewAsList',
  'groupBySkill',
  'filter',
  'clearFilter',
  'showErrorDetails',
  'checkSetup',
  'showLog',
  'openDocumentation',
  'openAspConsole',
  'reportIssue',
] as const;

export type CommandName = (typeof COMMAND_NAMES)[number];
