import * as vscode from 'vscode';
import { PREFIX, type CommandName } from '../commandNames';
import type { ArgumentsOf, CommandCall, CommandSource } from './command';

/** A call by the extension itself, such as that of a button under a message. */
export class InternalCall {
  constructor(readonly call: CommandCall<CommandName>) {}
}

/** Runs another command of the extension with arguments that are checked already. */
export async function run<Name extends CommandName>(
  name: Name,
  args: ArgumentsOf<Name>,
  source: CommandSource = { type: 'internal' },
): Promise<void> {
  await vscode.commands.executeCommand(PREFIX + name, new InternalCall({ ...args, source }));
}

/** Returns a command for a link, such as a CodeLens, that runs like {@link run}. */
export function commandOf<Name extends CommandName>(
  name: Name,
  title: string,
  args: ArgumentsOf<Name>,
  tooltip: string,
): vscode.Command {
  return {
    title,
    tooltip,
    command: PREFIX + name,
    arguments: [new InternalCall({ ...args, source: { type: 'internal' } })],
  };
}
