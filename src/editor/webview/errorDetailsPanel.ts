import * as vscode from 'vscode';
import { version } from '../../../package.json';
import { curlCommand } from '../../core/errorReport/curlCommand';
import { sanitizeText } from '../../core/text/sanitizeText';
import { errorReport } from '../../core/errorReport/errorReport';
import type { ApiFailure } from '../../core/failures/apiFailure';
import {
  explainFollowedUp,
  followUpOf,
  formatLogTime,
  type FailureFollowUp,
} from '../../core/errorReport/failureFollowUp';
import { effectText } from '../../core/failures/failureText';
import type { MappingStore } from '../../core/mappings/mappingStore';
import type { SkillNames } from '../../core/skills/skillNames';
import { redactDeep } from '../../core/text/redactDeep';
import { errorDetailsHtml } from './errorDetailsHtml';
import { type Announcement, type ErrorDetailsAction, ErrorDetailsMessage, type FollowUp } from './errorDetailsMessages';
import { type ErrorDetailsState, readErrorDetailsState } from './errorDetailsState';
import { closeUnrestoredTabs } from './closeUnrestoredTabs';
import { connectPage, pageFrame } from './panelPage';
import { ERROR_DETAILS } from './panelTypes';

/** The actions of the panel's buttons. */
export interface ErrorDetailsActions {
  tryAgain(failure: ApiFailure): Promise<void>;
  signIn(failure: ApiFailure): Promise<void>;
  openSettings(): Promise<void>;
  showLog(): Promise<void>;
}

/** The only panel that explains a failure. VS Code restores it after a window reload. */
export class ErrorDetailsPanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private state: ErrorDetailsState | undefined;
  private lastFollowUp = '';
  private readonly onChanged = (id: string) => {
    if (this.state?.failure.serviceProviderId === id) this.postFollowUp();
  };

  private readonly onSkillsChanged = () => {
    if (this.state && JSON.stringify(this.followUp(this.state.failure)) !== this.lastFollowUp) this.render(this.state);
  };

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly providers: Pick<MappingStore, 'status' | 'events'>,
    private readonly skills: SkillNames,
    private readonly actions: ErrorDetailsActions,
  ) {
    providers.events.on('providerChanged', this.onChanged);
    skills.events.on('changed', this.onSkillsChanged);
  }

  /** Shows the failure in the panel, opening it or revealing it with new contents. */
  show(failure: ApiFailure, providerName: string): void {
    if (this.panel) {
      this.panel.reveal();
    } else {
      closeUnrestoredTabs(ERROR_DETAILS);
      this.attach(vscode.window.createWebviewPanel(ERROR_DETAILS, '', vscode.ViewColumn.Active));
    }
    this.render({ failure, providerName });
  }

  dispose(): void {
    this.providers.events.off('providerChanged', this.onChanged);
    this.skills.events.off('changed', this.onSkillsChanged);
    this.panel?.dispose();
  }

  /** Adopts a panel that VS Code has restored, with its contents. */
  restore(panel: vscode.WebviewPanel, stored: unknown): void {
    const state = readErrorDetailsState(stored);
    if (!state || this.panel) {
      // There is nothing left to show, or it would be a second panel.
      panel.dispose();
      return;
    }
    this.attach(panel);
    this.render(state);
  }

  private attach(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    connectPage(panel, this.extensionUri, ErrorDetailsMessage, (message) => {
      void this.perform(message.type);
    });
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.state = undefined;
    });
  }

  private render(state: ErrorDetailsState): void {
    if (!this.panel) return;
    this.state = state;
    this.panel.title = vscode.l10n.t({
      message: 'Error: {0}',
      args: [sanitizeText(state.providerName, 40)],
      comment: ['The title of a page; {0} is the name of a service provider.'],
    });
    const followUp = this.followUp(state.failure);
    this.lastFollowUp = JSON.stringify(followUp);
    this.panel.webview.html = errorDetailsHtml({
      ...state,
      followUp,
      explanation: explainFollowedUp(redactDeep(state.failure), followUp),
      locale: vscode.env.language,
      ...pageFrame(this.panel, this.extensionUri, ['explanation', 'errorDetails']),
    });
  }

  /** Returns what was found out since the failure, if anything. */
  private followUp(failure: ApiFailure): FailureFollowUp {
    const time = (ms: number) => formatLogTime(ms, Date.now(), vscode.env.language);
    return followUpOf(failure, this.providers.status(failure.serviceProviderId), time, this.skills);
  }

  private postFollowUp(): void {
    if (!this.panel || !this.state) return;
    const { failure } = this.state;
    const followUp = this.followUp(failure);
    const text = JSON.stringify(followUp);
    if (text === this.lastFollowUp) return;
    this.lastFollowUp = text;
    const { title, cause } = explainFollowedUp(redactDeep(failure), followUp);
    const message: FollowUp = {
      type: 'followUp',
      title,
      cause,
      effect: followUp.checked ?? effectText(failure),
      isResolved: followUp.resolved !== undefined,
    };
    void this.panel.webview.postMessage(redactDeep(message));
  }

  private async perform(action: ErrorDetailsAction): Promise<void> {
    if (!this.state) return;
    const { failure, providerName } = this.state;
    switch (action) {
      case 'tryAgain':
        void this.actions.tryAgain(failure);
        this.announce(vscode.l10n.t('Trying again. The list shows the result.'));
        return;
      case 'signIn':
        await this.actions.signIn(failure);
        return;
      case 'openSettings':
        await this.actions.openSettings();
        return;
      case 'showLog':
        await this.actions.showLog();
        return;
      case 'copyReport': {
        const versions = { extension: version, editor: `${vscode.env.appName} ${vscode.version}` };
        const report = errorReport(failure, providerName, versions, this.followUp(failure));
        await this.copy(report, vscode.l10n.t('Report copied.'));
        return;
      }
      case 'copyCurl': {
        const command = curlCommand(failure);
        if (command === undefined) return;
        await this.copy(
          command,
          vscode.l10n.t('Command copied. It reads the access token from the variable {0}.', 'LWA_ACCESS_TOKEN'),
        );
      }
    }
  }

  private async copy(text: string, confirmation: string): Promise<void> {
    try {
      await vscode.env.clipboard.writeText(text);
    } catch {
      this.announce(vscode.l10n.t('Could not copy to the clipboard.'));
      return;
    }
    this.announce(confirmation);
  }

  private announce(text: string): void {
    const announcement: Announcement = { type: 'announce', text };
    void this.panel?.webview.postMessage(announcement);
  }
}
