import * as vscode from 'vscode';
import { explain, type Remedy } from '../core/explanation';
import type { Failure } from '../core/failure';
import { inertMessage } from '../prompts/inertText';
import type { Telemetry } from '../telemetry/telemetry';
import type { Command, Ending, Offer, Services } from './command';
import { InternalInvocation, interpret } from './invocation';
import { nameOf } from './nameOf';

const PREFIX = 'alexaNetworkMapping.';

/** Runs another command of the extension with an invocation that is already checked. */
export async function run(id: string, invocation: InternalInvocation['invocation']): Promise<void> {
  await vscode.commands.executeCommand(PREFIX + id, new InternalInvocation(invocation));
}

/**
 * The one door to all commands: makes one form of their arguments, counts how they end, and tells the person what a
 * command has not told itself. A defect in a command is logged and said, never swallowed.
 */
export function registerCommand(command: Command, services: Services, telemetry: Telemetry): vscode.Disposable {
  return vscode.commands.registerCommand(PREFIX + command.id, async (...args: unknown[]) => {
    const began = performance.now();
    const { ending, serviceProviders } = await carryOut(command, args, services);
    telemetry.record(
      'command',
      { command: command.id, result: ending.type, ...(ending.type === 'failed' && { failure: ending.failure.kind }) },
      { durationMs: performance.now() - began, ...(serviceProviders !== undefined && { serviceProviders }) },
    );
    // A message may stay for hours; whoever called the command does not wait for its buttons.
    void tell(ending, services);
  });
}

async function carryOut(
  command: Command,
  args: readonly unknown[],
  services: Services,
): Promise<{ ending: Ending; serviceProviders?: number }> {
  try {
    const interpreted = interpret(command, args, services.providers);
    if ('refused' in interpreted) return { ending: interpreted.refused };
    const { invocation } = interpreted;
    const ending = await command.run(invocation, services);
    const serviceProviders = invocation.serviceProviderIds?.length;
    return { ending, ...(serviceProviders !== undefined && { serviceProviders }) };
  } catch (error) {
    return { ending: { type: 'defect', message: defect(error, services.log) } };
  }
}

/** Tells the person how a command ended, where it has something to say. */
export async function tell(ending: Ending, services: Services): Promise<void> {
  switch (ending.type) {
    case 'done':
      if (ending.message) await showWithOffers(vscode.window.showInformationMessage, ending.message, []);
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
      await showWithOffers(vscode.window.showInformationMessage, ending.message, []);
      return;
    case 'failed':
      await showFailure(ending, services);
  }
}

async function showFailure(ending: Ending & { type: 'failed' }, services: Services): Promise<void> {
  const { failure, message, ofMany } = ending;
  const details: Offer = {
    label: vscode.l10n.t('Show Details'),
    run: () => {
      services.errorDetails.show(failure, nameOf([failure.serviceProviderId], services));
      return Promise.resolve();
    },
  };
  const remedy = ofMany ? undefined : explain(failure).remedies[0];
  const offers = remedy ? [remedyOffer(remedy, failure), details] : [details];
  await showWithOffers(vscode.window.showErrorMessage, message, offers);
}

function remedyOffer(remedy: Remedy, failure: Failure): Offer {
  switch (remedy) {
    case 'signIn':
      return { label: vscode.l10n.t('Sign In…'), run: () => run('signIn', {}) };
    case 'openSettings':
      return { label: vscode.l10n.t('Open Settings'), run: openSettings };
    case 'tryAgain':
      return { label: vscode.l10n.t('Try Again'), run: () => tryAgain(failure) };
  }
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

/** Opens the settings of the extension. */
export async function openSettings(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', '@ext:networkmapping.alexa-network-mapping');
}

type ShowMessage = (message: string, ...labels: string[]) => Thenable<string | undefined>;

async function showWithOffers(show: ShowMessage, message: string, offers: readonly Offer[]): Promise<void> {
  const chosen = await show(inertMessage(message), ...offers.map(({ label }) => label));
  await offers.find(({ label }) => label === chosen)?.run();
}

function defect(error: unknown, log: vscode.LogOutputChannel): string {
  // Errors of the network stack hold headers and never come this far; the log still gets no more than the stack.
  log.error(error instanceof Error ? (error.stack ?? error.message) : 'unknown defect');
  return vscode.l10n.t('This went wrong in the extension itself: {0}', error instanceof Error ? error.message : '');
}
