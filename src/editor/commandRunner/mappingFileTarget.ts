import * as vscode from 'vscode';
import { parseMappingFile, type MappingFile } from '../../core/mappingFile/mappingFile';
import { resolveMappingFiles, type DesiredMapping } from '../../core/mappingFile/resolveMappingFiles';
import { errorText } from '../../core/text/errorText';
import { fileNameOf, isMappingFile } from '../mappingFile/mappingFileName';
import { DISMISSED, SUCCEEDED, type CommandContext, type CommandOutcome } from './command';
import { withSettingsErrors } from './settingsErrors';

type Rejected = CommandOutcome & { type: 'rejected' };

/** Returns the document of a mapping file with its unsaved edits: that of an argument, or of the active editor. */
export async function mappingDocument(file: vscode.Uri | undefined): Promise<vscode.TextDocument | Rejected> {
  const uri = file ?? vscode.window.activeTextEditor?.document.uri;
  if (!uri || !isMappingFile(uri)) {
    return {
      type: 'rejected',
      message: vscode.l10n.t('Open a mapping file first. Its name ends with {0}', '.network-mappings.json'),
    };
  }
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch (error) {
    return { type: 'rejected', message: vscode.l10n.t('The file could not be opened: {0}', errorText(error)) };
  }
}

/** What a mapping file without errors says. */
interface ReadFile {
  readonly type: 'read';
  readonly file: MappingFile;
  readonly desired: readonly DesiredMapping[];
}

/** Reads a mapping file; rejects one with errors, which its editor shows. */
export function readDocument(document: vscode.TextDocument, { skills }: CommandContext): ReadFile | Rejected {
  const path = fileNameOf(document.uri);
  const file = parseMappingFile(document.getText());
  const { desired, problems } = resolveMappingFiles([{ path, file }], skills.workspaceSkills);
  const [first, another] = problems.filter(({ severity }) => severity === 'error');
  if (!first) return { type: 'read', file, desired };
  const message = another
    ? vscode.l10n.t('Correct the errors in {0} first. The first one: {1}', path, first.message)
    : vscode.l10n.t('Correct the error in {0} first: {1}', path, first.message);
  return {
    type: 'rejected',
    message,
    action: { label: vscode.l10n.t('Show Error'), run: () => showAt(document, first.start) },
  };
}

/** Returns the refusal to change or rewrite anything in a workspace that is not trusted. */
export function notTrusted(): CommandOutcome {
  return {
    type: 'rejected',
    message: vscode.l10n.t(
      'In a workspace that is not trusted, mapping files can only be compared. Trust the workspace to apply or update one.',
    ),
    action: {
      label: vscode.l10n.t('Manage Workspace Trust'),
      run: async () => {
        await vscode.commands.executeCommand('workbench.trust.manage');
      },
    },
  };
}

/**
 * Asks whether to add those that are not in the list to it, and adds them.
 *
 * @returns the outcome if the command cannot go on
 */
export async function askToList(
  desired: readonly DesiredMapping[],
  services: CommandContext,
): Promise<CommandOutcome | undefined> {
  const missing = missingIn(desired, services);
  if (missing.length === 0) return undefined;
  const add = vscode.l10n.t('Add to List');
  const answer = await vscode.window.showWarningMessage(
    missing.length === 1
      ? vscode.l10n.t('Add 1 service provider of the file to your list?')
      : vscode.l10n.t('Add {0} service providers of the file to your list?', missing.length),
    { modal: true, detail: vscode.l10n.t('Only service providers in your list are read and changed.') },
    add,
  );
  return answer === add ? addToList(missing, services) : DISMISSED;
}

/** Adds those that are not in the list to it. Returns the outcome if that is not possible. */
export async function addToList(
  desired: readonly DesiredMapping[],
  services: CommandContext,
): Promise<CommandOutcome | undefined> {
  const additions = missingIn(desired, services).map(({ serviceProviderId: id, name, account }) => ({
    id,
    ...(name !== undefined && { name }),
    ...(account !== undefined && { account }),
  }));
  const outcome = await withSettingsErrors(async () => {
    await services.setting.merge(additions, []);
    return SUCCEEDED;
  });
  return outcome === SUCCEEDED ? undefined : outcome;
}

function missingIn(desired: readonly DesiredMapping[], { providers }: CommandContext): readonly DesiredMapping[] {
  return desired.filter(({ serviceProviderId }) => !providers.provider(serviceProviderId));
}

/** Shows a document, unless an editor does already. */
export async function showDocument(document: vscode.TextDocument): Promise<void> {
  if (vscode.window.visibleTextEditors.some((editor) => editor.document === document)) return;
  await vscode.window.showTextDocument(document);
}

async function showAt(document: vscode.TextDocument, offset: number): Promise<void> {
  const position = document.positionAt(offset);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(position, position) });
}
