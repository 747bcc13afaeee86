import * as vscode from 'vscode';
import { parseMappingFile } from '../../core/mappingFile/mappingFile';
import type { MappingStore } from '../../core/mappings/mappingStore';
import type { ConfiguredProvider } from '../../core/model/configuredProviders';
import { sanitizeText } from '../../core/text/sanitizeText';
import { fileNameOf, isMappingFile } from './mappingFileName';

interface Listed {
  /** Of the document. */
  readonly version: number;
  readonly providers: readonly ConfiguredProvider[];
}

/** The service providers of each document: as it was saved last, or when a command used it. */
const listed = new WeakMap<vscode.TextDocument, Listed>();

/**
 * Lists the service providers of the open mapping files, as those of the setting. Of a file with unsaved edits, those that
 * it had before: an ID that is being typed is not to be read. In a workspace that is not trusted, none.
 *
 * @param used by a command, so that its unsaved edits count as well
 * @returns whether some of a closed file stay listed, because changes are in progress
 */
export function listOpenFiles(providers: MappingStore, used?: vscode.TextDocument): boolean {
  const ofFiles = new Map<string, ConfiguredProvider>();
  const open = new Set([...openMappingFiles(), ...(used ? [used] : [])]);
  for (const document of vscode.workspace.isTrusted ? open : []) {
    if (!document.isDirty || document === used) remember(document);
    for (const each of listed.get(document)?.providers ?? []) if (!ofFiles.has(each.id)) ofFiles.set(each.id, each);
  }
  const { size } = ofFiles;
  for (const each of providers.isBulkRunning ? providers.providers : [])
    if (each.file !== undefined && !ofFiles.has(each.id)) ofFiles.set(each.id, each);
  providers.setFileProviders([...ofFiles.values()]);
  return ofFiles.size > size;
}

/** Returns the mapping files in tabs: VS Code keeps some documents for minutes after their tab was closed. */
export function openMappingFiles(): readonly vscode.TextDocument[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const inTabs = new Set(
    tabs.map(({ input }) => {
      if (input instanceof vscode.TabInputText) return input.uri.toString();
      return input instanceof vscode.TabInputTextDiff ? input.modified.toString() : undefined;
    }),
  );
  return vscode.workspace.textDocuments.filter(({ uri }) => isMappingFile(uri) && inTabs.has(uri.toString()));
}

function remember(document: vscode.TextDocument): void {
  const { version } = document;
  if (listed.get(document)?.version === version) return;
  const { account, mappings, absent } = parseMappingFile(document.getText());
  const file = sanitizeText(fileNameOf(document.uri));
  const providers = [...mappings, ...absent].map((entry): ConfiguredProvider => {
    const { serviceProviderId: id, name }: { readonly serviceProviderId: string; readonly name?: string } = entry;
    return {
      type: 'provider',
      id,
      file,
      ...(name !== undefined && { name }),
      ...(account !== undefined && { account }),
    };
  });
  listed.set(document, { version, providers });
}
