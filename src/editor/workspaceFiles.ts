import * as vscode from 'vscode';
import type { MappingStore } from '../core/mappings/mappingStore';
import type { SkillNames } from '../core/skills/skillNames';
import { watchMappingDocuments } from './mappingFile/mappingDocuments';
import { followSkills } from './skills/workspaceSkills';

/** Follows the files of the workspace that name skills or mappings, and shows in them what is known of the mappings. */
export function followWorkspaceFiles(skills: SkillNames, providers: MappingStore): vscode.Disposable {
  return vscode.Disposable.from(followSkills(skills, providers), watchMappingDocuments(skills, providers));
}
