import * as vscode from 'vscode';
import { lazy } from '../../core/async/lazy';
import type { MappingStore } from '../../core/mappings/mappingStore';
import { skillFileOf, type SkillManifests } from './skillFiles';

/** Loads what is shown in the files of skill projects when the first of them is opened. */
export function watchSkillDocuments(manifests: SkillManifests, providers: MappingStore): vscode.Disposable {
  let isDisposed = false;
  let shown: { dispose(): void } | undefined;
  const load = lazy(async () => {
    const { SkillLenses } = await import('./skillLenses');
    if (!isDisposed) shown = new SkillLenses(manifests, providers);
  });
  const onOpen = (document: vscode.TextDocument) => {
    if (skillFileOf(document)) void load();
  };
  const opened = vscode.workspace.onDidOpenTextDocument(onOpen);
  vscode.workspace.textDocuments.forEach(onOpen);
  return new vscode.Disposable(() => {
    isDisposed = true;
    opened.dispose();
    shown?.dispose();
  });
}
