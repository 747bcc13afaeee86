import * as vscode from 'vscode';
import type { WorkspaceSkill } from '../../core/skills/skillNames';
import { SKILL_ID_FILES, SKILL_NAME_FILES } from '../../core/skills/skillProject';

/** The skill projects of the workspace. */
export interface SkillManifests {
  /** Returns the skills with this manifest. */
  skillsOf(manifest: vscode.Uri): readonly WorkspaceSkill[];
  readonly onDidRead: vscode.Event<unknown>;
}

/** A package that was installed is not a skill of the workspace. */
export const INSTALLED = 'node_modules';

export function isInstalled({ path }: vscode.Uri): boolean {
  return path.includes(`/${INSTALLED}/`);
}

const [MANIFEST] = SKILL_NAME_FILES;

/** Returns which file of a skill project a document is; undefined if it is none, or not a file of the workspace. */
export function skillFileOf({ uri }: vscode.TextDocument): 'ids' | 'manifest' | undefined {
  // An earlier version, as in a comparison, has an address of another kind.
  if (isInstalled(uri) || !vscode.workspace.getWorkspaceFolder(uri)) return undefined;
  if (SKILL_ID_FILES.some((file) => uri.path.endsWith(`/${file}`))) return 'ids';
  return uri.path.endsWith(`/${MANIFEST}`) ? 'manifest' : undefined;
}
