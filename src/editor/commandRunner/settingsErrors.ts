import * as vscode from 'vscode';
import { errorText } from '../../core/text/errorText';
import { ListNotWritten, type WhyNotWritten } from '../settings/listNotWritten';
import { openServiceProvidersSetting } from '../settings/openListSetting';
import { DISMISSED, type CommandOutcome } from './command';

/** Writes the list in the settings, and returns a `refused` outcome if that was not possible. */
export async function withSettingsErrors(write: () => Promise<CommandOutcome>): Promise<CommandOutcome> {
  try {
    return await write();
  } catch (error) {
    const why = error instanceof ListNotWritten ? error.why : undefined;
    if (why === 'dismissed') return DISMISSED;
    return {
      type: 'rejected',
      message: why ? reason(why) : vscode.l10n.t('The settings could not be written: {0}', errorText(error)),
      action: { label: vscode.l10n.t('Open Setting'), run: () => openServiceProvidersSetting() },
    };
  }
}

function reason(why: Exclude<WhyNotWritten, 'dismissed'>): string {
  switch (why) {
    case 'notAList':
      return vscode.l10n.t(
        'The service providers setting is not a list. Correct it and try again; nothing was changed.',
      );
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
