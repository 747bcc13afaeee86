import * as vscode from 'vscode';
import { lazy } from './core/async/lazy';
import { registerCommands } from './editor/commands/register';
import { registerLanguageModelTools } from './editor/languageModelTools/register';
import type { Services } from './editor/services';
import { registerPanelSerializers } from './editor/webview/register';

let services: Services | undefined;

/**
 * Registers what VS Code expects once this has returned. The services with the views follow right after it, or with the
 * first command: VS Code, and what made it activate this extension, wait for this function, but for no view.
 */
export function activate(context: vscode.ExtensionContext): void {
  const load = lazy(async () => {
    const { Services } = await import('./editor/services');
    services = new Services(context);
    context.subscriptions.push(services);
    return services;
  });
  const commandRunner = async () => (await load()).commandRunner();
  context.subscriptions.push(
    ...registerCommands(commandRunner),
    ...registerLanguageModelTools(commandRunner),
    ...registerPanelSerializers(commandRunner),
    vscode.window.registerUriHandler({ handleUri: async ({ path }) => (await commandRunner()).openLink(path) }),
  );
  setImmediate(() => void load());
}

/** Sends the last telemetry events. VS Code waits for this, unlike for the disposal of subscriptions. */
export async function deactivate(): Promise<void> {
  await services?.telemetry.dispose();
}
