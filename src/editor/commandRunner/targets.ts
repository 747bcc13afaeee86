import * as vscode from 'vscode';
import type { ConfiguredProvider } from '../../core/model/configuredProviders';
import { pickServiceProvider } from '../prompts/pickServiceProvider';
import { DISMISSED, type CommandOutcome, type CommandArguments, type CommandContext } from './command';
import { run } from './runCommand';

interface TargetOptions {
  /** Above the pick. */
  readonly title: string;
  /** Which service providers the command can work on, as far as is known. */
  readonly isEligible?: (provider: ConfiguredProvider) => boolean;
  /** What to say when there are some, but none that suits. */
  readonly noneEligibleMessage?: string;
}

/**
 * The service providers a command is for: those of its argument or of a selection as they are, or the one that the user
 * picks. Of a selection, the command itself tells those apart that it has nothing to do for, so that all are accounted for.
 */
export async function resolveTargets(
  invocation: CommandArguments,
  services: CommandContext,
  { title, isEligible: isEligible = () => true, noneEligibleMessage: noneEligibleMessage = '' }: TargetOptions,
): Promise<readonly string[] | CommandOutcome> {
  const { providers } = services;
  const given = invocation.serviceProviderIds;
  if (given && !invocation.fromSelection) return given;

  const candidates = given ? given.flatMap((id) => providers.provider(id) ?? []) : providers.providers;
  if (candidates.length === 0) {
    return {
      type: 'refused',
      message: vscode.l10n.t('There are no service providers in the list yet.'),
      action: { label: vscode.l10n.t('Add Service Provider…'), run: () => run('addServiceProvider', {}) },
    };
  }
  const suitable = candidates.filter(isEligible);
  if (suitable.length === 0) return { type: 'refused', message: noneEligibleMessage };
  if (given) return candidates.map(({ id }) => id);
  const picked = await pickServiceProvider(title, providers, suitable);
  return picked === undefined ? DISMISSED : [picked];
}
