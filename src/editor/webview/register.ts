import * as vscode from 'vscode';
import { CHANGE_HISTORY, ERROR_DETAILS } from './panelTypes';

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
