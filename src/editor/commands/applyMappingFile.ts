import * as vscode from 'vscode';
import { compareMappingFile } from '../../core/mappingFile/compareMappingFile';
import { deviationText } from '../../core/mappingFile/comparisonText';
import {
  countPlan,
  DEFAULT_MAX_CHANGES_PERCENT,
  excessOf,
  planMappingFiles,
} from '../../core/mappingFile/planMappingFiles';
import type { Plan } from '../../core/operations/plan';
import { DISMISSED, type Command, type CommandContext, type CommandOutcome } from '../commandRunner/command';
import { ensureSignedIn } from '../commandRunner/ensureSignedIn';
import { mappingDocument, notTrusted, readDocument } from '../commandRunner/mappingFileTarget';
import { runMappingOperation } from '../commandRunner/mappingOperation';
import { run } from '../commandRunner/runCommand';
import { fileNameOf } from '../mappingFile/mappingFileName';

/**
 * Makes the service agree with a mapping file, or with those of its entries that the argument names: reads, shows the
 * plan, and applies it after confirmation. Saves the file first, so that what is applied is what the file says.
 */
export const applyMappingFile: Command<'applyMappingFile'> = {
  acceptsFile: true,
  async run(call, services) {
    if (!vscode.workspace.isTrusted) return notTrusted();
    const document = await mappingDocument(call.file, services);
    if ('type' in document) return document;
    const fileName = fileNameOf(document.uri);
    if (document.isDirty && !(await document.save())) {
      return { type: 'rejected', message: vscode.l10n.t('{0} could not be saved, so nothing was changed.', fileName) };
    }
    const read = readDocument(document, services);
    if (read.type === 'rejected') return read;
    const { serviceProviderIds: chosen } = call;
    const desired = read.desired.filter(({ serviceProviderId: id }) => !chosen || chosen.includes(id));
    if (desired.length === 0) {
      return { type: 'rejected', message: vscode.l10n.t('{0} has no service providers to change.', fileName) };
    }
    if (!(await ensureSignedIn(services))) return DISMISSED;
    const ids = desired.map(({ serviceProviderId }) => serviceProviderId);
    const otherAccount = compareMappingFile(read.file, services.skills.workspaceSkills, services.providers).find(
      ({ serviceProviderId: id, agreement }) => agreement.type === 'otherAccount' && ids.includes(id),
    );
    if (otherAccount) return refuseAccount(otherAccount, services);
    let isPermitted = false;
    return runMappingOperation(
      {
        ids,
        source: call.source,
        plan: (current) => planMappingFiles(desired, current),
        asks: () => true,
        readsFirst: true,
        permits: async (plan) => (isPermitted ||= await permitsExcess(plan)),
        nothingToChange: (plan) => (agrees(plan) ? nothingToApply(fileName) : undefined),
        retry: (serviceProviderIds) => run('applyMappingFile', { file: document.uri, serviceProviderIds }),
      },
      services,
    );
  },
};

function refuseAccount(
  entry: Parameters<typeof deviationText>[0] & { readonly name: string },
  { skills }: CommandContext,
): CommandOutcome {
  const message = vscode.l10n.t({
    message: '{0}: {1} Nothing was changed.',
    args: [entry.name, deviationText(entry, skills) ?? ''],
    comment: ['{0} is the name of a service provider, {1} is a whole sentence on what is wrong with it.'],
  });
  return { type: 'rejected', message };
}

/** Asks whether to go on with a plan that remaps or deletes unusually many; such a file may be incomplete. */
async function permitsExcess(plan: Plan): Promise<boolean> {
  const counts = countPlan(plan);
  const percent = excessOf(counts, DEFAULT_MAX_CHANGES_PERCENT);
  if (percent === undefined) return true;
  const review = vscode.l10n.t('Review Changes');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('The file changes {0} % of the {1} mapped service providers in it.', percent, counts.mapped),
    {
      modal: true,
      detail: [
        vscode.l10n.t('Remaps: {0}', counts.remap),
        vscode.l10n.t('Deletes: {0}', counts.delete),
        '',
        vscode.l10n.t(
          'More than {0} % stops here, because the file may be incomplete, or for another environment. Nothing was sent.',
          DEFAULT_MAX_CHANGES_PERCENT,
        ),
        '',
        vscode.l10n.t('If you want these changes, select {0}: each is listed, and you confirm them.', review),
      ].join('\n'),
    },
    review,
  );
  return answer === review;
}

function agrees({ skipped, unreadable }: Plan): boolean {
  return unreadable.length === 0 && skipped.every(({ reason }) => reason === 'sameSkill' || reason === 'notMapped');
}

function nothingToApply(fileName: string): CommandOutcome {
  return { type: 'succeeded', message: vscode.l10n.t('The service agrees with {0}. Nothing to apply.', fileName) };
}
