/** The names of all commands: their IDs without the extension's prefix. */
export const COMMAND_NAMES = [
  'signIn',
  'signOut',
  'addServiceProvider',
  'renameServiceProvider',
  'removeServiceProvider',
  'importServiceProviders',
  'exportServiceProviders',
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
  'viewAsList',
  'groupBySkill',
  'filter',
  'clearFilter',
  'showErrorDetails',
  'showLog',
] as const;

export type CommandName = (typeof COMMAND_NAMES)[number];
