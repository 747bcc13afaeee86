import * as vscode from 'vscode';
import { compareMappingFile as compared, countAgreements } from '../../core/mappingFile/compareMappingFile';
import { countsText } from '../../core/mappingFile/comparisonText';
import { parseMappingFile } from '../../core/mappingFile/mappingFile';
import { certainReading } from '../../core/mappings/providerStatus';
import { DISMISSED, SUCCEEDED, type Command } from '../commandRunner/command';
import { ensureSignedIn } from '../commandRunner/ensureSignedIn';
import { mappingDocument, readDocument } from '../commandRunner/mappingFileTarget';
import { readMappings } from '../commandRunner/readMappings';
import { fileNameOf } from '../mappingFile/mappingFileName';
import { openMappingFiles } from '../mappingFile/openFiles';

/** What was read at most this long ago is not read again only because a file is opened. Milliseconds. */
const FRESH_MS = 60_000;

/** Reads the mappings of the service providers in a mapping file, whose editor then shows where the service differs. */
export const compareMappingFile: Command<'compareMappingFile'> = {
  acceptsFile: true,
  async run({ file, isOpening }, services) {
    const isThis = ({ uri }: vscode.TextDocument) => uri.toString() === file?.toString();
    const document = isOpening ? openMappingFiles().find(isThis) : await mappingDocument(file, services);
    if (!document) return SUCCEEDED;
    if ('type' in document) return document;
    const { providers, skills } = services;
    // A file with errors is compared as far as it goes: its editor shows both.
    const { mappings, absent } = parseMappingFile(document.getText());
    const all = [...mappings, ...absent].map(({ serviceProviderId }) => serviceProviderId);
    const ids = all.filter((id) => providers.provider(id) && !(isOpening && isFresh(id)));
    if (all.length === 0 && !isOpening) {
      const read = readDocument(document, services);
      if (read.type === 'rejected') return read;
    }
    if (ids.length > 0 && !(await ensureSignedIn(services))) return DISMISSED;
    const result = ids.length === 0 ? { failures: [] } : await readMappings(ids, services);
    // In the editor, each entry shows what was read of it.
    if (isOpening) return SUCCEEDED;
    if ('canceledAfter' in result) {
      return {
        type: 'canceled',
        message: vscode.l10n.t('Canceled. {0} of {1} mappings read.', result.canceledAfter, ids.length),
      };
    }
    const entries = compared(parseMappingFile(document.getText()), skills.workspaceSkills, providers);
    const numbers = countAgreements(entries);
    const counts = countsText(numbers, vscode.env.language);
    const message = vscode.l10n.t({
      message: '{0}: {1}',
      args: [fileNameOf(document.uri), counts],
      comment: ['{0} is the name of a file, {1} is such as "12 agree, 1 differs, 2 not read".'],
    });
    const [failure, ...others] = result.failures;
    if (failure) return { type: 'failed', failure, message, isBulk: others.length > 0 };
    return { type: 'succeeded', message };

    function isFresh(id: string): boolean {
      const reading = certainReading(providers.status(id));
      return reading !== undefined && Date.now() - reading.readAtMs < FRESH_MS;
    }
  },
};
