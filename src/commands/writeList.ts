import * as vscode from 'vscode';
import { openServiceProvidersSetting, SettingNotAList } from '../settings/serviceProvidersSetting';
import type { Ending } from './command';

/** Runs what writes the list in the settings, and says what to do when VS Code cannot write it. */
export async function writeList(write: () => Promise<Ending>): Promise<Ending> {
  try {
    return await write();
  } catch (error) {
    const message =
      error instanceof SettingNotAList
        ? vscode.l10n.t('The setting of the service providers is not a list. Correct it first; nothing was changed.')
        : vscode.l10n.t('The settings could not be written: {0}', error instanceof Error ? error.message : '');
    return {
      type: 'refused',
      message,
      offer: { label: vscode.l10n.t('Open Setting'), run: openServiceProvidersSetting },
    };
  }
}
