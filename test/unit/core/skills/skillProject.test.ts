import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSkillProject, skillIdsIn } from '../../../../src/core/skills/skillProject';
import { ACCESS_TOKEN, OTHER_SKILL, SKILL, THIRD_SKILL } from '../../../support/builders';

const FOLDER = 'calling';
const MANIFEST = 'skill-package/skill.json';

/** Reads a project with these files. */
async function skillsOf(files: Readonly<Record<string, unknown>>, language = 'en') {
  const read: string[] = [];
  const skills = await readSkillProject(
    FOLDER,
    (file) => {
      read.push(file);
      const content = files[file];
      return Promise.resolve(content === undefined || typeof content === 'string' ? content : JSON.stringify(content));
    },
    language,
  );
  return { skills, read };
}

function manifest(names: Readonly<Record<string, unknown>>) {
  const locales = Object.fromEntries(Object.entries(names).map(([locale, name]) => [locale, { name }]));
  return { manifest: { publishingInformation: { locales } } };
}

const states = (profiles: Readonly<Record<string, unknown>>) => ({ askcliStatesVersion: '2020-03-31', profiles });
const source = (profile: string) => ({ folder: FOLDER, profile });

describe('a skill project', () => {
  it('has a skill for each profile, with the name in its manifest', async () => {
    const { skills, read } = await skillsOf({
      '.ask/ask-states.json': states({ default: { skillId: SKILL }, live: { skillId: OTHER_SKILL } }),
      'ask-resources.json': { profiles: { default: { skillMetadata: { src: './skill-package' } } } },
      'skill-package/skill.json': manifest({ 'en-US': 'Guest Calling' }),
    });
    expect(skills).toEqual([
      { id: SKILL, name: 'Guest Calling', hasPermission: false, source: source('default'), manifest: MANIFEST },
      { id: OTHER_SKILL, name: 'Guest Calling', hasPermission: false, source: source('live'), manifest: MANIFEST },
    ]);
    expect(read.filter((file) => file.endsWith('skill.json'))).toHaveLength(1);
  });

  it('may have the skill package of a profile in any folder', async () => {
    const { skills } = await skillsOf({
      '.ask/ask-states.json': states({ default: { skillId: SKILL }, live: { skillId: OTHER_SKILL } }),
      'ask-resources.json': { profiles: { live: { skillMetadata: { src: '.\\packages\\live' } } } },
      'packages/live/skill.json': manifest({ 'en-US': 'Calling Live' }),
      'skill-package/skill.json': manifest({ 'en-US': 'Calling' }),
    });
    expect(skills.map(({ name, manifest: file }) => [name, file])).toEqual([
      ['Calling', MANIFEST],
      ['Calling Live', 'packages/live/skill.json'],
    ]);
  });

  it('may be of version 1 of the tools', async () => {
    const { skills } = await skillsOf({
      '.ask/config': { deploy_settings: { default: { skill_id: SKILL, was_cloned: false } } },
      'skill.json': manifest({ 'en-US': 'Guest Calling' }),
    });
    expect(skills).toMatchObject([
      { id: SKILL, name: 'Guest Calling', source: source('default'), manifest: 'skill.json' },
    ]);
  });

  it.each([
    ['among others', [{ name: 'alexa::profile:name:read' }, { name: 'amazon_communication::calling' }], true],
    ['not among others', [{ name: 'amazon_communication::service_provider' }, 'amazon_communication::calling'], false],
    ['in no list', { name: 'amazon_communication::calling' }, false],
    ['not at all', undefined, false],
  ])('has the permission for calls in its manifest: %s', async (_where, permissions, hasPermission) => {
    const { skills } = await skillsOf({
      '.ask/ask-states.json': states({ default: { skillId: SKILL } }),
      'skill-package/skill.json': { manifest: { permissions } },
    });
    expect(skills).toEqual([{ id: SKILL, hasPermission, source: source('default'), manifest: MANIFEST }]);
  });

  it('may have no manifest, or one without a usable name', async () => {
    const project = { '.ask/ask-states.json': states({ default: { skillId: SKILL } }) };
    const unnamed = [{ id: SKILL, source: source('default'), manifest: MANIFEST }];
    expect((await skillsOf(project)).skills).toEqual(unnamed);
    for (const text of [
      '',
      '{',
      '[]',
      '"text"',
      'null',
      manifest({}),
      manifest({ 'en-US': 3, 'de-DE': ACCESS_TOKEN }),
    ]) {
      const { skills } = await skillsOf({ ...project, 'skill-package/skill.json': text });
      expect(skills.map(({ hasPermission: _, ...skill }) => skill)).toEqual(unnamed);
    }
  });

  it.each([
    ['de', 'Gästeruf'],
    ['de-AT', 'Gästeruf'],
    ['en', 'Guest Calling'],
    ['en-GB', 'Guest Calling UK'],
    ['en-AU', 'Guest Calling'],
    ['fr', 'Guest Calling'],
  ])('has its name in the language %s: %s', async (language, name) => {
    const { skills } = await skillsOf(
      {
        '.ask/ask-states.json': states({ default: { skillId: SKILL } }),
        'skill-package/skill.json': manifest({
          'it-IT': 'Chiamate',
          'en-GB': 'Guest Calling UK',
          'en-US': 'Guest Calling',
          'de-DE': 'Gästeruf',
        }),
      },
      language,
    );
    expect(skills[0]?.name).toBe(name);
  });

  it('has the first name if it has none in the language or in US English', async () => {
    const { skills } = await skillsOf(
      {
        '.ask/ask-states.json': states({ default: { skillId: SKILL } }),
        'skill-package/skill.json': manifest({ 'it-IT': 'Chiamate', 'es-ES': 'Llamadas' }),
      },
      'fr',
    );
    expect(skills[0]?.name).toBe('Chiamate');
  });

  it('may have comments, trailing commas and a byte order mark in its files', async () => {
    const { skills } = await skillsOf({
      '.ask/ask-states.json': `\ufeff{ // of the team\n "profiles": { "default": { "skillId": "${SKILL}", }, } }`,
      'skill-package/skill.json': `/* */ ${JSON.stringify(manifest({ 'en-US': 'Guest Calling' }))}`,
    });
    expect(skills[0]).toMatchObject({ id: SKILL, name: 'Guest Calling' });
  });

  it('has no skill where a profile has no valid ID', async () => {
    const { skills } = await skillsOf({
      '.ask/ask-states.json': states({
        default: { skillId: '' },
        none: {},
        broken: null,
        secret: { skillId: ACCESS_TOKEN },
        number: { skillId: 3 },
        __ENVIRONMENT_ASK_PROFILE__: { skillId: SKILL },
        [ACCESS_TOKEN]: { skillId: OTHER_SKILL },
        live: { skillId: THIRD_SKILL },
      }),
    });
    expect(skills.map(({ id }) => id)).toEqual([THIRD_SKILL]);
  });

  it('has the ID that a duplicate member has last, as in JSON, and tells where it is', () => {
    const text = `{ "profiles": { "default": { "skillId": "${OTHER_SKILL}", "skillId": "${SKILL}" }, "half": { "skillId"`;
    const offset = text.indexOf(`"${SKILL}"`);
    expect(skillIdsIn(text)).toEqual([{ id: SKILL, profile: 'default', offset }]);
    expect(skillIdsIn(`\ufeff${text}`)).toMatchObject([{ offset: offset + 1 }]);
  });

  it('may have any text in its files', async () => {
    const nested = '['.repeat(200_000);
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constant(nested),
      fc.json().map((json) => `{ "profiles": ${json}, "deploy_settings": ${json}, "manifest": ${json} }`),
    );
    await fc.assert(
      fc.asyncProperty(text, async (any) => {
        const files = ['.ask/ask-states.json', '.ask/config', 'ask-resources.json', 'skill.json'];
        const { skills } = await skillsOf(Object.fromEntries(files.map((file) => [file, any])));
        for (const { id } of skills) expect(typeof id).toBe('string');
      }),
    );
  });
});
