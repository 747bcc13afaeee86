import * as vscode from 'vscode';
import { lazy } from '../../core/async/lazy';
import type { MappingStore } from '../../core/mappings/mappingStore';
import type { SkillNames } from '../../core/skills/skillNames';
import { isMappingFile } from './mappingFileName';

/** Loads what is shown in mapping files when the first of them is opened. */
export function watchMappingDocuments(skills: SkillNames, providers: MappingStore): vscode.Disposable {
  let isDisposed = false;
  let shown: { dispose(): void } | undefined;
  const load = lazy(async () => {
    const { ComparedDocuments } = await import('./comparedDocuments');
    if (!isDisposed) shown = new ComparedDocuments(skills, providers);
  });
  const onOpen = ({ uri }: vscode.TextDocument) => {
    if (isMappingFile(uri)) void load();
  };
  const opened = vscode.workspace.onDidOpenTextDocument(onOpen);
  vscode.workspace.textDocuments.forEach(onOpen);
  return new vscode.Disposable(() => {
    isDisposed = true;
    opened.dispose();
    shown?.dispose();
  });
}
