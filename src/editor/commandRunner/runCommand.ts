import * as vscode from 'vscode';
import type { CommandName } from '../telemetry/events';
import type { CommandArguments } from './command';

/** The prefix of all commands of the extension. */
export const PREFIX = 'alexaNetworkMapping.';

/** Arguments that the extension itself passes to a command, such as those of a button under a message. */
export class InternalCall {
  constructor(readonly invocation: CommandArguments) {}
}

/** Runs another command of the extension with arguments that are checked already. */
export async function run(name: CommandName, invocation: CommandArguments): Promise<void> {
  await vscode.commands.executeCommand(PREFIX + name, new InternalCall(invocation));
}
