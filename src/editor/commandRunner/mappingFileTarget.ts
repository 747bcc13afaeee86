import * as vscode from 'vscode';
import { parseMappingFile, type MappingFile } from '../../core/mappingFile/mappingFile';
import { resolveMappingFiles, type DesiredMapping } from '../../core/mappingFile/resolveMappingFiles';
import { errorText } from '../../core/text/errorText';
import { fileNameOf, isMappingFile } from '../mappingFile/mappingFileName';
import { listOpenFiles } from '../mappingFile/openFiles';
import type { CommandContext, CommandOutcome } from './command';

type Rejected = CommandOutcome & { type: 'rejected' };

/**
 * Shows the document of a mapping file, and returns it with its unsaved edits: that of an argument, or of the active
 * editor. Lists its service providers.
 */
export async function mappingDocument(
  file: vscode.Uri | undefined,
  { providers }: CommandContext,
): Promise<vscode.TextDocument | Rejected> {
  const uri = file ?? vscode.window.activeTextEditor?.document.uri;
  if (!uri || !isMappingFile(uri)) {
    return {
      type: 'rejected',
      message: vscode.l10n.t('Open a mapping file first. Its name ends with {0}', '.network-mappings.json'),
    };
  }
  try {
    const document = await vscode.workspace.openTextDocument(uri);
    await showDocument(document);
    listOpenFiles(providers, document);
    return document;
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

/** Shows a document, unless an editor does already. */
async function showDocument(document: vscode.TextDocument): Promise<void> {
  if (vscode.window.visibleTextEditors.some((editor) => editor.document === document)) return;
  await vscode.window.showTextDocument(document);
}

async function showAt(document: vscode.TextDocument, offset: number): Promise<void> {
  const position = document.positionAt(offset);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(position, position) });
}
