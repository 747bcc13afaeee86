import { describe, expect, it } from 'vitest';
import { SkillNames, type WorkspaceSkill } from '../../../../src/core/skills/skillNames';
import { OTHER_SKILL, SKILL, THIRD_SKILL } from '../../../support/builders';

const SHORT = SKILL.slice('amzn1.ask.skill.'.length);
const OTHER_FORMAT = `amzn1.alexa.skill.did.${SHORT.toUpperCase()}`;

function found(id: string, name?: string): WorkspaceSkill {
  return { id, ...(name !== undefined && { name }), source: { folder: 'calling', profile: 'default' } };
}

describe('the names of skills', () => {
  it('are those of the setting, or else those of the workspace', () => {
    const names = new SkillNames();
    names.setWorkspaceSkills([found(SKILL, 'Calling'), found(OTHER_SKILL, 'Concierge')]);
    names.setConfigured([{ id: SKILL, name: 'Guest Calling' }]);
    expect([SKILL, OTHER_SKILL, THIRD_SKILL].map((id) => names.nameOf(id))).toEqual([
      'Guest Calling',
      'Concierge',
      undefined,
    ]);
    names.setConfigured([]);
    expect(names.nameOf(SKILL)).toBe('Calling');
  });

  it('are the same for all formats of an ID', () => {
    const names = new SkillNames();
    names.setConfigured([{ id: OTHER_FORMAT, name: 'Guest Calling' }]);
    names.setWorkspaceSkills([found(SKILL, 'Calling')]);
    expect(names.nameOf(SKILL)).toBe('Guest Calling');
    expect(names.labelOf(SKILL)).toBe('Guest Calling');
    expect(names.nameAndId(OTHER_FORMAT)).toBe(`Guest Calling (${OTHER_FORMAT})`);
  });

  it('of several for one skill, are the first', () => {
    const names = new SkillNames();
    names.setWorkspaceSkills([found(SKILL), found(SKILL, 'Calling'), found(SKILL, 'Copy of Calling')]);
    expect(names.nameOf(SKILL)).toBe('Calling');
    expect(names.workspaceSkills).toHaveLength(3);
  });

  it('go with the ID where another skill has the same one', () => {
    const names = new SkillNames();
    names.setConfigured([{ id: SKILL, name: 'Calling' }]);
    expect(names.labelOf(SKILL)).toBe('Calling');
    names.setWorkspaceSkills([found(OTHER_SKILL, 'Calling'), found(THIRD_SKILL, 'Concierge')]);
    expect(names.labelOf(SKILL)).toBe(`Calling (${SHORT})`);
    expect(names.labelOf(SKILL, () => '7d9e…')).toBe('Calling (7d9e…)');
    expect(names.labelOf(THIRD_SKILL)).toBe('Concierge');
  });

  it('are replaced by the ID of a skill without one', () => {
    const names = new SkillNames();
    expect(names.labelOf(SKILL)).toBe(SHORT);
    expect(names.nameAndId(SKILL)).toBe(SKILL);
    names.setConfigured([{ id: OTHER_SKILL, name: 'Concierge' }]);
    expect(names.labelOf(SKILL)).toBe(SHORT);
  });

  it('notify only when one has changed', () => {
    const names = new SkillNames();
    let notified = 0;
    names.events.on('changed', () => (notified += 1));
    names.setConfigured([]);
    names.setWorkspaceSkills([found(SKILL)]);
    expect(notified).toBe(0);
    names.setWorkspaceSkills([found(SKILL, 'Calling')]);
    names.setWorkspaceSkills([found(SKILL, 'Calling'), found(OTHER_SKILL)]);
    names.setConfigured([{ id: SKILL, name: 'Calling' }]);
    expect(notified).toBe(1);
    names.setConfigured([{ id: SKILL, name: 'Guest Calling' }]);
    expect(notified).toBe(2);
  });
});
