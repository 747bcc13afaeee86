import * as vscode from 'vscode';
import type { CommandRunner } from '../commandRunner/commandRunner';
import { COMMAND_NAMES, OPEN_SETTING_COMMAND, PASTE_ADDRESS_COMMAND, PREFIX } from '../commandNames';

/** Registers all commands; loads their code when the first of them runs. */
export function registerCommands(commandRunner: () => Promise<CommandRunner>): vscode.Disposable[] {
  return [
    ...COMMAND_NAMES.map((name) =>
      vscode.commands.registerCommand(PREFIX + name, async (...args: unknown[]) => {
        await (await commandRunner()).execute(name, args);
      }),
    ),
    vscode.commands.registerCommand(OPEN_SETTING_COMMAND, async (index?: number) => {
      const { openServiceProvidersSetting } = await import('../settings/openListSetting');
      await openServiceProvidersSetting(index);
    }),
    vscode.commands.registerCommand(PASTE_ADDRESS_COMMAND, async () => {
      (await commandRunner()).pasteSignInAddress();
    }),
  ];
}
