import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { shortId } from '../../src/core/model/identifiers';
import type { Workbench } from '../runner/workbench';
import { OTHER_SERVICE_PROVIDER, OTHER_SKILL, SERVICE_PROVIDER, SKILL } from '../support/builders';
import {
  connection,
  rowLabels,
  screenshot,
  screenshotOnFailure,
  pressInTitle,
  row,
  shown,
  UiTestEnvironment,
} from './uiTestEnvironment';

const AURORA = { id: SERVICE_PROVIDER, name: 'Hotel Aurora' };
const BELVEDERE = { id: OTHER_SERVICE_PROVIDER, name: 'Hotel Belvedere' };

describe('a user who has just installed the extension', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;
  let broken = false;

  beforeAll(async () => {
    stage = await UiTestEnvironment.start('main-path');
    workbench = await stage.open();
    // The service has two of them; one has been mapped by another client.
    stage.simulator.control.seed([
      { serviceProviderId: AURORA.id },
      { serviceProviderId: BELVEDERE.id, skillId: OTHER_SKILL },
    ]);
  });
  afterAll(() => stage.stop());

  screenshotOnFailure(() => workbench);

  // The tests build on each other: after a failed one, the others would fail too, slowly.
  beforeEach((context) => {
    context.skip(broken);
    onTestFailed(() => {
      broken = true;
    });
  });

  /** The changes that were sent since the requests were cleared. */
  const writes = () => stage.simulator.control.requests().filter(({ method }) => method !== 'GET');

  it('sees the step that is next, to sign in, above the one that follows', async () => {
    const signIn = connection(workbench).getByRole('button', { name: 'Sign In…' });
    const add = workbench.page.locator('.part.sidebar .welcome-view').getByRole('button', { name: 'Add Service' });
    await signIn.waitFor();
    await add.waitFor();
    expect((await signIn.boundingBox())?.y).toBeLessThan((await add.boundingBox())?.y ?? 0);
    expect(await workbench.page.locator('.part.sidebar .welcome-view .monaco-button').allInnerTexts()).toEqual([
      'Sign In…',
    ]);
    await screenshot(workbench, 'main-01-first-run');
  });

  it('adds a service provider before the sign-in, with validation while typing', async () => {
    const { quickInput, page } = workbench;
    await page.locator('.part.sidebar .welcome-view').getByRole('button', { name: 'Add Service Provider…' }).click();
    await quickInput.titled('Add Service Provider (1/2)');
    await quickInput.fill(`${AURORA.id} `.replace('csp', 'c sp'));
    await quickInput.message('An ID has no spaces').waitFor();
    await quickInput.fill('Atza|a-token-that-was-pasted-by-mistake');
    await quickInput.message('This is a Login with Amazon secret, not an ID').waitFor();
    await quickInput.accept();
    await quickInput.titled('(1/2)');
    await quickInput.fill('amzn1.application-oa2-client.0123456789');
    await quickInput.message('This is the client ID of a Login with Amazon security profile').waitFor();
    await screenshot(workbench, 'main-02-wrong-paste');
    await quickInput.fill(AURORA.id);
    await quickInput.message('This is the client ID').waitFor({ state: 'hidden' });
    await quickInput.accept();
    await quickInput.titled('Add Service Provider (2/2)');
  });

  it('can go back from the name to the ID, which is still there', async () => {
    const { quickInput, page } = workbench;
    await page.locator('.quick-input-widget').getByRole('button', { name: 'Back' }).click();
    await quickInput.titled('Add Service Provider (1/2)');
    expect(await quickInput.input.inputValue()).toBe(AURORA.id);
    await quickInput.accept();
    await quickInput.answer('Add Service Provider (2/2)', AURORA.name);
    await expect.poll(() => rowLabels(workbench)).toEqual(['Hotel Aurora, signed out']);
    const signIn = connection(workbench).getByRole('button', { name: 'Sign In…' });
    const aurora = row(workbench, AURORA.name);
    expect((await signIn.boundingBox())?.y).toBeLessThan((await aurora.boundingBox())?.y ?? 0);
    await screenshot(workbench, 'main-03-signed-out');
  });

  it('cannot add the same service provider twice', async () => {
    await pressInTitle(workbench, 'Add Service Provider…');
    await workbench.quickInput.titled('Add Service Provider (1/2)');
    await workbench.quickInput.fill(AURORA.id);
    await workbench.quickInput.message('is already in your list').waitFor();
    await workbench.quickInput.accept();
    await workbench.quickInput.titled('(1/2)');
    await workbench.quickInput.fill(BELVEDERE.id);
    await workbench.quickInput.accept();
    await workbench.quickInput.answer('Add Service Provider (2/2)', '');
    await expect.poll(() => rowLabels(workbench)).toEqual(['Hotel Aurora, signed out', `${BELVEDERE.id}, signed out`]);
  });

  it('signs in by pasting an access token, which is masked', async () => {
    const token = stage.newToken();
    await connection(workbench).getByRole('button', { name: 'Sign In…' }).click();
    await workbench.quickInput.pick('Sign In', 'Paste an access token');
    await workbench.quickInput.titled('Sign In with an Access Token');
    await workbench.quickInput.fill('Atzr|a-refresh-token');
    await workbench.quickInput.message('This is a refresh token').waitFor();
    await workbench.quickInput.fill(token);
    expect(await workbench.quickInput.input.getAttribute('type')).toBe('password');
    await screenshot(workbench, 'main-04-token');
    await workbench.quickInput.accept();
    await expect
      .poll(() => rowLabels(workbench))
      .toEqual(['Hotel Aurora, not mapped', `${BELVEDERE.id}, mapped to ${OTHER_SKILL}`]);
    await connection(workbench).waitFor({ state: 'detached' });
    await screenshot(workbench, 'main-05-signed-in');
  });

  it('maps it to a skill, whose ID is validated while typing', async () => {
    const { quickInput } = workbench;
    await row(workbench, AURORA.name).click({ button: 'right' });
    await screenshot(workbench, 'main-06-menu-not-mapped');
    await workbench.chooseMenuItem('Map to Skill…');
    await quickInput.titled('Map Hotel Aurora to Skill');
    expect(await quickInput.items()).toEqual([`${OTHER_SKILL}, handles ${shortId(BELVEDERE.id)}`]);
    await quickInput.fill(BELVEDERE.id);
    await expect
      .poll(() => quickInput.items())
      .toEqual([
        'This is the ID of a service provider, not of a skill.',
        `${OTHER_SKILL}, handles ${shortId(BELVEDERE.id)}`,
      ]);
    await quickInput.accept();
    await quickInput.titled('Map Hotel Aurora to Skill');
    await screenshot(workbench, 'main-07-not-a-skill');
    await quickInput.fill('amzn1.ask.skill.with space');
    await expect.poll(() => quickInput.items()).toContainEqual(expect.stringContaining('An ID has no spaces'));
    await quickInput.accept();
    await quickInput.titled('Map Hotel Aurora to Skill');
    await quickInput.fill(SKILL);
    await expect.poll(async () => (await quickInput.items())[0]).toBe(`Use “${SKILL}”`);
    await quickInput.accept();
    await expect.poll(async () => (await rowLabels(workbench))[0]).toBe(`Hotel Aurora, mapped to ${SKILL}`);
    expect(stage.simulator.control.mappingOf(AURORA.id)).toBe(SKILL);
    expect(stage.simulator.control.writesTo(AURORA.id)).toMatchObject({ create: 1 });
    await screenshot(workbench, 'main-08-mapped');
  });

  it('confirms a remap with the old and the new skill, and nothing is sent on cancel', async () => {
    stage.simulator.control.clearRequests();
    await workbench.contextMenu(row(workbench, AURORA.name), 'Remap to Skill…');
    await workbench.quickInput.titled('Remap Hotel Aurora to Skill');
    expect(await workbench.quickInput.items()).toEqual([`${OTHER_SKILL}, handles ${shortId(BELVEDERE.id)}`]);
    await screenshot(workbench, 'main-09-pick-skill');
    await workbench.quickInput.row(OTHER_SKILL).click();
    const text = await workbench.dialog.text();
    expect(text).toContain('Remap Hotel Aurora?');
    expect(text).toContain(`Current: ${SKILL}`);
    expect(text).toContain(`New: ${OTHER_SKILL}`);
    expect((await workbench.dialog.buttons()).sort()).toEqual(['Cancel', 'Remap']);
    await screenshot(workbench, 'main-10-confirm-remap');
    await workbench.dialog.press('Cancel');
    await expect.poll(() => rowLabels(workbench)).toContain(`Hotel Aurora, mapped to ${SKILL}`);
    expect(writes()).toEqual([]);
  });

  it('remaps it after confirmation', async () => {
    await workbench.contextMenu(row(workbench, AURORA.name), 'Remap to Skill…');
    await workbench.quickInput.pick('Remap Hotel Aurora to Skill', OTHER_SKILL);
    await workbench.dialog.press('Remap');
    await expect.poll(() => rowLabels(workbench)).toContain(`Hotel Aurora, mapped to ${OTHER_SKILL}`);
    expect(writes().map(({ method, status }) => [method, status])).toEqual([['PUT', 200]]);
    expect(stage.simulator.control.mappingOf(AURORA.id)).toBe(OTHER_SKILL);
  });

  it('copies the IDs', async () => {
    await workbench.contextMenu(row(workbench, AURORA.name), 'Copy Service Provider ID');
    await expect.poll(() => stage.clipboard(workbench)).toBe(AURORA.id);
    await workbench.contextMenu(row(workbench, AURORA.name), 'Copy Skill ID');
    await expect.poll(() => stage.clipboard(workbench)).toBe(OTHER_SKILL);
  });

  it('sees what a delete stops and what stays, and nothing is sent on cancel', async () => {
    stage.simulator.control.clearRequests();
    await workbench.contextMenu(row(workbench, AURORA.name), 'Delete Mapping…');
    const text = await workbench.dialog.text();
    expect(text).toContain('Delete the mapping of Hotel Aurora?');
    expect(text).toContain(`${OTHER_SKILL} will no longer handle the calls of Hotel Aurora.`);
    expect(text).toContain('The service provider is not deleted');
    expect((await workbench.dialog.buttons()).sort()).toEqual(['Cancel', 'Delete Mapping']);
    await screenshot(workbench, 'main-11-confirm-delete');
    await workbench.dialog.press('Cancel');
    await expect.poll(() => rowLabels(workbench)).toContain(`Hotel Aurora, mapped to ${OTHER_SKILL}`);
    expect(writes()).toEqual([]);
  });

  it('deletes the mapping after confirmation', async () => {
    await workbench.contextMenu(row(workbench, AURORA.name), 'Delete Mapping…');
    await workbench.dialog.press('Delete Mapping');
    await expect.poll(() => rowLabels(workbench)).toContain('Hotel Aurora, not mapped');
    expect(writes().map(({ method, status }) => [method, status])).toEqual([['DELETE', 200]]);
    expect(stage.simulator.control.mappingOf(AURORA.id)).toBeUndefined();
  });

  it('renames it in the list', async () => {
    await workbench.contextMenu(row(workbench, AURORA.name), 'Rename…');
    await workbench.quickInput.titled('Rename');
    expect(await workbench.quickInput.input.inputValue()).toBe('Hotel Aurora');
    await workbench.quickInput.answer('Rename', 'Aurora Palace');
    await expect.poll(async () => (await rowLabels(workbench))[0]).toBe('Aurora Palace, not mapped');
  });

  it('removes it from the list, and undoes that', async () => {
    const both = await rowLabels(workbench);
    await workbench.contextMenu(row(workbench, 'Aurora Palace'), 'Remove from List');
    await expect.poll(() => rowLabels(workbench)).toEqual([`${BELVEDERE.id}, mapped to ${OTHER_SKILL}`]);
    const message = workbench.notification('Removed Aurora Palace from the list');
    await screenshot(workbench, 'main-12-removed');
    await message.press('Undo');
    await expect.poll(() => rowLabels(workbench)).toEqual(both);
    await message.toast.waitFor({ state: 'detached' });
  });

  it('signs out, which every row shows', async () => {
    await workbench.command('Alexa Network Mapping: Sign Out');
    await expect.poll(() => rowLabels(workbench)).toEqual(['Aurora Palace, signed out', `${BELVEDERE.id}, signed out`]);
    await connection(workbench).getByRole('button', { name: 'Sign In…' }).waitFor();
    expect(await shown(row(workbench, BELVEDERE.id))).toContain('signed out');
    await screenshot(workbench, 'main-13-signed-out');
  });

  it('leaves no access token in anything that was written', async () => {
    expect(await stage.leaks()).toEqual([]);
  });
});
