import type { CommandName } from '../commandNames';
import { addServiceProvider } from '../commands/addServiceProvider';
import { applyMappingFile } from '../commands/applyMappingFile';
import { checkSetup } from '../commands/checkSetup';
import { compareMappingFile } from '../commands/compareMappingFile';
import { copyServiceProviderId, copySkillId } from '../commands/copyIds';
import { copyRedirectUri } from '../commands/copyRedirectUri';
import { createMapping } from '../commands/createMapping';
import { createServiceProvider } from '../commands/createServiceProvider';
import { deleteMapping } from '../commands/deleteMapping';
import { deleteServiceProvider } from '../commands/deleteServiceProvider';
import { exportMappings } from '../commands/exportMappings';
import { exportServiceProviders } from '../commands/exportServiceProviders';
import { clearFilter, filter } from '../commands/filter';
import { importServiceProviders } from '../commands/importServiceProviders';
import { nameSkill } from '../commands/nameSkill';
import { openAspConsole, openDocumentation } from '../commands/openPages';
import { refresh, refreshServiceProvider } from '../commands/refresh';
import { removeServiceProvider } from '../commands/removeServiceProvider';
import { renameAtAmazon } from '../commands/renameAtAmazon';
import { renameServiceProvider } from '../commands/renameServiceProvider';
import { reportIssue } from '../commands/reportIssue';
import { showErrorDetails } from '../commands/showErrorDetails';
import { showHistory } from '../commands/showHistory';
import { showLog } from '../commands/showLog';
import { signIn } from '../commands/signIn';
import { signOut } from '../commands/signOut';
import { stopReading } from '../commands/stopReading';
import { undoLastChange } from '../commands/undoLastChange';
import { updateMapping } from '../commands/updateMapping';
import { updateMappingFile } from '../commands/updateMappingFile';
import { groupBySkill, viewAsList } from '../commands/viewAs';
import type { Command } from './command';

/** What each command does, by its name. `commands/register.ts` registers the names before this is loaded. */
export const COMMANDS: { readonly [Name in CommandName]: Command<Name> } = {
  signIn,
  copyRedirectUri,
  signOut,
  addServiceProvider,
  createServiceProvider,
  renameServiceProvider,
  renameAtAmazon,
  removeServiceProvider,
  deleteServiceProvider,
  importServiceProviders,
  exportServiceProviders,
  exportMappings,
  createMapping,
  updateMapping,
  deleteMapping,
  undoLastChange,
  showHistory,
  refresh,
  refreshServiceProvider,
  copyServiceProviderId,
  copySkillId,
  nameSkill,
  compareMappingFile,
  applyMappingFile,
  updateMappingFile,
  stopReading,
  viewAsList,
  groupBySkill,
  filter,
  clearFilter,
  showErrorDetails,
  checkSetup,
  showLog,
  openDocumentation,
  openAspConsole,
  reportIssue,
};
