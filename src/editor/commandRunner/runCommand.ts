import * as vscode from 'vscode';
import { InternalCall } from './commandArguments';

/** All commands of the extension begin with it. */
export const PREFIX = 'alexaNetworkMapping.';

/** Runs another command of the extension with an invocation that is already checked. */
export async function run(id: string, invocation: InternalCall['invocation']): Promise<void> {
  await vscode.commands.executeCommand(PREFIX + id, new InternalCall(invocation));
}
