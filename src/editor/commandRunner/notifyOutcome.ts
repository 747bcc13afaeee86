import * as vscode from 'vscode';
import { describeFailure } from '../../core/failures/failureMessages';
import type { SuggestedAction } from '../../core/failures/failureMessage';
import type { ApiFailure, FailureKind } from '../../core/failures/apiFailure';
import { describeSignInFailure } from '../../core/failures/signInMessages';
import type { SignInFailure, SignInFailureKind } from '../../core/failures/signInFailure';
import { escapeLinks } from '../prompts/escapeUiText';
import { KEEP_MESSAGE_OPEN, type CommandOutcome, type MessageAction, type CommandContext } from './command';
import { displayName } from './displayName';
import { run } from './runCommand';

/** The kinds that concern the session and not the request. */
const SESSION_FAILURES: ReadonlySet<FailureKind> = new Set([
  'signedOut',
  'accountMissing',
  'unauthorized',
  'renewalFailed',
]);

/** Shows the outcome of a command, unless there is nothing to report. */
export async function notifyOutcome(outcome: CommandOutcome, services: CommandContext): Promise<void> {
  switch (outcome.type) {
    case 'succeeded':
      if (outcome.message) {
        const { showInformationMessage, showWarningMessage } = vscode.window;
        const show = outcome.isWarning ? showWarningMessage : showInformationMessage;
        await showMessage(show, outcome.message, outcome.actions ?? []);
      }
      return;
    case 'dismissed':
      return;
    case 'rejected':
      await showMessage(vscode.window.showWarningMessage, outcome.message, outcome.action ? [outcome.action] : []);
      return;
    case 'internalError':
      await showMessage(vscode.window.showErrorMessage, outcome.message, [
        { label: vscode.l10n.t('Show Log'), run: () => run('showLog', {}) },
      ]);
      return;
    case 'canceled':
      await showMessage(vscode.window.showInformationMessage, outcome.message, outcome.actions ?? []);
      return;
    case 'failed':
      await showFailure(outcome, services);
      return;
    case 'signInFailed':
      await showSignInFailure(outcome);
  }
}

async function showSignInFailure({ failure, options }: CommandOutcome & { type: 'signInFailed' }): Promise<void> {
  const { title, cause: why, nextSteps, links, suggestedActions } = describeSignInFailure(failure);
  const askForClient = requiresNewClient(failure);
  const { method, ...withoutWay } = options;
  const actions: Record<SuggestedAction, MessageAction> = {
    signIn: {
      label: vscode.l10n.t('Sign In…'),
      run: () => run('signIn', { options: { ...withoutWay, ...(askForClient && { askForClient }) } }),
    },
    openSettings: { label: vscode.l10n.t('Open Settings'), run: () => openSettings(SETTINGS[failure.kind]) },
    tryAgain: {
      label: vscode.l10n.t('Try Again'),
      run: () => run('signIn', { options: { ...options, ...(askForClient && { askForClient }) } }),
    },
  };
  // Messages are read at a glance.
  const message = vscode.l10n.t({
    message: '{0}. {1} {2}',
    args: [title, why, nextSteps[0] ?? ''],
    comment: ['{0} is a sentence without its period, {1} and {2} are whole sentences.'],
  });
  const { showErrorMessage, showInformationMessage } = vscode.window;
  // A user who denied access knows why.
  await showMessage(failure.kind === 'consentDenied' ? showInformationMessage : showErrorMessage, message, [
    ...suggestedActions.map((suggestedAction) => actions[suggestedAction]),
    ...links.slice(0, 1).map(linkAction),
  ]);
}

function linkAction({ label, url }: { readonly label: string; readonly url: string }): MessageAction {
  return {
    label,
    run: async () => {
      await vscode.env.openExternal(vscode.Uri.parse(url));
    },
  };
}

async function showFailure(outcome: CommandOutcome & { type: 'failed' }, services: CommandContext): Promise<void> {
  const { failure, message, isBulk } = outcome;
  if (message === undefined) return;
  if (outcome.actions) {
    await showMessage(vscode.window.showErrorMessage, message, outcome.actions);
    return;
  }
  const details: MessageAction = {
    label: vscode.l10n.t('Show Details'),
    run: () => {
      services.errorDetails.show(failure, nameIn(failure, services));
      return Promise.resolve();
    },
  };
  // Of several failures, the others may need something else; but without a session, all need a sign-in.
  const suggestedAction = isBulk && !needsSignIn(failure) ? undefined : describeFailure(failure).suggestedActions[0];
  const actions = suggestedAction ? [actionFor(suggestedAction, failure), details] : [details];
  await showMessage(vscode.window.showErrorMessage, message, actions);
}

function actionFor(suggestedAction: SuggestedAction, failure: ApiFailure): MessageAction {
  switch (suggestedAction) {
    case 'signIn':
      return { label: vscode.l10n.t('Sign In…'), run: () => signInForFailure(failure) };
    case 'openSettings':
      return { label: vscode.l10n.t('Open Settings'), run: () => openSettings() };
    case 'tryAgain':
      return { label: vscode.l10n.t('Try Again'), run: () => tryAgain(failure) };
  }
}

/** Whether there is no valid session, so that a sign-in helps first. */
export function needsSignIn(failure: ApiFailure): boolean {
  return SESSION_FAILURES.has(failure.kind) && describeFailure(failure).suggestedActions[0] === 'signIn';
}

/** Signs in to the account that the failure is about. */
export async function signInForFailure({ account, signIn }: Pick<ApiFailure, 'account' | 'signIn'>): Promise<void> {
  await run('signIn', {
    options: {
      ...(account !== undefined && { account }),
      ...(signIn && requiresNewClient(signIn) && { askForClient: true }),
    },
  });
}

/** Whether the next sign-in must ask for another client, because this one was rejected. */
function requiresNewClient({ kind }: SignInFailure): boolean {
  return kind === 'invalidClient' || kind === 'clientNotAuthorized';
}

/** Repeats the failed request from its beginning: a remap shows old and new skill again, a delete asks again. */
export async function tryAgain(failure: ApiFailure): Promise<void> {
  const { operation, serviceProviderId, skillId } = failure;
  if (operation === 'createProvider') {
    await createAgain(failure);
    return;
  }
  const commands = {
    get: 'refreshServiceProvider',
    create: 'createMapping',
    update: 'updateMapping',
    delete: 'deleteMapping',
    readProvider: 'refreshServiceProvider',
    updateProvider: 'renameAtAmazon',
    deleteProvider: 'deleteServiceProvider',
  } as const;
  await run(commands[operation], {
    serviceProviderIds: [serviceProviderId],
    ...(skillId !== undefined && { skillId }),
  });
}

/**
 * Creates again what may have been created: with the same logical ID, which the service accepts once. After a rejection,
 * the user may change it.
 */
async function createAgain({ logicalId = '', displayName: name, account, effect }: ApiFailure): Promise<void> {
  await run('createServiceProvider', {
    asked: {
      logicalId,
      ...(name !== undefined && { displayName: name }),
      ...(account !== undefined && { account }),
      isDecided: effect === 'unknown',
    },
  });
}

/** Returns the name of the service provider that a request was about; one to create has no ID. */
function nameIn({ serviceProviderId, logicalId, displayName: name }: ApiFailure, services: CommandContext): string {
  return logicalId === undefined ? displayName([serviceProviderId], services) : (name ?? logicalId);
}

/** The setting that a failed sign-in concerns, if there is one. */
const SETTINGS: Partial<Record<SignInFailureKind, string>> = {
  invalidScope: 'scopes',
  invalidScopesSetting: 'scopes',
  invalidRedirectUri: 'redirectUri',
  portTaken: 'redirectUri',
  redirectTimeout: 'redirectUri',
  invalidClient: 'clientId',
};

/** Opens one setting of the extension, or all of them. */
export async function openSettings(name?: string): Promise<void> {
  const query = name === undefined ? '@ext:networkmapping.alexa-network-mapping' : `alexaNetworkMapping.${name}`;
  await vscode.commands.executeCommand('workbench.action.openSettings', query);
}

type ShowMessage = (message: string, ...labels: string[]) => Thenable<string | undefined>;

async function showMessage(show: ShowMessage, message: string, actions: readonly MessageAction[]): Promise<void> {
  for (;;) {
    const chosen = await show(escapeLinks(message), ...actions.map(({ label }) => label));
    if ((await actions.find(({ label }) => label === chosen)?.run()) !== KEEP_MESSAGE_OPEN) return;
  }
}
