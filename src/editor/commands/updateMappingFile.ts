import * as vscode from 'vscode';
import { compareMappingFile, countAgreements } from '../../core/mappingFile/compareMappingFile';
import { parseMappingFile } from '../../core/mappingFile/mappingFile';
import { DISMISSED, type Command, type CommandOutcome } from '../commandRunner/command';
import { ensureSignedIn } from '../commandRunner/ensureSignedIn';
import { mappingDocument, notTrusted, readDocument } from '../commandRunner/mappingFileTarget';
import { readMappings } from '../commandRunner/readMappings';
import { updateOf } from '../mappingFile/documentUpdate';
import { fileNameOf } from '../mappingFile/mappingFileName';

/**
 * Writes the mappings that the service has into a mapping file. Leaves it unsaved, so that the user sees what has changed
 * before it is; and as it is if any mapping cannot be read.
 */
export const updateMappingFile: Command<'updateMappingFile'> = {
  acceptsFile: true,
  async run({ file: uri }, services) {
    if (!vscode.workspace.isTrusted) return notTrusted();
    const document = await mappingDocument(uri, services);
    if ('type' in document) return document;
    const { providers, skills } = services;
    const fileName = fileNameOf(document.uri);
    const before = readDocument(document, services);
    if (before.type === 'rejected') return before;
    if (!(await ensureSignedIn(services))) return DISMISSED;
    const ids = before.desired.map(({ serviceProviderId }) => serviceProviderId);
    const result = await readMappings(ids, services);
    if ('canceledAfter' in result) {
      return {
        type: 'canceled',
        message: vscode.l10n.t(
          'Canceled. {0} of {1} mappings read, nothing changed.',
          result.canceledAfter,
          ids.length,
        ),
      };
    }
    // The user may have edited it meanwhile.
    const now = readDocument(document, services);
    if (now.type === 'rejected') return now;
    const entries = compareMappingFile(parseMappingFile(document.getText()), skills.workspaceSkills, providers);
    const { agree, differ } = countAgreements(entries);
    const [failure, ...others] = result.failures;
    if (failure || agree + differ < entries.length) return notAllRead(fileName, failure, others.length > 0);
    const live = new Map(
      entries.flatMap(({ serviceProviderId: id, agreement }) =>
        'reading' in agreement ? [[id, agreement.reading.mapping] as const] : [],
      ),
    );
    const edit = updateOf(document, live, skills.workspaceSkills);
    if (!edit) {
      return {
        type: 'succeeded',
        message: vscode.l10n.t('{0} has the mappings of the service. Nothing to update.', fileName),
      };
    }
    if (!(await vscode.workspace.applyEdit(edit))) {
      return { type: 'rejected', message: vscode.l10n.t('{0} could not be edited.', fileName) };
    }
    const message =
      differ === 1
        ? vscode.l10n.t('Updated 1 entry of {0}. Review it, then save the file.', fileName)
        : vscode.l10n.t('Updated {0} entries of {1}. Review them, then save the file.', differ, fileName);
    return { type: 'succeeded', message };
  },
};

function notAllRead(
  fileName: string,
  failure: (CommandOutcome & { type: 'failed' })['failure'] | undefined,
  isBulk: boolean,
): CommandOutcome {
  const message = vscode.l10n.t(
    'Not all mappings could be read, so {0} was not updated. Compare it with the service to see which.',
    fileName,
  );
  return failure ? { type: 'failed', failure, message, isBulk } : { type: 'rejected', message };
}
