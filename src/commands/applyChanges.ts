import * as vscode from 'vscode';
import { explain } from '../core/explanation';
import type { MappingChange } from '../core/networkMapping';
import { longAct } from '../prompts/longAct';
import type { ChangeOutcome } from '../state/confirmedChange';
import { DONE, type Ending, type Services } from './command';
import { run } from './run';
import { nameOf } from './nameOf';

/**
 * Carries out the changes one after another, with progress that can be cancelled, and says what was and was not done.
 *
 * @param title says what happens, for the progress
 * @param leftOut says which of those that were meant were left out, and why
 */
export async function applyChanges(
  changes: readonly MappingChange[],
  title: string,
  services: Services,
  leftOut?: string,
): Promise<Ending> {
  const outcomes: ChangeOutcome[] = [];
  const { stopped } = await longAct(title, async (signal, report) => {
    for (const [index, change] of changes.entries()) {
      if (signal.aborted) break;
      if (changes.length > 1) report(vscode.l10n.t('{0} of {1}', index + 1, changes.length), 100 / changes.length);
      const outcome = await services.providers.change(change, { signal, interactive: true });
      outcomes.push(outcome);
      if (outcome.type === 'done' && change.operation !== 'delete') await services.usedSkills.remember(change.skillId);
    }
  });
  const [change] = changes;
  const [outcome] = outcomes;
  if (change && outcome && changes.length === 1 && leftOut === undefined) {
    return endingOfOne(change, outcome, services);
  }
  return endingOfMany(changes, outcomes, stopped, leftOut, services);
}

/** The ending of a mapping that is not made, because there is another one already. */
export function alreadyMapped(
  found: { readonly serviceProviderId: string; readonly skillId: string },
  wished: string,
  services: Services,
): Ending {
  const ids = [found.serviceProviderId];
  const again = { serviceProviderIds: ids, confirm: true, skillId: wished };
  return {
    type: 'refused',
    message: vscode.l10n.t('{0} is already mapped to {1}. Nothing was changed.', nameOf(ids, services), found.skillId),
    offer: { label: vscode.l10n.t('Remap…'), run: () => run('updateMapping', again) },
  };
}

function endingOfOne(change: MappingChange, outcome: ChangeOutcome, services: Services): Ending {
  const name = nameOf([change.serviceProviderId], services);
  switch (outcome.type) {
    case 'done':
      return DONE;
    case 'mappedToOther':
      return alreadyMapped({ ...change, skillId: outcome.skillId }, wishedSkill(change), services);
    case 'notMapped':
      return {
        type: 'refused',
        message: vscode.l10n.t('{0} is not mapped any more. Nothing was changed.', name),
        offer: {
          label: vscode.l10n.t('Map…'),
          run: () =>
            run('createMapping', { serviceProviderIds: [change.serviceProviderId], skillId: wishedSkill(change) }),
        },
      };
    case 'failed':
      if (outcome.failure.kind === 'cancelled') return { type: 'cancelled', message: whatWasCancelled(outcome, name) };
      return { type: 'failed', failure: outcome.failure, message: whatFailed(change, outcome, name) };
  }
}

function wishedSkill(change: MappingChange): string {
  return change.operation === 'delete' ? '' : change.skillId;
}

function whatWasCancelled({ failure }: ChangeOutcome & { type: 'failed' }, name: string): string {
  return failure.effect === 'none'
    ? vscode.l10n.t('{0}: cancelled before anything was done.', name)
    : vscode.l10n.t('{0}: cancelled on the way. Its row shows what the service holds.', name);
}

/** Says what did not happen, or that nobody knows: where the mapping could be read afterwards, it is known. */
function whatFailed(change: MappingChange, outcome: ChangeOutcome & { type: 'failed' }, name: string): string {
  const { title } = explain(outcome.failure);
  if (outcome.reading || outcome.failure.effect === 'none') {
    switch (change.operation) {
      case 'create':
        return vscode.l10n.t('{0} was not mapped: {1}.', name, title);
      case 'update':
        return vscode.l10n.t('{0} was not remapped: {1}.', name, title);
      case 'delete':
        return vscode.l10n.t('The mapping of {0} was not deleted: {1}.', name, title);
    }
  }
  switch (change.operation) {
    case 'create':
      return vscode.l10n.t('Nobody knows whether {0} was mapped: {1}.', name, title);
    case 'update':
      return vscode.l10n.t('Nobody knows whether {0} was remapped: {1}.', name, title);
    case 'delete':
      return vscode.l10n.t('Nobody knows whether the mapping of {0} was deleted: {1}.', name, title);
  }
}

function endingOfMany(
  changes: readonly MappingChange[],
  outcomes: readonly ChangeOutcome[],
  stopped: boolean,
  leftOut: string | undefined,
  services: Services,
): Ending {
  const done = outcomes.filter(({ type }) => type === 'done').length;
  const failures = outcomes.flatMap((each) => (each.type === 'done' ? [] : [each]));
  const isInDoubt = (each: (typeof failures)[number]) => !each.reading && each.failure.effect === 'unknown';
  const inDoubt = failures.filter(isInDoubt);
  const refused = failures.filter((each) => !isInDoubt(each) && each.failure.kind !== 'cancelled');
  const notSent = changes.length - done - inDoubt.length - refused.length;
  const first = [...refused, ...inDoubt][0]?.failure;
  // A message without buttons is cut after a line, so the sentences are short and the figures come first.
  const message = [
    vscode.l10n.t('{0} of {1} changes made.', done, changes.length),
    notSent > 0 ? vscode.l10n.t('{0} not sent.', notSent) : '',
    inDoubt.length > 0 ? vscode.l10n.t('{0} in doubt.', inDoubt.length) : '',
    leftOut ?? '',
    refused.length > 0 ? vscode.l10n.t('{0} failed.', refused.length) : '',
    first && !stopped
      ? vscode.l10n.t('First: {0} ({1}).', nameOf([first.serviceProviderId], services), explain(first).reason)
      : '',
  ]
    .filter(Boolean)
    .join(' ');
  if (stopped) return { type: 'cancelled', message };
  if (first) return { type: 'failed', failure: first, message, ofMany: true };
  return leftOut === undefined ? DONE : { type: 'done', message };
}
