import * as vscode from 'vscode';
import { explain } from '../../core/failures/failureMessages';
import type { Remedy } from '../../core/failures/failureMessage';
import type { Failure, FailureKind } from '../../core/failures/apiFailure';
import { explainSignIn } from '../../core/failures/signInMessages';
import type { SignInFailure, SignInFailureKind } from '../../core/failures/signInFailure';
import { inertMessage } from '../prompts/escapeUiText';
import { STILL_OFFERED, type Ending, type Offer, type Services } from './command';
import { nameOf } from './displayName';
import { run } from './runCommand';

/** The kinds that are about the session and not about what was asked for. */
const SESSION_FAILURES: ReadonlySet<FailureKind> = new Set([
  'signedOut',
  'accountMissing',
  'unauthorized',
  'renewalFailed',
]);

/** Tells the person how a command ended, where it has something to say. */
export async function tell(ending: Ending, services: Services): Promise<void> {
  switch (ending.type) {
    case 'done':
      if (ending.message) {
        const { showInformationMessage, showWarningMessage } = vscode.window;
        const show = ending.isWarning ? showWarningMessage : showInformationMessage;
        await showWithOffers(show, ending.message, ending.offers ?? []);
      }
      return;
    case 'dismissed':
      return;
    case 'refused':
      await showWithOffers(vscode.window.showWarningMessage, ending.message, ending.offer ? [ending.offer] : []);
      return;
    case 'defect':
      await showWithOffers(vscode.window.showErrorMessage, ending.message, [
        { label: vscode.l10n.t('Show Log'), run: () => run('showLog', {}) },
      ]);
      return;
    case 'cancelled':
      await showWithOffers(vscode.window.showInformationMessage, ending.message, ending.offers ?? []);
      return;
    case 'failed':
      await showFailure(ending, services);
      return;
    case 'notSignedIn':
      await showSignInFailure(ending);
  }
}

async function showSignInFailure({ failure, wish }: Ending & { type: 'notSignedIn' }): Promise<void> {
  const { title, why, nextSteps, links, remedies } = explainSignIn(failure);
  const askForClient = needsOtherClient(failure);
  const { way, ...withoutWay } = wish;
  const offers: Record<Remedy, Offer> = {
    signIn: {
      label: vscode.l10n.t('Sign In…'),
      run: () => run('signIn', { signIn: { ...withoutWay, ...(askForClient && { askForClient }) } }),
    },
    openSettings: { label: vscode.l10n.t('Open Settings'), run: () => openSettings(SETTINGS[failure.kind]) },
    tryAgain: {
      label: vscode.l10n.t('Try Again'),
      run: () => run('signIn', { signIn: { ...wish, ...(askForClient && { askForClient }) } }),
    },
  };
  // A message is read at a glance; what is left out says what to do when this does not help.
  const message = vscode.l10n.t('{0}. {1} {2}', title, why, nextSteps.slice(0, 2).join(' '));
  await showWithOffers(vscode.window.showErrorMessage, message, [
    ...remedies.map((remedy) => offers[remedy]),
    ...links.slice(0, 1).map(linkOffer),
  ]);
}

function linkOffer({ label, url }: { readonly label: string; readonly url: string }): Offer {
  return {
    label,
    run: async () => {
      await vscode.env.openExternal(vscode.Uri.parse(url));
    },
  };
}

async function showFailure(ending: Ending & { type: 'failed' }, services: Services): Promise<void> {
  const { failure, message, ofMany } = ending;
  if (ending.offers) {
    await showWithOffers(vscode.window.showErrorMessage, message, ending.offers);
    return;
  }
  const details: Offer = {
    label: vscode.l10n.t('Show Details'),
    run: () => {
      services.errorDetails.show(failure, nameOf([failure.serviceProviderId], services));
      return Promise.resolve();
    },
  };
  // Of many failures, the others may want something else; but without a session nothing can be done for any.
  const remedy = ofMany && !needsSignIn(failure) ? undefined : explain(failure).remedies[0];
  const offers = remedy ? [remedyOffer(remedy, failure), details] : [details];
  await showWithOffers(vscode.window.showErrorMessage, message, offers);
}

function remedyOffer(remedy: Remedy, failure: Failure): Offer {
  switch (remedy) {
    case 'signIn':
      return { label: vscode.l10n.t('Sign In…'), run: () => signInFor(failure) };
    case 'openSettings':
      return { label: vscode.l10n.t('Open Settings'), run: () => openSettings() };
    case 'tryAgain':
      return { label: vscode.l10n.t('Try Again'), run: () => tryAgain(failure) };
  }
}

/** Whether there is no session that serves, and a sign-in is what helps first. */
export function needsSignIn(failure: Failure): boolean {
  return SESSION_FAILURES.has(failure.kind) && explain(failure).remedies[0] === 'signIn';
}

/** Signs in to the account that the failure is about. */
export async function signInFor({ account, signIn }: Pick<Failure, 'account' | 'signIn'>): Promise<void> {
  await run('signIn', {
    signIn: {
      ...(account !== undefined && { account }),
      ...(signIn && needsOtherClient(signIn) && { askForClient: true }),
    },
  });
}

/** Whoever was refused as a client needs other words than the last time. */
function needsOtherClient({ kind }: SignInFailure): boolean {
  return kind === 'clientRefused' || kind === 'clientMismatch';
}

/** Does again what failed, from its beginning: a remap shows old and new once more, a delete asks once more. */
export async function tryAgain({ operation, serviceProviderId, skillId }: Failure): Promise<void> {
  const commands = {
    get: 'refreshServiceProvider',
    create: 'createMapping',
    update: 'updateMapping',
    delete: 'deleteMapping',
  } as const;
  await run(commands[operation], {
    serviceProviderIds: [serviceProviderId],
    confirm: true,
    ...(skillId !== undefined && { skillId }),
  });
}

/** The one setting that a failed sign-in is about, where there is one. */
const SETTINGS: Partial<Record<SignInFailureKind, string>> = {
  invalidScope: 'scopes',
  scopesRefused: 'scopes',
  redirectUriRefused: 'redirectUri',
  portTaken: 'redirectUri',
  noAnswer: 'redirectUri',
  clientRefused: 'clientId',
};

/** Opens one setting of the extension, or all of them. */
export async function openSettings(name?: string): Promise<void> {
  const query = name === undefined ? '@ext:networkmapping.alexa-network-mapping' : `alexaNetworkMapping.${name}`;
  await vscode.commands.executeCommand('workbench.action.openSettings', query);
}

type ShowMessage = (message: string, ...labels: string[]) => Thenable<string | undefined>;

async function showWithOffers(show: ShowMessage, message: string, offers: readonly Offer[]): Promise<void> {
  for (;;) {
    const chosen = await show(inertMessage(message), ...offers.map(({ label }) => label));
    if ((await offers.find(({ label }) => label === chosen)?.run()) !== STILL_OFFERED) return;
  }
}
