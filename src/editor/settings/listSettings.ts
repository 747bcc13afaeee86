import type * as vscode from 'vscode';
import type { ExclusiveWrites } from '../../core/crossWindow/exclusiveWrites';
import { SKILLS_SETTING } from '../../core/skills/skillsSetting';
import { ListSetting } from './listSetting';
import { ServiceProvidersSetting } from './serviceProvidersSetting';

/** Creates what commands edit the settings with, as in the command context. */
export function createListSettings(
  writes: ExclusiveWrites,
  globalStorage: vscode.Uri,
): { readonly setting: ServiceProvidersSetting; readonly skillsSetting: ListSetting } {
  return {
    setting: new ServiceProvidersSetting(writes, globalStorage),
    skillsSetting: new ListSetting(SKILLS_SETTING, writes, globalStorage),
  };
}
