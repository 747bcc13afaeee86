import { EventEmitter } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import * as l10n from '@vscode/l10n';
import { shortId, skillKey } from '../model/identifiers';

/** A skill that a user or a skill project has named. */
export interface NamedSkill {
  readonly id: string;
  readonly name: string;
}

/** A skill of a skill project in the workspace. */
export interface WorkspaceSkill {
  readonly id: string;
  /** From the skill's manifest, if it has one. */
  readonly name?: string;
  /** Whether its manifest has the permission for calls; missing if there is no manifest that can be read. */
  readonly hasPermission?: boolean;
  /** Where it was found: the path of the project's folder, and the profile of the Alexa Skills Kit CLI. */
  readonly source: { readonly folder: string; readonly profile: string };
}

interface Events {
  /** Any skill has another name. */
  changed: [];
  /** The skills of the workspace were read. */
  workspaceRead: [];
}

/**
 * What each skill is called: as in the `skills` setting, or else as in the skill projects of the workspace. All formats of
 * a skill's ID are one skill. All texts that show a skill get it from here.
 */
export class SkillNames {
  readonly events = new EventEmitter<Events>();
  private configured: readonly NamedSkill[] = [];
  private found: readonly WorkspaceSkill[] = [];
  private byKey: ReadonlyMap<string, string> = new Map();
  /** The names of more than one skill. */
  private ambiguous: ReadonlySet<string> = new Set();

  /** The skills of the workspace, in the order of its projects. */
  get workspaceSkills(): readonly WorkspaceSkill[] {
    return this.found;
  }

  /** The skills that the `skills` setting names, in its order. */
  get configuredSkills(): readonly NamedSkill[] {
    return this.configured;
  }

  /** Sets the skills of the `skills` setting; of several names for one skill, the first counts. */
  setConfigured(skills: readonly NamedSkill[]): void {
    this.configured = skills;
    this.rebuild();
  }

  /** Sets the skills of the workspace; of several names for one skill, the first counts. */
  setWorkspaceSkills(skills: readonly WorkspaceSkill[]): void {
    this.found = skills;
    this.rebuild();
    this.events.emit('workspaceRead');
  }

  /** Returns the name of a skill; undefined if it has none. */
  nameOf(skillId: string): string | undefined {
    // Most lists have none, and each row asks.
    return this.byKey.size === 0 ? undefined : this.byKey.get(skillKey(skillId));
  }

  /** Returns the name, with the ID if another skill has the same name; the ID alone if the skill has no name. */
  labelOf(skillId: string, idText = shortId): string {
    const name = this.nameOf(skillId);
    return name === undefined || this.ambiguous.has(name) ? this.nameAndId(skillId, idText) : name;
  }

  /**
   * Returns the name and the ID, or the ID alone if the skill has no name.
   *
   * @param idText returns the ID as it is shown, whole unless given
   */
  nameAndId(skillId: string, idText = (id: string) => id): string {
    const name = this.nameOf(skillId);
    return name === undefined ? idText(skillId) : l10n.t('{0} ({1})', name, idText(skillId));
  }

  private rebuild(): void {
    const byKey = new Map<string, string>();
    for (const { id, name } of [...this.configured, ...this.found]) {
      const key = skillKey(id);
      if (name !== undefined && !byKey.has(key)) byKey.set(key, name);
    }
    if (isDeepStrictEqual(byKey, this.byKey)) return;
    const names = [...byKey.values()].sort();
    this.ambiguous = new Set(names.filter((name, index) => name === names[index - 1]));
    this.byKey = byKey;
    this.events.emit('changed');
  }
}
