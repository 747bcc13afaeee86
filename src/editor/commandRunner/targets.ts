import * as vscode from 'vscode';
import type { ConfiguredProvider } from '../../core/model/configuredProviders';
import { pickServiceProvider } from '../prompts/pickServiceProvider';
import { DISMISSED, isSelection, type CommandCall, type CommandContext, type CommandOutcome } from './command';
import { run } from './runCommand';

interface TargetOptions {
  /** Title of the picker. */
  readonly title: string;
  /** Whether the command applies to a service provider, as far as known. */
  readonly isEligible?: (provider: ConfiguredProvider) => boolean;
  /** The message if there are service providers, but none is eligible. */
  readonly noneEligibleMessage?: string;
  /** Whether the command applies to the whole list unless service providers are given; else the user picks one. */
  readonly defaultsToAll?: boolean;
}

/**
 * Returns the service providers for a command: those of its argument or of a selection unchanged, or else all or the one
 * that the user picks. The command itself skips ineligible ones of a selection, so that all are accounted for.
 */
export async function resolveTargets(
  { source, serviceProviderIds: given }: CommandCall<'refreshServiceProvider'>,
  services: CommandContext,
  { title, isEligible = () => true, noneEligibleMessage = '', defaultsToAll = false }: TargetOptions,
): Promise<readonly string[] | CommandOutcome> {
  const { providers } = services;
  if (given && !isSelection(source)) return given;

  const candidates = given ? given.flatMap((id) => providers.provider(id) ?? []) : providers.providers;
  if (candidates.length === 0) {
    return {
      type: 'rejected',
      message: vscode.l10n.t('There are no service providers in the list yet.'),
      action: { label: vscode.l10n.t('Add Service Provider…'), run: () => run('addServiceProvider', {}) },
    };
  }
  const suitable = candidates.filter(isEligible);
  if (suitable.length === 0) return { type: 'rejected', message: noneEligibleMessage };
  if (given || defaultsToAll) return candidates.map(({ id }) => id);
  const picked = await pickServiceProvider(title, providers, suitable, services.skills);
  return picked === undefined ? DISMISSED : [picked];
}

/** Returns the refusal to edit list entries that are not in the setting, if any of these is of a mapping file. */
export function refuseOfFile(ids: readonly string[], { providers }: CommandContext): CommandOutcome | undefined {
  const found = ids.map((id) => providers.provider(id)).find((each) => each?.file !== undefined);
  if (found?.file === undefined) return undefined;
  return {
    type: 'rejected',
    message: vscode.l10n.t(
      '{0} is listed because {1} is open. Edit that file instead.',
      found.name ?? found.id,
      found.file,
    ),
  };
}
