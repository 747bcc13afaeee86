import * as vscode from 'vscode';
import { SERVICE_PROVIDERS_SETTING } from '../../core/model/configuredProviders';
import { errorText } from '../../core/text/errorText';
import { ListNotWritten, type WhyNotWritten } from '../settings/listNotWritten';
import { openListSetting } from '../settings/openListSetting';
import { DISMISSED, type CommandOutcome } from './command';

/** Writes a list in the settings, and returns a `rejected` outcome if that was not possible. */
export async function withSettingsErrors(
  write: () => Promise<CommandOutcome>,
  setting = SERVICE_PROVIDERS_SETTING,
): Promise<CommandOutcome> {
  try {
    return await write();
  } catch (error) {
    const why = error instanceof ListNotWritten ? error.why : undefined;
    if (why === 'dismissed') return DISMISSED;
    return {
      type: 'rejected',
      message: why ? reason(why, setting) : vscode.l10n.t('The settings could not be written: {0}', errorText(error)),
      action: { label: vscode.l10n.t('Open Setting'), run: () => openListSetting(setting) },
    };
  }
}

function reason(why: Exclude<WhyNotWritten, 'dismissed'>, setting: string): string {
  switch (why) {
    case 'notAList':
      return vscode.l10n.t('The setting {0} is not a list. Correct it and try again; nothing was changed.', setting);
    case 'invalid':
      return vscode.l10n.t('The settings file has errors. Correct it and try again; nothing was changed.');
    case 'unsaved':
      return vscode.l10n.t('The settings file has unsaved changes. Save it and try again; nothing was changed.');
    case 'gone':
      return vscode.l10n.t('The service provider is no longer in the list. Nothing was changed.');
    case 'keepsChanging':
      return vscode.l10n.t('The list was changed elsewhere at the same time. Check the list and try again.');
  }
}
