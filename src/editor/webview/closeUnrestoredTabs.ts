import * as vscode from 'vscode';

/**
 * Closes restored tabs of a panel type: after a reload, VS Code restores a panel only when its tab is selected; until then the
 * tab has no owner.
 */
export function closeUnrestoredTabs(viewType: string): void {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const ours = tabs.filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(viewType));
  if (ours.length > 0) void vscode.window.tabGroups.close(ours, true);
}
