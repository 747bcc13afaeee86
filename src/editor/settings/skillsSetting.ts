import * as vscode from 'vscode';
import type { NamedSkill } from '../../core/skills/skillNames';
import { parseNamedSkills, SKILLS_SETTING } from '../../core/skills/skillsSetting';

/** Returns the skills that the `skills` setting names: the workspace's list if it has one, otherwise the user's. */
export function readNamedSkills(): readonly NamedSkill[] {
  return parseNamedSkills(vscode.workspace.getConfiguration().get<unknown>(SKILLS_SETTING));
}

export function onDidChangeNamedSkills(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(SKILLS_SETTING)) listener();
  });
}
