import * as vscode from 'vscode';
import { InternalCall } from './commandArguments';

/** The prefix of all commands of the extension. */
export const PREFIX = 'alexaNetworkMapping.';

/** Runs another command of the extension with validated arguments. */
export async function run(id: string, invocation: InternalCall['invocation']): Promise<void> {
  await vscode.commands.executeCommand(PREFIX + id, new InternalCall(invocation));
}
