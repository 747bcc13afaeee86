import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Workbench } from '../runner/workbench';
import type { FaultInput } from '../simulator/faults';
import { OTHER_SKILL, SKILL, THIRD_SKILL } from '../support/builders';
import {
  hotel,
  rowLabels,
  screenshot,
  pictureOfFailure,
  closeOverlays,
  row,
  shown,
  UiTestEnvironment,
} from './uiTestEnvironment';

const AURORA = hotel('Aurora', SKILL);
const BELVEDERE = hotel('Belvedere', OTHER_SKILL);
const CARLTON = hotel('Carlton');
const AS_SEEDED = [`Aurora, mapped to ${SKILL}`, `Belvedere, mapped to ${OTHER_SKILL}`, 'Carlton, not mapped'];

describe('a person whose request fails', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;

  beforeAll(async () => {
    stage = await UiTestEnvironment.start('failures');
    workbench = await stage.open({ providers: [AURORA, BELVEDERE, CARLTON], signedIn: true });
  });
  afterAll(() => stage.stop());
  pictureOfFailure(() => workbench);

  const control = () => stage.simulator.control;
  const arm = (fault: FaultInput) => control().addFault(fault);
  const truthOf = (provider: { serviceProviderId: string }) => control().mappingOf(provider.serviceProviderId);
  const refresh = () => workbench.command('Alexa Network Mapping: Refresh');
  const toasts = () => workbench.page.locator('.notification-toast');
  const rowOfAurora = async () => (await rowLabels(workbench))[0];

  beforeEach(async () => {
    await closeOverlays(workbench);
    if ((await toasts().count()) > 0) await workbench.command('Notifications: Clear All Notifications');
    control().clearFaults();
    control().seed([AURORA, BELVEDERE, CARLTON]);
    if ((await rowLabels(workbench)).join() !== AS_SEEDED.join()) await refresh();
    await expect.poll(() => rowLabels(workbench)).toEqual(AS_SEEDED);
    control().clearRequests();
  });

  async function remapAurora(): Promise<void> {
    await workbench.contextMenu(row(workbench, 'Aurora'), 'Remap to Skill…');
    await workbench.quickInput.pick('Remap Aurora to Skill', OTHER_SKILL);
    await workbench.dialog.press('Remap');
  }

  describe('to remap', () => {
    it('is told so when the service did nothing, and the row shows that; trying again asks again', async () => {
      arm({ name: 'serverError', operation: 'update', count: 1 });
      await remapAurora();
      const message = workbench.notification('Aurora was not remapped. The service failed.');
      await message.toast.waitFor();
      expect(truthOf(AURORA)).toBe(SKILL);
      expect(await rowOfAurora()).toBe(`Aurora, mapped to ${SKILL}`);
      await screenshot(workbench, 'failures-remap-failed');
      expect(await message.toast.getByRole('button', { name: 'Show Details' }).count()).toBe(1);
      await message.press('Try Again');
      expect(await workbench.dialog.text()).toContain(`New: ${OTHER_SKILL}`);
      await workbench.dialog.press('Remap');
      await expect.poll(rowOfAurora).toBe(`Aurora, mapped to ${OTHER_SKILL}`);
    });

    it.each(['serverErrorAfterWrite', 'resetAfterWrite'] as const)(
      'sees the new skill when the service did it all the same (%s), and no message',
      async (name) => {
        arm({ name, operation: 'update' });
        await remapAurora();
        await expect.poll(rowOfAurora).toBe(`Aurora, mapped to ${OTHER_SKILL}`);
        expect(truthOf(AURORA)).toBe(OTHER_SKILL);
        expect(control().writesTo(AURORA.serviceProviderId).update).toBe(1);
        expect(await toasts().count()).toBe(0);
      },
    );

    it('is offered to map when nothing is mapped any more', async () => {
      await workbench.contextMenu(row(workbench, 'Aurora'), 'Remap to Skill…');
      await workbench.quickInput.titled('Remap Aurora to Skill');
      control().setProvider({ ...AURORA, skillId: null });
      await workbench.quickInput.row(OTHER_SKILL).click();
      const message = workbench.notification('Nothing was changed. Aurora: not mapped.');
      await message.press('Map to Skill…');
      await expect.poll(rowOfAurora).toBe(`Aurora, mapped to ${OTHER_SKILL}`);
    });

    it('is offered to map when the mapping went away between the question and the answer', async () => {
      await workbench.contextMenu(row(workbench, 'Aurora'), 'Remap to Skill…');
      await workbench.quickInput.pick('Remap Aurora to Skill', OTHER_SKILL);
      await workbench.dialog.text();
      control().setProvider({ ...AURORA, skillId: null });
      await workbench.dialog.press('Remap');
      const message = workbench.notification('Aurora is no longer mapped. Nothing was changed.');
      await expect.poll(rowOfAurora).toBe('Aurora, not mapped');
      await screenshot(workbench, 'failures-not-mapped-any-more');
      await message.press('Map to Skill…');
      await expect.poll(rowOfAurora).toBe(`Aurora, mapped to ${OTHER_SKILL}`);
    });
  });

  describe('to map', () => {
    it('is offered to remap what somebody else has mapped meanwhile', async () => {
      control().setProvider({ ...CARLTON, skillId: THIRD_SKILL });
      await workbench.contextMenu(row(workbench, 'Carlton'), 'Map to Skill…');
      await workbench.quickInput.pick('Map Carlton to Skill', SKILL);
      const message = workbench.notification(`Carlton is already mapped to ${THIRD_SKILL}. Nothing was changed.`);
      await expect.poll(() => rowLabels(workbench)).toContain(`Carlton, mapped to ${THIRD_SKILL}`);
      await screenshot(workbench, 'failures-already-mapped');
      await message.press('Remap…');
      expect(await workbench.dialog.text()).toContain(`Current: ${THIRD_SKILL}\nNew: ${SKILL}`);
      await workbench.dialog.press('Remap');
      await expect.poll(() => rowLabels(workbench)).toContain(`Carlton, mapped to ${SKILL}`);
    });

    it('is not told anything when somebody else has mapped it to the same skill', async () => {
      control().setProvider({ ...CARLTON, skillId: SKILL });
      await workbench.contextMenu(row(workbench, 'Carlton'), 'Map to Skill…');
      await workbench.quickInput.pick('Map Carlton to Skill', SKILL);
      await expect.poll(() => rowLabels(workbench)).toContain(`Carlton, mapped to ${SKILL}`);
      expect(await toasts().count()).toBe(0);
    });
  });

  describe('to read', () => {
    it('sees that a row is being checked, then what is true', async () => {
      arm({ name: 'slow', operation: 'get', serviceProviderId: AURORA.serviceProviderId, delayMs: 1_500 });
      control().setProvider({ ...AURORA, skillId: THIRD_SKILL });
      await workbench.contextMenu(row(workbench, 'Aurora'), 'Refresh Service Provider');
      await expect.poll(rowOfAurora).toBe('Aurora, checking');
      await screenshot(workbench, 'failures-checking');
      await expect.poll(rowOfAurora).toBe(`Aurora, mapped to ${THIRD_SKILL}`);
    });

    it('still sees the last known mapping, and when it was read', async () => {
      arm({ name: 'forbidden', operation: 'get', serviceProviderId: AURORA.serviceProviderId });
      await workbench.contextMenu(row(workbench, 'Aurora'), 'Refresh Service Provider');
      await expect.poll(rowOfAurora).toBe('Aurora, could not be read: not allowed');
      expect(await shown(row(workbench, 'Aurora'))).toMatch(
        /^Aurora ?not allowed \(7d9ef6a0-64c7-4a5e-8a56-2f7b1d1f0a01, last read \d+:\d\d/,
      );
      await screenshot(workbench, 'failures-last-known');
      await workbench.notification('Aurora could not be read: The service does not allow this.').close();
    });

    it('is asked to wait when the service wants a pause', async () => {
      arm({
        kind: 'answer',
        status: 429,
        retryAfter: { seconds: 120 },
        operation: 'get',
        serviceProviderId: AURORA.serviceProviderId,
      });
      await workbench.contextMenu(row(workbench, 'Aurora'), 'Refresh Service Provider');
      await expect.poll(rowOfAurora).toBe('Aurora, could not be read: too many requests');
      const message = workbench.notification('Aurora could not be read: Too many requests.');
      await message.press('Show Details');
      await workbench.webview().getByText('Try again in 120 seconds.').waitFor();
      await workbench.command('View: Close All Editors');
      // All requests keep that pause. Only another extension host does not know of it.
      control().clearFaults();
      await workbench.reload();
      await expect.poll(() => rowLabels(workbench)).toEqual(AS_SEEDED);
    });

    it('is told how many could not be read', async () => {
      arm({ name: 'forbidden', operation: 'get' });
      await refresh();
      await expect
        .poll(() => rowLabels(workbench))
        .toEqual(['Aurora', 'Belvedere', 'Carlton'].map((name) => `${name}, could not be read: not allowed`));
      const message = workbench.notification('3 of 3 mappings could not be read: The service does not allow this.');
      await screenshot(workbench, 'failures-all');
      await message.close();
    });
  });

  describe('because the access token is refused', () => {
    it('is asked for a fresh one, once for all rows, and all goes on with it', async () => {
      control().expireAllAccessTokens();
      await refresh();
      await workbench.quickInput.titled('Sign In with an Access Token');
      await workbench.quickInput
        .message('The service refused the access token. Paste a new one to continue.')
        .waitFor();
      await screenshot(workbench, 'failures-fresh-token');
      const token = stage.newToken();
      await workbench.quickInput.fill(token);
      await workbench.quickInput.accept();
      await expect
        .poll(
          () =>
            control()
              .requests()
              .filter(({ status }) => status === 200 || status === 404).length,
        )
        // One of them tried the token before it was stored.
        .toBe(4);
      await expect.poll(() => rowLabels(workbench)).toEqual(AS_SEEDED);
      expect(await workbench.page.locator('.quick-input-widget:visible').count()).toBe(0);
    });

    it('reads both meanings of that when they have no other, and is not asked again', async () => {
      control().expireAllAccessTokens();
      await workbench.contextMenu(row(workbench, 'Aurora'), 'Refresh Service Provider');
      await workbench.quickInput.titled('Sign In with an Access Token');
      await workbench.quickInput.cancel();
      await expect.poll(rowOfAurora).toBe('Aurora, could not be read: access token refused');
      const message = workbench.notification('Aurora could not be read: The service refused the access token.');
      await message.toast.getByRole('button', { name: 'Sign In…' }).waitFor();
      await message.press('Show Details');
      const details = workbench.webview();
      await details.getByText('the access token is expired or invalid').waitFor();
      await details.getByText('your account has no access to this service provider').waitFor();
      await screenshot(workbench, 'failures-token-refused');
      await workbench.command('View: Close All Editors');

      await workbench.contextMenu(row(workbench, 'Aurora'), 'Refresh Service Provider');
      await workbench.notification('Aurora could not be read: The service refused the access token.').press('Sign In…');
      await stage.paste(workbench, stage.newToken());
    });
  });

  it('leaves no access token in anything that was written', async () => {
    expect(await stage.leaks()).toEqual([]);
  });
});
