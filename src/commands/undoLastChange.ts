import * as vscode from 'vscode';
import type { RecordedChange } from '../core/changeRecord';
import { shortId } from '../core/identifiers';
import type { MappingChange, NetworkMapping } from '../core/networkMapping';
import { changesToUndo, undoStep } from '../core/undo';
import { readApiEndpoint } from '../settings/apiEndpoint';
import { applyChanges } from './applyChanges';
import { DISMISSED, type Command, type Ending, type Services } from './command';
import { confirmAct, type ConfirmedChange } from './confirmAct';
import { mappingsNow, type MappingNow, type Problem } from './mappingsNow';
import { nameOf } from './nameOf';
import { run } from './run';
import { signedIn } from './signedIn';

/** One change that is to be taken back: the mapping of now is replaced by the one before. */
interface Step {
  readonly record: RecordedChange;
  readonly name: string;
  readonly now: NetworkMapping;
  readonly change: MappingChange;
  readonly isChangedSince: boolean;
}

/**
 * Puts back what the last act on mappings has changed, one change or many, after reading what the service holds now: what
 * somebody else has changed meanwhile is put back only when the person wants that too.
 */
export const undoLastChange: Command = {
  id: 'undoLastChange',
  async run({ actId }, services) {
    const endpoint = readApiEndpoint();
    if (!endpoint.ok) return { type: 'refused', message: endpoint.problem };
    if (services.providers.isActing) {
      return {
        type: 'refused',
        message: vscode.l10n.t('Changes are under way. Wait until they have ended, or cancel them.'),
      };
    }
    const passedOver = new Set<string>();
    let ending: Ending | undefined;
    for (;;) {
      const records = await changesToUndo(services.journal.newestFirst(), endpoint.url, actId, passedOver);
      const [first] = records;
      if (!first) return ending ?? nothingToUndo(vscode.l10n.t('There is no change to undo.'));
      if (!(await signedIn(services))) return DISMISSED;
      const plan = await planOf(records, services);
      if ('type' in plan) return plan;
      if (plan.steps.length > 0) return undo(plan.steps, plan.problems, services);
      // All of it is as it was before already, or cannot be put back: the one before it is the last one then.
      ending ??= nothingLeft(plan.problems, plan.ids, services);
      if (actId !== undefined) return ending;
      passedOver.add(first.actId);
    }
  },
};

interface Plan {
  readonly ids: readonly string[];
  readonly steps: readonly Step[];
  readonly problems: readonly Problem[];
}

async function planOf(records: readonly RecordedChange[], services: Services): Promise<Plan | Ending> {
  const isListed = ({ serviceProviderId }: RecordedChange) =>
    services.providers.provider(serviceProviderId) !== undefined;
  const listed = records.filter(isListed);
  const problems: Problem[] = records
    .filter((record) => !isListed(record))
    .map(({ serviceProviderId, name = serviceProviderId }) => ({
      serviceProviderId,
      name,
      reason: vscode.l10n.t('not in your list any more'),
    }));
  if (listed.length === 0) return notListed(problems);
  const ids = [...new Set(listed.map(({ serviceProviderId }) => serviceProviderId))];
  const read = await mappingsNow(ids, false, services);
  if ('type' in read) return read;
  problems.push(...read.problems);
  return { ids, steps: stepsOf(listed, read.now, problems), problems };
}

async function undo(steps: readonly Step[], problems: readonly Problem[], services: Services): Promise<Ending> {
  const [first] = steps;
  const chosen = await confirmed(steps, problems);
  if (!chosen) return DISMISSED;
  const ids = new Set(chosen);
  const taken = steps.filter(({ change }) => ids.has(change.serviceProviderId));
  return applyChanges(
    taken.map(({ change, now, record }) => ({ change, replaces: now, undoes: record.id })),
    {
      title:
        taken.length === 1
          ? vscode.l10n.t('Undoing the change of {0}', taken[0]?.name ?? '')
          : vscode.l10n.t('Undoing {0} changes', taken.length),
      problems,
      again: () => run('undoLastChange', first ? { actId: first.record.actId } : {}),
    },
    services,
  );
}

/** Of several changes of one provider in one act, only the oldest knows what was before all of them. */
function stepsOf(records: readonly RecordedChange[], now: readonly MappingNow[], problems: Problem[]): Step[] {
  const oldest = new Map(records.map((record) => [record.serviceProviderId, record]));
  return now.flatMap(({ serviceProviderId, name, mapping }) => {
    const record = oldest.get(serviceProviderId);
    if (!record) return [];
    const step = undoStep(record, mapping);
    if (step.type === 'unknownBefore') {
      problems.push({ serviceProviderId, name, reason: vscode.l10n.t('nobody knows what it was mapped to before') });
    }
    if (step.type === 'unknownBefore' || step.type === 'nothing') return [];
    return [{ record, name, now: mapping, change: step.change, isChangedSince: step.type === 'changedSince' }];
  });
}

async function confirmed(steps: readonly Step[], problems: readonly Problem[]): Promise<readonly string[] | undefined> {
  const [first] = steps;
  const button = vscode.l10n.t('Undo');
  const consequence = vscode.l10n.t('The earlier mapping handles the calls from then on.');
  if (first && steps.length === 1 && problems.length === 0) {
    const label = first.isChangedSince ? vscode.l10n.t('Put Back') : button;
    const answer = await vscode.window.showWarningMessage(
      first.isChangedSince
        ? vscode.l10n.t('{0} was changed again since. Put the earlier mapping back all the same?', first.name)
        : vscode.l10n.t('Undo the change of {0}?', first.name),
      { modal: true, detail: `${linesOf(first)}\n\n${consequence}` },
      label,
    );
    return answer === label ? [first.change.serviceProviderId] : undefined;
  }
  return confirmAct(steps.map(confirmedChange), problems, {
    title: vscode.l10n.t('Undo Last Mapping Change'),
    question: (count, name) =>
      count === 1 ? vscode.l10n.t('Undo the change of {0}?', name) : vscode.l10n.t('Undo {0} changes?', count),
    consequence: vscode.l10n.t('The earlier mappings handle the calls from then on.'),
    button,
  });
}

function confirmedChange({ record, name, now, change, isChangedSince }: Step): ConfirmedChange {
  const leads = (name: typeof text) => vscode.l10n.t('{0} → {1}', name(now), name(record.before));
  return {
    serviceProviderId: change.serviceProviderId,
    name,
    change: leads(shortText),
    line: vscode.l10n.t('{0}: {1}', name, leads(text)),
    ...(isChangedSince && {
      warning: vscode.l10n.t(
        'Changed again since. Before: {0}. Your change: {1}. Now: {2}',
        text(record.before),
        text(record.wished),
        text(now),
      ),
    }),
  };
}

function linesOf({ record, now, isChangedSince }: Step): string {
  return isChangedSince
    ? vscode.l10n.t(
        'Before: {0}\nYour change: {1}\nNow: {2}\nService provider: {3}',
        text(record.before),
        text(record.wished),
        text(now),
        record.serviceProviderId,
      )
    : vscode.l10n.t(
        'Now: {0}\nAgain: {1}\nService provider: {2}',
        text(now),
        text(record.before),
        record.serviceProviderId,
      );
}

function text(mapping: NetworkMapping | undefined): string {
  return mapping?.type === 'mapped' ? mapping.skillId : vscode.l10n.t('not mapped');
}

function shortText(mapping: NetworkMapping | undefined): string {
  return mapping?.type === 'mapped' ? shortId(mapping.skillId) : text(mapping);
}

function nothingToUndo(message: string): Ending {
  return {
    type: 'refused',
    message,
    offer: { label: vscode.l10n.t('Show Change History'), run: () => run('showHistory', {}) },
  };
}

function nothingLeft(problems: readonly Problem[], ids: readonly string[], services: Services): Ending {
  const [problem] = problems;
  return nothingToUndo(
    problem
      ? vscode.l10n.t('{0} cannot be put back: {1}.', problem.name, problem.reason)
      : vscode.l10n.t('{0}: all is as it was before the change already.', nameOf(ids, services)),
  );
}

function notListed(problems: readonly Problem[]): Ending {
  const [problem] = problems;
  return {
    type: 'refused',
    message: vscode.l10n.t(
      '{0} is not in your list of service providers any more. Add it, then undo the change.',
      problem?.name ?? '',
    ),
    offer: {
      label: vscode.l10n.t('Add Service Provider…'),
      run: () => run('addServiceProvider', {}),
    },
  };
}
