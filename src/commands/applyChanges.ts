import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { explain } from '../core/explanation';
import type { Failure } from '../core/failure';
import type { MappingChange } from '../core/networkMapping';
import { JournalFailed } from '../journal/journalFailed';
import { longAct } from '../prompts/longAct';
import type { ChangeOutcome } from '../state/confirmedChange';
import type { ActChange } from '../state/serviceProviders';
import { DONE, STILL_OFFERED, type Ending, type Offer, type Services } from './command';
import { isMany } from './confirmAct';
import type { Problem } from './mappingsNow';
import { nameOf } from './nameOf';
import { run } from './run';
import { resultOf, resultsOffer, type ChangeOfAct } from './showResults';
import { needsSignIn, signInFor } from './tell';

interface Act {
  /** Says what happens, for the progress. */
  readonly title: string;
  /** Says how many of those that were meant were left out, and why. */
  readonly leftOut?: string | undefined;
  /** Those that could not take part. */
  readonly problems?: readonly Problem[];
  /** Does the act again for those of these service providers with which it failed. */
  readonly again: (serviceProviderIds: readonly string[]) => Promise<void>;
}

/**
 * Carries out the changes of one act, with progress that can be cancelled, and says what was and was not done. One change
 * ends at once when it is cancelled; of several, those under way come to their end and no other is sent.
 */
export async function applyChanges(changes: readonly ActChange[], act: Act, services: Services): Promise<Ending> {
  const [only] = changes;
  if (only && changes.length === 1 && act.leftOut === undefined && !act.problems?.length) {
    return applyOne(only, act, services);
  }
  return applyMany(changes, act, services);
}

async function applyOne({ change, undoes }: ActChange, { title }: Act, services: Services): Promise<Ending> {
  const { providers } = services;
  const act = { actId: randomUUID(), interactive: true, urgent: true, ...(undoes !== undefined && { undoes }) };
  try {
    const { result } = await longAct(title, (signal) => providers.change(change, { ...act, signal }));
    if (result.type === 'done') await rememberSkill([change], services);
    return endingOfOne(change, result, services);
  } catch (error) {
    if (!(error instanceof JournalFailed)) throw error;
    return { type: 'refused', message: vscode.l10n.t('Nothing was changed: {0}', error.message) };
  }
}

async function applyMany(changes: readonly ActChange[], act: Act, services: Services): Promise<Ending> {
  const { providers, actsUnderWay } = services;
  const settled = new Map<MappingChange, ChangeOutcome>();
  const progress = () => vscode.l10n.t('{0} of {1}', settled.size, changes.length);
  const underWay = actsUnderWay.begin(vscode.l10n.t('{0}: {1}', act.title, progress()));
  const actId = randomUUID();
  try {
    const { stopped } = await longAct(act.title, async (stop, report) => {
      stop.addEventListener('abort', () => {
        underWay.say(vscode.l10n.t('{0}: stopping. What is under way comes to its end.', act.title));
      });
      report(progress(), 0);
      await providers.changeAll(changes, { actId, stop, interactive: true }, (change, outcome) => {
        settled.set(change, outcome);
        report(progress(), 100 / changes.length);
        if (!stop.aborted) underWay.say(vscode.l10n.t('{0}: {1}', act.title, progress()));
      });
    });
    return endingOfMany(resultsOf(changes, settled), stopped, act, services);
  } catch (error) {
    if (!(error instanceof JournalFailed)) throw error;
    const ending = endingOfMany(resultsOf(changes, settled), true, act, services);
    return 'message' in ending ? { ...ending, message: `${ending.message} ${error.message}` } : ending;
  } finally {
    underWay.end();
    await rememberSkill(
      changes.flatMap(({ change }) => (settled.get(change)?.type === 'done' ? change : [])),
      services,
    );
  }
}

function resultsOf(
  changes: readonly ActChange[],
  settled: ReadonlyMap<MappingChange, ChangeOutcome>,
): readonly ChangeOfAct[] {
  return changes.map(({ change }) => {
    const outcome = settled.get(change);
    return { change, ...(outcome && { outcome }) };
  });
}

async function rememberSkill(changes: readonly MappingChange[], { usedSkills }: Services): Promise<void> {
  const skills = new Set(changes.flatMap((change) => (change.operation === 'delete' ? [] : change.skillId)));
  for (const skillId of skills) await usedSkills.remember(skillId);
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
    case 'changedMeanwhile':
      return { type: 'refused', message: vscode.l10n.t('{0} was changed meanwhile. Nothing was changed.', name) };
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
  results: readonly ChangeOfAct[],
  stopped: boolean,
  { leftOut, problems = [], again }: Act,
  services: Services,
): Ending {
  const count = (result: ReturnType<typeof resultOf>) => results.filter((each) => resultOf(each) === result).length;
  const [made, notSent, inDoubt, failed] = [count('made'), count('notSent'), count('inDoubt'), count('failed')];
  const meanwhile = count('changedMeanwhile');
  const first = firstFailure(results, 'failed') ?? firstFailure(results, 'inDoubt');
  // A message without buttons is cut after a line, so the sentences are short and the figures come first.
  const message = [
    vscode.l10n.t('{0} of {1} changes made.', made, results.length),
    notSent > 0 ? vscode.l10n.t('{0} not sent.', notSent) : '',
    inDoubt > 0 ? vscode.l10n.t('{0} in doubt.', inDoubt) : '',
    leftOut ?? '',
    meanwhile > 0 ? vscode.l10n.t('{0} changed meanwhile and left as they are.', meanwhile) : '',
    problems.length > 0 ? vscode.l10n.t('{0} could not be read.', problems.length) : '',
    failed > 0 ? vscode.l10n.t('{0} failed.', failed) : '',
    first && !stopped
      ? vscode.l10n.t('First: {0} ({1}).', nameOf([first.serviceProviderId], services), explain(first).reason)
      : '',
  ]
    .filter(Boolean)
    .join(' ');
  const offers = offersAfter(results, again, services);
  if (stopped) return { type: 'cancelled', message, offers };
  if (first) return { type: 'failed', failure: first, message, ofMany: true, offers };
  if (made < results.length) return { type: 'done', message, isWarning: true, offers };
  const isPlain = leftOut === undefined && problems.length === 0 && !isMany(results.length);
  return isPlain ? DONE : { type: 'done', message, ...(isMany(results.length) && { offers }) };
}

function firstFailure(results: readonly ChangeOfAct[], result: 'failed' | 'inDoubt'): Failure | undefined {
  const outcome = results.find((each) => resultOf(each) === result)?.outcome;
  return outcome && 'failure' in outcome ? outcome.failure : undefined;
}

/** What may be wanted after an act on many: to do again what was not made, signed in where that helps, and to see it all. */
function offersAfter(results: readonly ChangeOfAct[], again: Act['again'], services: Services): readonly Offer[] {
  const unmade = results.filter((each) => resultOf(each) !== 'made');
  const tryAgain = () => again(unmade.map(({ change }) => change.serviceProviderId));
  const show = resultsOffer(results, tryAgain, services);
  if (unmade.length === 0) return [show];
  const refused = unmade.flatMap(failuresOf).find(needsSignIn);
  const signIn: Offer = {
    label: vscode.l10n.t('Sign In…'),
    run: async () => {
      const before = await sessionsOf(services);
      if (refused) await signInFor(refused);
      const isSignedIn = (await sessionsOf(services)).some((session) => !before.includes(session));
      // Whoever has left the sign-in may want to look at the results first.
      return isSignedIn ? tryAgain() : STILL_OFFERED;
    },
  };
  return [refused ? signIn : { label: vscode.l10n.t('Try Again'), run: tryAgain }, show];
}

/** Why a change was not made, and why the mapping could not be read after it. */
function failuresOf({ outcome }: ChangeOfAct): readonly Failure[] {
  if (outcome?.type !== 'failed') return [];
  return outcome.doubt ? [outcome.failure, outcome.doubt] : [outcome.failure];
}

/** The sessions of all accounts; a new sign-in is another session. */
async function sessionsOf({ sessions }: Services): Promise<readonly string[]> {
  const { states } = await sessions.read();
  return [...states.values()].flatMap((state) => (state.type === 'signedIn' ? state.session.id : []));
}
