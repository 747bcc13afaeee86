import * as vscode from 'vscode';
import type { ConfiguredProvider } from '../../core/model/configuredProviders';
import { pickServiceProvider } from '../prompts/pickServiceProvider';
import { DISMISSED, type Ending, type Invocation, type Services } from './command';
import { run } from './runCommand';

interface Wanted {
  /** Above the pick. */
  readonly title: string;
  /** Which service providers the command can work on, as far as is known. */
  readonly suits?: (provider: ConfiguredProvider) => boolean;
  /** What to say when there are some, but none that suits. */
  readonly noneSuits?: string;
}

/**
 * The service providers a command is for: those of its argument or of a selection as they are, or the one that the user
 * picks. Of a selection, the command itself tells those apart that it has nothing to do for, so that all are accounted for.
 */
export async function targets(
  invocation: Invocation,
  services: Services,
  { title, suits = () => true, noneSuits = '' }: Wanted,
): Promise<readonly string[] | Ending> {
  const { providers } = services;
  const given = invocation.serviceProviderIds;
  if (given && !invocation.fromSelection) return given;

  const candidates = given ? given.flatMap((id) => providers.provider(id) ?? []) : providers.providers;
  if (candidates.length === 0) {
    return {
      type: 'refused',
      message: vscode.l10n.t('There is no service provider in the list yet.'),
      offer: { label: vscode.l10n.t('Add Service Provider…'), run: () => run('addServiceProvider', {}) },
    };
  }
  const suitable = candidates.filter(suits);
  if (suitable.length === 0) return { type: 'refused', message: noneSuits };
  if (given) return candidates.map(({ id }) => id);
  const picked = await pickServiceProvider(title, providers, suitable);
  return picked === undefined ? DISMISSED : [picked];
}
