import { afterEach, beforeEach, expect, it } from 'vitest';
import { aProvider, mappedTo, SKILL } from '../../../support/builders';
import { CommandWindow } from '../../../support/commandWindow';
import { env, registered, user } from '../../../support/fakeVscode';

const [A, B] = ['amzn1.comms.csp.id.a', 'amzn1.comms.csp.id.b'] as const;

let window: CommandWindow;

beforeEach(async () => {
  window = await CommandWindow.open([A, B].map((id) => aProvider(id)));
});

afterEach(async () => {
  await window.close();
});

/** The text of the only panel. */
function page(): string {
  expect(user.panels).toHaveLength(1);
  return user.panels[0]?.text ?? '';
}

it('checks the first service provider of the list, or the given one, and shows the row what it read', async () => {
  window.service.mappings.set(A, mappedTo(SKILL));
  await window.run('checkSetup');
  expect(page()).toContain(`OK Mapping to a skill It is mapped to the skill ${SKILL}.`);
  expect(user.panels[0]?.title).toBe(`Setup: ${A}`);
  await window.run('checkSetup', { serviceProviderId: B });
  expect(page()).toContain('Broken Mapping to a skill The service provider is not mapped to a skill.');
  expect(window.service.reads).toEqual([A, B]);
  expect(window.store.row(A)).toEqual({ type: 'mapped', skillId: SKILL });
  expect([window.sent, user.told, window.results]).toEqual([[], [], ['succeeded', 'succeeded']]);
});

it('checks the first service provider that failed', async () => {
  window.service.unreadable.set(B, 'unauthorized');
  await window.run('refresh');
  window.service.reads.length = 0;
  await window.run('checkSetup');
  expect(window.service.reads).toEqual([B]);
  expect(user.panels[0]?.title).toBe(`Setup: ${B}`);
});

it('asks the user for nothing, and says whether the service provider exists', async () => {
  window.service.unknown.add(A);
  await window.run('checkSetup');
  expect(window.service.readContexts).toMatchObject([{ interactive: false, urgent: true }]);
  expect(page()).toContain('Broken Service provider at the service');
  // A remembered answer is no answer.
  window.service.unknown.delete(A);
  await window.run('checkSetup');
  expect(page()).toContain('OK Service provider at the service');
});

it('shows why the mapping cannot be read', async () => {
  window.service.unreadable.set(A, 'forbidden');
  await window.run('checkSetup');
  expect(page()).toContain('Broken WebRTC add-on, kind and country of the property The service does not allow this');
  expect([user.told, window.results]).toEqual([[], ['succeeded']]);
});

it('compares the clock with the time of the response', async () => {
  window.service.mappings.set(A, mappedTo(SKILL));
  window.service.aheadMs = 3_600_000;
  await window.run('checkSetup');
  expect(page()).toContain('It is 60 minutes behind the time of the response.');
});

it('finds a skill of the workspace without its permission, and calls it by its name', async () => {
  const source = { folder: 'calling', profile: 'default' };
  window.skills.setWorkspaceSkills([{ id: SKILL, name: 'Guest Calling', hasPermission: false, source }]);
  window.service.mappings.set(A, mappedTo(SKILL));
  await window.run('checkSetup');
  expect(page()).toContain(`It is mapped to the skill Guest Calling (${SKILL}).`);
  expect(page()).toContain('Broken Permission of the skill The manifest of the skill lacks a permission.');
});

it('says what to do with an empty list', async () => {
  window.store.setEntries([]);
  await window.run('checkSetup');
  expect(page()).toContain('Broken Service provider in the list');
  expect(window.service.reads).toEqual([]);
});

it('is checked again by the button, copied by another, and opened again after it was closed', async () => {
  await window.run('checkSetup', { serviceProviderId: B });
  window.service.mappings.set(B, mappedTo(SKILL));
  user.panels[0]?.press('checkAgain');
  await expect.poll(page).toContain('OK Mapping to a skill');
  expect(window.service.reads).toEqual([B, B]);
  user.panels[0]?.press('copyReport');
  await expect.poll(() => user.panels[0]?.received).toEqual([{ type: 'announce', text: 'Report copied.' }]);
  expect(env.clipboard.text).toContain('- ✓ OK: Mapping to a skill.');
  user.panels[0]?.dispose();
  await window.run('checkSetup');
  expect(user.panels.map(({ isClosed }) => isClosed)).toEqual([true, false]);
});

it('offers the command that helps', async () => {
  const signIns: unknown[] = [];
  registered.set('alexaNetworkMapping.signIn', (...args) => signIns.push(args));
  registered.set('workbench.action.openSettings', (query) => signIns.push(query));
  window.service.unreadable.set(A, 'unauthorized');
  await window.run('checkSetup');
  user.panels[0]?.press('signIn');
  expect(signIns).toEqual([[{ call: { options: { account: 'default' }, source: { type: 'internal' } } }]]);
  window.service.unreadable.set(A, 'nameResolution');
  await window.run('checkSetup');
  user.panels[0]?.press('openSettings');
  expect(signIns).toHaveLength(2);
});

it('checks one service provider at a time', async () => {
  await window.run('checkSetup', { serviceProviderId: [A, B] });
  window.selectedIds.push(A, B);
  await window.press('checkSetup');
  const only = 'You can check the setup of only one service provider at a time.';
  expect(user.told).toEqual([only, only]);
  expect(window.service.reads).toEqual([]);
});
