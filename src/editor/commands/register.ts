import * as vscode from 'vscode';
import type { CommandRunner } from '../commandRunner/commandRunner';
import { PREFIX } from '../commandRunner/runCommand';
import { openServiceProvidersSetting } from '../settings/serviceProvidersSetting';
import { PASTE_ADDRESS_COMMAND } from '../signIn/pasteAddressCommand';
import { COMMAND_NAMES } from '../commandNames';
import { OPEN_SETTING_COMMAND } from '../tree/serviceProvidersTree';

/** Registers all commands; loads their code when the first of them runs. */
export function registerCommands(commandRunner: () => Promise<CommandRunner>): vscode.Disposable[] {
  return [
    ...COMMAND_NAMES.map((name) =>
      vscode.commands.registerCommand(PREFIX + name, async (...args: unknown[]) => {
        await (await commandRunner()).execute(name, args);
      }),
    ),
    vscode.commands.registerCommand(OPEN_SETTING_COMMAND, (index?: number) => openServiceProvidersSetting(index)),
    vscode.commands.registerCommand(PASTE_ADDRESS_COMMAND, async () => {
      (await commandRunner()).pasteSignInAddress();
    }),
  ];
}
