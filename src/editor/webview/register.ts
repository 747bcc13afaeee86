import * as vscode from 'vscode';

/** The panels' types, as in the manifest and the panels themselves. */
const ERROR_DETAILS = 'alexaNetworkMapping.errorDetails';
const CHANGE_HISTORY = 'alexaNetworkMapping.changeHistory';

interface PanelOwner {
  restoreErrorDetails(panel: vscode.WebviewPanel, state: unknown): void;
  restoreChangeHistory(panel: vscode.WebviewPanel, state: unknown): void;
}

/** Lets VS Code restore the panels after a window reload; loads their code only then. */
export function registerPanelSerializers(owner: () => Promise<PanelOwner>): vscode.Disposable[] {
  return [
    vscode.window.registerWebviewPanelSerializer(ERROR_DETAILS, {
      deserializeWebviewPanel: async (panel, state: unknown) => {
        (await owner()).restoreErrorDetails(panel, state);
      },
    }),
    vscode.window.registerWebviewPanelSerializer(CHANGE_HISTORY, {
      deserializeWebviewPanel: async (panel, state: unknown) => {
        (await owner()).restoreChangeHistory(panel, state);
      },
    }),
  ];
}
