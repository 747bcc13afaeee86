import * as vscode from 'vscode';
import type { ChangeRecord } from '../../core/history/changeRecord';
import type { MappingChange } from '../../core/model/networkMapping';
import type { SignInFailure } from '../../core/failures/signInFailure';
import { lazy } from '../../core/async/lazy';
import { JournalError } from '../../core/history/journalError';
import { confirmHost } from '../signIn/confirmHost';
import { promptForReplacementToken } from '../signIn/accessTokenSignIn';
import { signIn as signInTo } from '../signIn/signIn';
import type { SignInOutcome, SignInOptions } from '../../core/auth/signInOptions';
import { showAddressBox } from '../signIn/waitForRedirect';
import { errorText } from '../../core/text/errorText';
import { recoverInterrupted } from '../../core/mappings/interruptedChanges';
import { readProviderAs } from '../../core/onboarding/readProviderAs';
import type { CommandName } from '../commandNames';
import type { Telemetry } from '../telemetry/telemetry';
import { ChangeHistoryPanel } from '../webview/changeHistoryPanel';
import { ErrorDetailsPanel } from '../webview/errorDetailsPanel';
import { SetupPanel } from '../webview/setupPanel';
import { ProgressSummary } from './progressSummary';
import type { Command, CommandOutcome, CommandContext } from './command';
import { COMMANDS } from './commandTable';
import { scopesChangedOutcome } from '../notifications/scopesChanged';
import { recoveredChangesOutcome } from '../notifications/recoveredChanges';
import { parseArguments } from './commandArguments';
import { lateEffectOutcome } from '../notifications/lateEffect';
import { openLink } from './openLink';
import { ReadableProvidersMonitor } from '../notifications/readableProviders';
import { exportHistory } from '../webview/exportHistory';
import { sessionEndedOutcome } from '../notifications/sessionEnded';
import { signInOutcome } from '../commands/signIn';
import type { DroppedRows } from '../tree/dragAndDrop';
import { run } from './runCommand';
import { openSettings, signInForFailure, notifyOutcome, tryAgain } from './notifyOutcome';

/** What the command runner builds the command context from. */
type CommandDependencies = Omit<
  CommandContext,
  'errorDetails' | 'changeHistory' | 'setup' | 'readableProviders' | 'progressSummary'
> & {
  /** Shows operations in progress in the view; undefined hides the line. */
  readonly showProgress: (message: string | undefined) => void;
};

/**
 * Runs all commands, and shows all notifications that no command causes. Parses arguments, counts outcomes, and reports
 * them to the user. Logs and reports internal errors; never swallows them.
 */
export class CommandRunner implements vscode.Disposable {
  private readonly services: CommandContext;
  private readonly readableProviders: ReadableProvidersMonitor;
  /** Interrupted changes whose mappings could not be read, by ID; each check finds them again. */
  private readonly notifiedUnread = new Set<string>();

  constructor(
    { showProgress, ...services }: CommandDependencies,
    private readonly telemetry: Telemetry,
    extensionUri: vscode.Uri,
  ) {
    const { journal, skills } = services;
    const errorDetails = new ErrorDetailsPanel(extensionUri, services.providers, skills, {
      tryAgain,
      signIn: signInForFailure,
      openSettings: () => openSettings(),
      showLog: () => run('showLog', {}),
    });
    const changeHistory = new ChangeHistoryPanel(extensionUri, journal, skills, {
      undo: (operationId) => run('undoLastChange', { operationId }),
      save: (search, format) => exportHistory(journal, search, format, skills),
    });
    const refreshHistory = () => {
      changeHistory.refresh();
    };
    journal.events.on('changed', refreshHistory);
    skills.events.on('changed', refreshHistory);
    const progressSummary = new ProgressSummary(showProgress);
    const setup = new SetupPanel(extensionUri, {
      checkAgain: (id) => run('checkSetup', id === undefined ? {} : { serviceProviderIds: [id] }),
      signIn: signInForFailure,
      openSettings: () => openSettings(),
    });
    this.readableProviders = new ReadableProvidersMonitor(services.providers, (outcome) => {
      this.notify(outcome);
    });
    const { readableProviders } = this;
    this.services = { ...services, errorDetails, changeHistory, setup, readableProviders, progressSummary };
  }

  /** The tools that language models call. */
  readonly languageModelTools = lazy(async () => {
    const { LanguageModelTools } = await import('../languageModelTools/languageModelTools');
    return new LanguageModelTools(this.services, {
      notify: (outcome) => {
        this.notify(outcome);
      },
      onInternalError: (error) =>
        error instanceof JournalError ? error.message : reportInternalError(error, this.services.log),
    });
  });

  async execute(name: CommandName, args: readonly unknown[]): Promise<void> {
    const began = performance.now();
    const { outcome, serviceProviders } = await this.run(COMMANDS[name], args);
    this.telemetry.record(
      'command',
      {
        command: name,
        result: outcome.type === 'signInFailed' ? 'failed' : outcome.type,
        ...('failure' in outcome && { failure: outcome.failure.kind }),
      },
      { durationMs: performance.now() - began, ...(serviceProviders !== undefined && { serviceProviders }) },
    );
    // Do not wait: a message may stay for hours.
    this.notify(outcome);
  }

  /** Shows the row that a link to the extension is about. */
  async openLink(path: string): Promise<void> {
    this.notify(await openLink(path, this.services));
  }

  /** Restores the error details after a window reload. */
  restoreErrorDetails(panel: vscode.WebviewPanel, state: unknown): void {
    this.services.errorDetails.restore(panel, state);
  }

  /** Restores the change history after a window reload. */
  restoreChangeHistory(panel: vscode.WebviewPanel, state: unknown): void {
    this.services.changeHistory.restore(panel, state);
  }

  /** Reports that Login with Amazon has ended a session. */
  async notifySessionEnded(account: string, failure: SignInFailure): Promise<void> {
    await notifyOutcome(sessionEndedOutcome(account, failure), this.services);
  }

  /**
   * Settles the changes that windows which are gone left open or unconfirmed, and reports their outcomes.
   *
   * @param isDue whether it is time to read what shows the outcome of a change
   */
  async notifyRecoveredChanges(isDue: (change: ChangeRecord) => boolean): Promise<void> {
    const { providers, onboarding } = this.services;
    const { unread, ...settled } = await recoverInterrupted(this.services.journal, {
      mapping: async (change) => (isDue(change) ? providers.readAs(change.serviceProviderId, change) : undefined),
      provider: async (change) => (isDue(change) ? readProviderAs(change, providers, await onboarding()) : undefined),
    });
    const isNew = ({ id }: ChangeRecord) => !this.notifiedUnread.has(id);
    const outcome = recoveredChangesOutcome({ ...settled, unread: unread.filter(isNew) }, this.services);
    for (const { id } of unread) this.notifiedUnread.add(id);
    await notifyOutcome(outcome, this.services);
  }

  /** Reports that a change took effect after its outcome could not be verified. */
  async notifyLateEffect(change: MappingChange, logId: string): Promise<void> {
    await notifyOutcome(await lateEffectOutcome(change, logId, this.services), this.services);
  }

  /** Remaps or maps what was dragged onto a skill, after confirmation. */
  async remapDropped({ serviceProviderIds, hidden }: DroppedRows, skillId: string): Promise<void> {
    const { providers } = this.services;
    const isMapped = (id: string) => providers.status(id).lastKnown?.mapping.type === 'mapped';
    const name = serviceProviderIds.some(isMapped) ? 'updateMapping' : 'createMapping';
    await run(name, { serviceProviderIds, skillId }, { type: 'drop', hidden });
  }

  /** Deletes the mappings of what was dragged to those without one, after confirmation. */
  async unmapDropped({ serviceProviderIds, hidden }: DroppedRows): Promise<void> {
    await run('deleteMapping', { serviceProviderIds }, { type: 'drop', hidden });
  }

  /** Reports that a settings change requires a new sign-in, if it does. */
  async notifyScopesChanged(): Promise<void> {
    // Every window is notified of the settings change, but one message is enough.
    if (!vscode.window.state.focused) return;
    await notifyOutcome(await scopesChangedOutcome(this.services), this.services);
  }

  /** Signs in for another extension, with the user's consent. */
  async signInForExtension(options: SignInOptions): Promise<(SignInOutcome & { type: 'signedIn' }) | undefined> {
    const outcome = await signInTo(this.services.signIn, options);
    this.notify(signInOutcome(outcome));
    return outcome.type === 'signedIn' ? outcome : undefined;
  }

  /** Shows the box for the redirect URL of a sign-in that waits for the browser. */
  pasteSignInAddress(): void {
    if (showAddressBox()) return;
    this.notify({ type: 'rejected', message: vscode.l10n.t('No sign-in is waiting for the browser.') });
  }

  /** Asks whether the secrets of an account may go to a host that it was not signed in for. */
  async confirmHost(account: string, host: string): Promise<boolean> {
    return confirmHost(account, host);
  }

  /** Prompts for an access token to replace a rejected one; undefined if there is none. */
  async replaceAccessToken(account: string): Promise<string | undefined> {
    const reason = vscode.l10n.t('The service refused the access token. Paste a new one to continue.');
    return promptForReplacementToken(account, reason, this.services.signIn);
  }

  dispose(): void {
    this.services.errorDetails.dispose();
    this.services.changeHistory.dispose();
    this.services.setup.dispose();
    this.readableProviders.dispose();
  }

  /** Shows the outcome without waiting for the user's response, which may come hours later. */
  private notify(outcome: CommandOutcome): void {
    notifyOutcome(outcome, this.services).catch((error: unknown) => {
      void vscode.window.showErrorMessage(reportInternalError(error, this.services.log));
    });
  }

  private async run<Name extends CommandName>(
    command: Command<Name>,
    args: readonly unknown[],
  ): Promise<{ outcome: CommandOutcome; serviceProviders?: number }> {
    try {
      const parsed = parseArguments(command, args, this.services);
      if ('rejected' in parsed) return { outcome: parsed.rejected };
      const outcome = await command.run(parsed.call, this.services);
      const serviceProviders = parsed.call.serviceProviderIds?.length;
      return { outcome, ...(serviceProviders !== undefined && { serviceProviders }) };
    } catch (error) {
      if (error instanceof JournalError) return { outcome: { type: 'rejected', message: error.message } };
      return { outcome: { type: 'internalError', message: reportInternalError(error, this.services.log) } };
    }
  }
}

function reportInternalError(error: unknown, log: vscode.LogOutputChannel): string {
  // Network errors contain headers and never get here; log only the stack even so.
  log.error(error instanceof Error ? (error.stack ?? error.message) : 'Internal error of an unknown type');
  return vscode.l10n.t('Something went wrong in Alexa Network Mapping: {0}', errorText(error));
}
