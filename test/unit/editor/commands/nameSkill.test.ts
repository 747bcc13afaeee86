import { afterEach, beforeEach, expect, it } from 'vitest';
import { ACCESS_TOKEN, aProvider, mappedTo, OTHER_SKILL, SKILL, THIRD_SKILL } from '../../../support/builders';
import { CommandWindow } from '../../../support/commandWindow';
import { enters, presses, pressesItemButton, types, user, type Prompt } from '../../../support/fakeVscode';

const [A, B, C] = ['amzn1.comms.csp.id.a', 'amzn1.comms.csp.id.b', 'amzn1.comms.csp.id.c'] as const;
const OTHER_FORMAT = SKILL.replace('amzn1.ask.skill.', 'amzn1.alexa.skill.did.');

let window: CommandWindow;

beforeEach(async () => {
  window = await CommandWindow.open([A, B, C].map((id) => aProvider(id)));
  window.service.mappings.set(A, mappedTo(SKILL));
  window.service.mappings.set(B, mappedTo(OTHER_SKILL));
  await window.store.refresh([A, B, C]);
});

afterEach(async () => {
  await window.close();
});

it('names the skill of a service provider in the settings', async () => {
  window.namedSkills = [{ id: OTHER_SKILL, name: 'Concierge' }, 'invalid'];
  user.will(enters('Guest Calling'));
  await window.run('nameSkill', { serviceProviderId: A });
  expect(window.namedSkills).toEqual([
    { id: OTHER_SKILL, name: 'Concierge' },
    'invalid',
    { id: SKILL, name: 'Guest Calling' },
  ]);
  expect(user.told).toEqual([`The display name of the skill ${SKILL} is now Guest Calling.`]);
  expect(window.skills.nameOf(SKILL)).toBe('Guest Calling');
});

it('changes the name in the entry that has the ID in another format, and removes it if it is empty', async () => {
  window.namedSkills = [{ id: OTHER_FORMAT, name: 'Calling' }];
  window.skills.setConfigured([{ id: OTHER_FORMAT, name: 'Calling' }]);
  user.will(enters('Guest Calling', 'Calling'), enters('', 'Guest Calling'));
  await window.run('nameSkill', { skillId: SKILL });
  expect(window.namedSkills).toEqual([{ id: OTHER_FORMAT, name: 'Guest Calling' }]);
  await window.run('nameSkill', { skillId: SKILL });
  expect(window.namedSkills).toEqual([]);
  expect(user.told.at(-1)).toBe(`Removed the display name of the skill ${SKILL}.`);
});

it('asks for the skill if it is not told, and finds those of the workspace and of the list', async () => {
  const source = { folder: 'calling', profile: 'default' };
  window.skills.setWorkspaceSkills([{ id: THIRD_SKILL, name: 'Zimmerruf', source }]);
  user.will(types('zimmerruf'), (prompt) => {
    expect(prompt).toMatchObject({
      title: 'Name Skill',
      prompt: `Display name for ${THIRD_SKILL}. Leave it empty to show the name in its manifest.`,
      box: { placeholder: 'Zimmerruf' },
    });
    enters('Room Calls')(prompt);
  });
  await window.run('nameSkill');
  expect(window.namedSkills).toEqual([{ id: THIRD_SKILL, name: 'Room Calls' }]);
});

it('names a skill with a button in the pick of a skill, which then shows the name and the typed text', async () => {
  user.will(
    pressesItemButton('Name Skill…', OTHER_SKILL),
    enters('Concierge'),
    (prompt) => {
      expect(prompt).toMatchObject({
        title: `Map ${C} to Skill`,
        items: [{ label: 'Concierge', description: OTHER_SKILL }],
        pick: { value: OTHER_SKILL },
      });
      types('concierge')(prompt);
    },
    presses('Map'),
  );
  await window.run('createMapping', { serviceProviderId: C });
  expect(window.namedSkills).toEqual([{ id: OTHER_SKILL, name: 'Concierge' }]);
  expect(window.sent).toEqual([`create ${C}`]);
  // The pick has shown the name.
  expect(user.told).toEqual([`Mapped ${C} to Concierge.`]);
});

it('keeps the pick of a skill open if the name is not entered, and has no button where it asks for a skill to name', async () => {
  const leave = (prompt: Prompt) => {
    if (prompt.type !== 'dialog' && 'pick' in prompt) queueMicrotask(() => prompt.pick?.hide());
    if (prompt.type === 'input')
      queueMicrotask(() => {
        prompt.box.hide();
      });
  };
  user.will(pressesItemButton('Name Skill…', SKILL), leave, leave);
  await window.run('updateMapping', { serviceProviderId: B });
  expect([window.namedSkills, window.sent]).toEqual([[], []]);
  user.will(leave);
  await window.run('nameSkill');
  const prompt = user.prompts.at(-1);
  expect(prompt?.type === 'pick' && prompt.items.length).toBe(2);
  expect(prompt?.type === 'pick' && prompt.items.flatMap(({ buttons = [] }) => buttons)).toEqual([]);
});

it('names one skill at a time, and none where nothing is mapped', async () => {
  await window.run('nameSkill', { serviceProviderId: [A, B] });
  await window.run('nameSkill', { serviceProviderId: C });
  expect(user.told).toEqual([
    'You can name only one skill at a time.',
    'There is no skill to name: the selection is not mapped, or has not been read yet.',
  ]);
});

it('accepts a skill without service providers, unlike commands that change mappings', async () => {
  await window.run('updateMapping', { skillId: SKILL });
  await window.run('nameSkill', {});
  await window.run('nameSkill', { skillId: ACCESS_TOKEN });
  expect(user.told).toHaveLength(3);
  expect(user.told[0]).toContain('The argument of this command must be');
  expect(window.service.sent).toEqual([]);
});

it('rejects a secret as a name', async () => {
  user.will((prompt) => {
    enters(ACCESS_TOKEN)(prompt);
    queueMicrotask(() => {
      enters('Guest Calling', ACCESS_TOKEN)(prompt);
    });
  });
  await window.run('nameSkill', { skillId: SKILL });
  expect(window.namedSkills).toEqual([{ id: SKILL, name: 'Guest Calling' }]);
});
