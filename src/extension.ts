import * as vscode from 'vscode';
import * as l10n from '@vscode/l10n';
import { registerCommands } from './editor/commands/register';
import { Services } from './editor/services';
import { registerPanelSerializers } from './editor/webview/register';

let services: Services | undefined;

export function activate(context: vscode.ExtensionContext): void {
  if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });
  services = new Services(context);
  const { commandRunner } = services;
  context.subscriptions.push(services, ...registerCommands(commandRunner), ...registerPanelSerializers(commandRunner));
}

/** Sends the last telemetry events. VS Code waits for this, unlike for the disposal of subscriptions. */
export async function deactivate(): Promise<void> {
  await services?.telemetry.dispose();
}
