import * as vscode from 'vscode';
import type { ApiFailure } from '../../core/failures/apiFailure';
import { formatLogTime } from '../../core/errorReport/failureFollowUp';
import type { SetupCheck } from '../../core/setup/setupCheck';
import { setupReport } from '../../core/setup/setupReport';
import { problemOf } from '../../core/setup/setupText';
import { sanitizeText } from '../../core/text/sanitizeText';
import type { Announcement } from './errorDetailsMessages';
import { connectPage, pageFrame } from './panelPage';
import { setupHtml } from './setupHtml';
import { type SetupAction, SetupMessage } from './setupMessages';

/** The actions of the panel's buttons. */
export interface SetupActions {
  /** @param serviceProviderId undefined if the list was empty */
  checkAgain(serviceProviderId: string | undefined): Promise<void>;
  signIn(failure: Pick<ApiFailure, 'account' | 'signIn'>): Promise<void>;
  openSettings(): Promise<void>;
}

/** The only panel with a checked setup. It does not survive a window reload, because it tells of one moment only. */
export class SetupPanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private check: SetupCheck | undefined;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly actions: SetupActions,
  ) {}

  /** Shows a result in the panel, opening it or revealing it with new contents. */
  show(check: SetupCheck): void {
    this.check = check;
    const panel = (this.panel ??= this.open());
    panel.reveal();
    const { provider } = check;
    panel.title = provider
      ? vscode.l10n.t({
          message: 'Setup: {0}',
          args: [sanitizeText(provider.name ?? provider.id, 40)],
          comment: ['The title of a page; {0} is the name of a service provider.'],
        })
      : vscode.l10n.t('Check Setup');
    panel.webview.html = setupHtml({
      check,
      time: formatLogTime(check.checkedAtMs, Date.now(), vscode.env.language),
      ...pageFrame(panel, this.extensionUri, ['explanation', 'setup']),
    });
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private open(): vscode.WebviewPanel {
    const panel = vscode.window.createWebviewPanel('alexaNetworkMapping.setup', '', vscode.ViewColumn.Active);
    connectPage(panel, this.extensionUri, SetupMessage, ({ type }) => {
      void this.perform(type);
    });
    panel.onDidDispose(() => {
      this.panel = undefined;
    });
    return panel;
  }

  private async perform(action: SetupAction): Promise<void> {
    if (!this.check) return;
    const { provider, account, links } = this.check;
    switch (action) {
      case 'checkAgain':
        await this.actions.checkAgain(provider?.id);
        return;
      case 'signIn': {
        const signIn = problemOf(links)?.signIn;
        await this.actions.signIn({ account, ...(signIn && { signIn }) });
        return;
      }
      case 'openSettings':
        await this.actions.openSettings();
        return;
      case 'copyReport':
        await this.copy(setupReport(this.check));
    }
  }

  private async copy(report: string): Promise<void> {
    try {
      await vscode.env.clipboard.writeText(report);
    } catch {
      this.announce(vscode.l10n.t('Could not copy to the clipboard.'));
      return;
    }
    this.announce(vscode.l10n.t('Report copied.'));
  }

  private announce(text: string): void {
    const announcement: Announcement = { type: 'announce', text };
    void this.panel?.webview.postMessage(announcement);
  }
}
