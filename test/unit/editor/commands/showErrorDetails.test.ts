import { afterEach, beforeEach, expect, it } from 'vitest';
import { aProvider, mappedTo, OTHER_SKILL, SKILL } from '../../../support/builders';
import { CommandWindow } from '../../../support/commandWindow';
import { env, presses, user } from '../../../support/fakeVscode';

const HOTEL = 'amzn1.comms.csp.id.hotel';

let window: CommandWindow;

beforeEach(async () => {
  window = await CommandWindow.open([aProvider(HOTEL, { name: 'Hotel Aurora' })]);
});

afterEach(async () => {
  await window.close();
});

const text = () => user.panels[0]?.text ?? '';

it('calls the service provider and the skills by their names, with their IDs', async () => {
  window.service.mappings.set(HOTEL, mappedTo(SKILL));
  window.service.failing.set(HOTEL, { kind: 'badRequest', takesEffect: false });
  user.will(presses('Remap'));
  await window.run('updateMapping', { serviceProviderId: HOTEL, skillId: OTHER_SKILL });
  await window.run('showErrorDetails', { serviceProviderId: HOTEL });
  expect(text()).toContain(
    `Service provider Hotel Aurora ${HOTEL} Requested Remap to another skill Skill ${OTHER_SKILL}`,
  );
  // The names of a workspace are known only after the first rows, as when the page is restored.
  const name = (id: string, skill: string) => ({ id, name: skill, source: { folder: 'calling', profile: 'default' } });
  window.skills.setWorkspaceSkills([name(SKILL, 'Guest Calling'), name(OTHER_SKILL, 'Concierge')]);
  expect(text()).toContain(`Skill Concierge ${OTHER_SKILL}`);
  expect(text()).toMatch(new RegExp(`Effect Checked at .*: still mapped to Guest Calling \\(${SKILL}\\)`));
  user.panels[0]?.press('copyReport');
  await expect.poll(() => env.clipboard.text).toContain(`- Skill: \`Concierge\`\n- Skill ID: \`${OTHER_SKILL}\``);
});

it('does not replace the page when no skill of it has another name', async () => {
  window.service.unreadable.set(HOTEL, 'forbidden');
  await window.run('refreshServiceProvider', { serviceProviderId: HOTEL });
  await window.run('showErrorDetails', { serviceProviderId: HOTEL });
  const before = user.panels[0]?.webview.html;
  window.skills.setConfigured([{ id: SKILL, name: 'Guest Calling' }]);
  expect(user.panels[0]?.webview.html).toBe(before);
});
