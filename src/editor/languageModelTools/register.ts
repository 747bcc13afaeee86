import * as vscode from 'vscode';
import type { CommandRunner } from '../commandRunner/commandRunner';
import { TOOL_NAMES } from './toolNames';

/** Registers all tools for language models; loads their code when the first of them is called. */
export function registerLanguageModelTools(commandRunner: () => Promise<CommandRunner>): vscode.Disposable[] {
  const tools = async () => (await commandRunner()).languageModelTools();
  return TOOL_NAMES.map((name) =>
    vscode.lm.registerTool<unknown>(name, {
      prepareInvocation: async ({ input }) => (await tools()).prepare(name, input),
      invoke: async ({ input }, token) => (await tools()).invoke(name, input, token),
    }),
  );
}
