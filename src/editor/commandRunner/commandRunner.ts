import * as vscode from 'vscode';
import type { RecordedChange } from '../../core/history/changeRecord';
import type { Result } from '../../core/failures/apiFailure';
import type { MappingChange, NetworkMapping } from '../../core/model/networkMapping';
import type { SignInFailure } from '../../core/failures/signInFailure';
import { JournalFailed } from '../../core/history/journalError';
import { confirmHost } from '../signIn/confirmHost';
import { replaceAccessToken } from '../signIn/accessTokenSignIn';
import { signIn as signInTo } from '../signIn/signIn';
import type { SignInOutcome, SignInWish } from '../../core/auth/signInOptions';
import { showAddressBox } from '../signIn/waitForRedirect';
import { settleInterrupted } from '../../core/mappings/interruptedChanges';
import type { CommandName } from '../telemetry/events';
import type { Telemetry } from '../telemetry/telemetry';
import { ChangeHistory } from '../webview/changeHistoryPanel';
import { ErrorDetails } from '../webview/errorDetailsPanel';
import { ActsUnderWay } from './progressSummary';
import { addServiceProvider } from '../commands/addServiceProvider';
import type { Command, Ending, Services } from './command';
import { consentAgain } from '../notifications/scopesChanged';
import { copyServiceProviderId, copySkillId } from '../commands/copyIds';
import { createMapping } from '../commands/createMapping';
import { deleteMapping } from '../commands/deleteMapping';
import { clearFilter, filter } from '../commands/filter';
import { exportServiceProviders } from '../commands/exportServiceProviders';
import { importServiceProviders } from '../commands/importServiceProviders';
import { endingOfInterrupted } from '../notifications/recoveredChanges';
import { interpret } from './commandArguments';
import { lateEffect } from '../notifications/lateEffect';
import { refresh, refreshServiceProvider } from '../commands/refresh';
import { removeServiceProvider } from '../commands/removeServiceProvider';
import { renameServiceProvider } from '../commands/renameServiceProvider';
import { saveHistory } from '../webview/exportHistory';
import { showErrorDetails } from '../commands/showErrorDetails';
import { showHistory } from '../commands/showHistory';
import { showLog } from '../commands/showLog';
import { sessionEnded } from '../notifications/sessionEnded';
import { signIn, signInEnding } from '../commands/signIn';
import { signOut } from '../commands/signOut';
import { run } from './runCommand';
import { openSettings, signInFor, tell, tryAgain } from './notifyOutcome';
import { undoLastChange } from '../commands/undoLastChange';
import { updateMapping } from '../commands/updateMapping';
import { groupBySkill, viewAsList } from '../commands/viewAs';

const COMMANDS: Readonly<Record<CommandName, Command>> = {
  signIn,
  signOut,
  addServiceProvider,
  renameServiceProvider,
  removeServiceProvider,
  importServiceProviders,
  exportServiceProviders,
  createMapping,
  updateMapping,
  deleteMapping,
  undoLastChange,
  showHistory,
  refresh,
  refreshServiceProvider,
  copyServiceProviderId,
  copySkillId,
  viewAsList,
  groupBySkill,
  filter,
  clearFilter,
  showErrorDetails,
  showLog,
};

/** What the door makes the services of. */
type WithoutPanels = Omit<Services, 'errorDetails' | 'changeHistory' | 'actsUnderWay'> & {
  /** Says in the view what is under way; undefined when nothing is any more. */
  readonly showProgress: (message: string | undefined) => void;
};

/**
 * The one door to everything that talks to a person: all commands, and what is told without one. It makes one form of the
 * arguments, counts how commands end, and tells the person what a command has not told itself. A defect is logged and said,
 * never swallowed.
 */
export class Door implements vscode.Disposable {
  private readonly services: Services;
  /** Interrupted changes that could not be read, by their IDs; each look finds them again. */
  private readonly toldUnread = new Set<string>();

  constructor(
    { showProgress, ...services }: WithoutPanels,
    private readonly telemetry: Telemetry,
    extensionUri: vscode.Uri,
  ) {
    const { journal } = services;
    const errorDetails = new ErrorDetails(extensionUri, services.providers, {
      tryAgain,
      signIn: signInFor,
      openSettings: () => openSettings(),
      showLog: () => run('showLog', {}),
    });
    const changeHistory = new ChangeHistory(extensionUri, journal, {
      undo: (actId) => run('undoLastChange', { actId }),
      save: (search, format) => saveHistory(journal, search, format),
    });
    journal.events.on('changed', () => {
      changeHistory.refresh();
    });
    const actsUnderWay = new ActsUnderWay(showProgress);
    this.services = { ...services, errorDetails, changeHistory, actsUnderWay };
  }

  async call(name: CommandName, args: readonly unknown[]): Promise<void> {
    const began = performance.now();
    const { ending, serviceProviders } = await this.carryOut(COMMANDS[name], args);
    this.telemetry.record(
      'command',
      {
        command: name,
        result: ending.type === 'notSignedIn' ? 'failed' : ending.type,
        ...('failure' in ending && { failure: ending.failure.kind }),
      },
      { durationMs: performance.now() - began, ...(serviceProviders !== undefined && { serviceProviders }) },
    );
    // A message may stay for hours; whoever called the command does not wait for its buttons.
    this.say(ending);
  }

  /** Brings the error details back in a window that was reloaded. */
  restoreErrorDetails(panel: vscode.WebviewPanel, kept: unknown): void {
    this.services.errorDetails.restore(panel, kept);
  }

  /** Brings the change history back in a window that was reloaded. */
  restoreChangeHistory(panel: vscode.WebviewPanel, kept: unknown): void {
    this.services.changeHistory.restore(panel, kept);
  }

  /** Tells that Login with Amazon has ended a session. */
  async tellEnd(account: string, failure: SignInFailure): Promise<void> {
    await tell(sessionEnded(account, failure), this.services);
  }

  /**
   * Settles the changes that windows which are gone have left open or unconfirmed, and tells what became of them.
   *
   * @param read reads one mapping as the one who sent the change; undefined where that is not possible now
   */
  async tellInterrupted(read: (change: RecordedChange) => Promise<Result<NetworkMapping> | undefined>): Promise<void> {
    const { unread, ...settled } = await settleInterrupted(this.services.journal, read);
    const isNew = ({ id }: RecordedChange) => !this.toldUnread.has(id);
    const ending = endingOfInterrupted({ ...settled, unread: unread.filter(isNew) }, this.services);
    for (const { id } of unread) this.toldUnread.add(id);
    await tell(ending, this.services);
  }

  /** Tells that a change took effect after its outcome could not be verified. */
  async tellLateEffect(change: MappingChange, note: string): Promise<void> {
    await tell(await lateEffect(change, note, this.services), this.services);
  }

  /** Remaps or maps what was dragged onto a skill, after asking. */
  async move(serviceProviderIds: readonly string[], skillId: string): Promise<void> {
    const { providers } = this.services;
    const isMapped = (id: string) => providers.status(id).known?.mapping.type === 'mapped';
    const name = serviceProviderIds.some(isMapped) ? 'updateMapping' : 'createMapping';
    await run(name, { serviceProviderIds, skillId, fromSelection: true, confirm: true, dragged: true });
  }

  /** Deletes the mappings of what was dragged to those that have none, after asking. */
  async unmap(serviceProviderIds: readonly string[]): Promise<void> {
    await run('deleteMapping', { serviceProviderIds, fromSelection: true, dragged: true });
  }

  /** Tells that a change of the settings wants another sign-in, where it does. */
  async tellConsentAgain(): Promise<void> {
    // Every window hears of the setting, and one message is enough.
    if (!vscode.window.state.focused) return;
    await tell(await consentAgain(this.services), this.services);
  }

  /** Signs in because another extension wants it, with the person's consent. */
  async signInForOthers(wish: SignInWish): Promise<(SignInOutcome & { type: 'signedIn' }) | undefined> {
    const outcome = await signInTo(this.services.signIn, wish);
    this.say(signInEnding(outcome));
    return outcome.type === 'signedIn' ? outcome : undefined;
  }

  /** Shows the box for the address of a sign-in that waits for the browser. */
  pasteSignInAddress(): void {
    if (showAddressBox()) return;
    this.say({ type: 'refused', message: vscode.l10n.t('No sign-in is waiting for the browser.') });
  }

  /** Asks whether the secrets of an account may go to a host that it was not signed in for. */
  async confirmHost(account: string, host: string): Promise<boolean> {
    return confirmHost(account, host);
  }

  /** Asks for an access token in the place of one that was refused; undefined when there is none. */
  async replaceAccessToken(account: string): Promise<string | undefined> {
    const reason = vscode.l10n.t('The service refused the access token. Paste a fresh one to go on.');
    return replaceAccessToken(account, reason, this.services.signIn);
  }

  dispose(): void {
    this.services.errorDetails.dispose();
    this.services.changeHistory.dispose();
  }

  /** Says it without waiting for an answer, which may come hours later and lead to anything. */
  private say(ending: Ending): void {
    tell(ending, this.services).catch((error: unknown) => {
      void vscode.window.showErrorMessage(defect(error, this.services.log));
    });
  }

  private async carryOut(
    command: Command,
    args: readonly unknown[],
  ): Promise<{ ending: Ending; serviceProviders?: number }> {
    try {
      const interpreted = interpret(command, args, this.services);
      if ('refused' in interpreted) return { ending: interpreted.refused };
      const { invocation } = interpreted;
      const ending = await command.run(invocation, this.services);
      const serviceProviders = invocation.serviceProviderIds?.length;
      return { ending, ...(serviceProviders !== undefined && { serviceProviders }) };
    } catch (error) {
      if (error instanceof JournalFailed) return { ending: { type: 'refused', message: error.message } };
      return { ending: { type: 'defect', message: defect(error, this.services.log) } };
    }
  }
}

function defect(error: unknown, log: vscode.LogOutputChannel): string {
  // Errors of the network stack hold headers and never come this far; the log still gets no more than the stack.
  log.error(error instanceof Error ? (error.stack ?? error.message) : 'unknown defect');
  return vscode.l10n.t('This went wrong in the extension itself: {0}', error instanceof Error ? error.message : '');
}
