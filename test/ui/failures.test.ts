import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Workbench } from '../runner/workbench';
import type { FaultInput } from '../simulator/faults';
import { OTHER_SKILL, SKILL, THIRD_SKILL } from '../support/builders';
import {
  aProvider,
  rowLabels,
  screenshot,
  screenshotOnFailure,
  closeOverlays,
  row,
  shown,
  UiTestEnvironment,
} from './uiTestEnvironment';

const AURORA = aProvider('Aurora', SKILL);
const BELVEDERE = aProvider('Belvedere', OTHER_SKILL);
const CARLTON = aProvider('Carlton');
const AS_SEEDED = [`Aurora, mapped to ${SKILL}`, `Belvedere, mapped to ${OTHER_SKILL}`, 'Carlton, not mapped'];

describe('a user whose request fails', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;

  beforeAll(async () => {
    stage = await UiTestEnvironment.start('failures');
    workbench = await stage.open({ providers: [AURORA, BELVEDERE, CARLTON], signedIn: true });
  });
  afterAll(() => stage.stop());
  screenshotOnFailure(() => workbench);

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
    it('sees a message when the change had no effect, and the unchanged row; Try Again sends it again', async () => {
      arm({ name: 'serverError', operation: 'update', count: 1 });
      await remapAurora();
      const message = workbench.notification('Aurora was not remapped. The service had an internal error.');
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
      'sees the new skill and no message when the change took effect anyway (%s)',
      async (name) => {
        arm({ name, operation: 'update' });
        await remapAurora();
        await expect.poll(rowOfAurora).toBe(`Aurora, mapped to ${OTHER_SKILL}`);
        expect(truthOf(AURORA)).toBe(OTHER_SKILL);
        expect(control().writesTo(AURORA.serviceProviderId).update).toBe(1);
        expect(await toasts().count()).toBe(0);
      },
    );

    it('gets the action Map when it is no longer mapped', async () => {
      await workbench.contextMenu(row(workbench, 'Aurora'), 'Remap to Skill…');
      await workbench.quickInput.titled('Remap Aurora to Skill');
      control().setProvider({ ...AURORA, skillId: null });
      await workbench.quickInput.row(OTHER_SKILL).click();
      const message = workbench.notification('Nothing was changed. Aurora: not mapped.');
      await message.press('Map to Skill…');
      await expect.poll(rowOfAurora).toBe(`Aurora, mapped to ${OTHER_SKILL}`);
    });

    it('gets the action Map when the mapping was deleted while the dialog was open', async () => {
      await workbench.contextMenu(row(workbench, 'Aurora'), 'Remap to Skill…');
      await workbench.quickInput.pick('Remap Aurora to Skill', OTHER_SKILL);
      await workbench.dialog.text();
      control().setProvider({ ...AURORA, skillId: null });
      await workbench.dialog.press('Remap');
      const message = workbench.notification('Aurora is no longer mapped, so nothing was changed.');
      await expect.poll(rowOfAurora).toBe('Aurora, not mapped');
      await screenshot(workbench, 'failures-not-mapped-any-more');
      await message.press('Map to Skill…');
      await expect.poll(rowOfAurora).toBe(`Aurora, mapped to ${OTHER_SKILL}`);
    });
  });

  describe('to map', () => {
    it('gets the action Remap when another client has mapped it meanwhile', async () => {
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

    it('sees no message when another client has mapped it to the same skill', async () => {
      control().setProvider({ ...CARLTON, skillId: SKILL });
      await workbench.contextMenu(row(workbench, 'Carlton'), 'Map to Skill…');
      await workbench.quickInput.pick('Map Carlton to Skill', SKILL);
      await expect.poll(() => rowLabels(workbench)).toContain(`Carlton, mapped to ${SKILL}`);
      expect(await toasts().count()).toBe(0);
    });
  });

  describe('to read', () => {
    it('sees that a row is being checked, then its actual mapping', async () => {
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
      await workbench
        .notification('The mapping of Aurora could not be read. The service does not allow this request.')
        .close();
    });

    it('is asked to wait when the service sends a Retry-After', async () => {
      arm({
        kind: 'answer',
        status: 429,
        retryAfter: { seconds: 120 },
        operation: 'get',
        serviceProviderId: AURORA.serviceProviderId,
      });
      await workbench.contextMenu(row(workbench, 'Aurora'), 'Refresh Service Provider');
      await expect.poll(rowOfAurora).toBe('Aurora, could not be read: too many requests');
      const message = workbench.notification('The mapping of Aurora could not be read. Too many requests.');
      await message.press('Show Details');
      await workbench.webview().getByText('Try again in 120 seconds.').waitFor();
      await workbench.command('View: Close All Editors');
      // The back-off applies to all requests. Only a new extension host does not have it.
      control().clearFaults();
      await workbench.reload();
      await expect.poll(() => rowLabels(workbench)).toEqual(AS_SEEDED);
    });

    it('sees how many could not be read', async () => {
      arm({ name: 'forbidden', operation: 'get' });
      await refresh();
      await expect
        .poll(() => rowLabels(workbench))
        .toEqual(['Aurora', 'Belvedere', 'Carlton'].map((name) => `${name}, could not be read: not allowed`));
      const message = workbench.notification(
        '3 of 3 mappings could not be read. The service does not allow this request.',
      );
      await screenshot(workbench, 'failures-all');
      await message.close();
    });
  });

  describe('because the access token is rejected', () => {
    it('is prompted for a new one once, and all rows are read with it', async () => {
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
              .filter(({ operation, status }) => operation === 'get' && (status === 200 || status === 404)).length,
        )
        // One of them verified the token before it was stored.
        .toBe(4);
      await expect.poll(() => rowLabels(workbench)).toEqual(AS_SEEDED);
      // A second prompt would have held back one of the reads.
      await workbench.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    });

    it('sees both possible causes when they have no other token, and is not prompted again', async () => {
      control().expireAllAccessTokens();
      await workbench.contextMenu(row(workbench, 'Aurora'), 'Refresh Service Provider');
      await workbench.quickInput.titled('Sign In with an Access Token');
      await workbench.quickInput.cancel();
      await expect.poll(rowOfAurora).toBe('Aurora, could not be read: access token refused');
      const message = workbench.notification(
        'The mapping of Aurora could not be read. The service refused the access token.',
      );
      await message.toast.getByRole('button', { name: 'Sign In…' }).waitFor();
      await message.press('Show Details');
      const details = workbench.webview();
      await details.getByText('the access token is expired or invalid').waitFor();
      await details.getByText('your account has no access to this service provider').waitFor();
      await screenshot(workbench, 'failures-token-refused');
      await workbench.command('View: Close All Editors');

      await workbench.contextMenu(row(workbench, 'Aurora'), 'Refresh Service Provider');
      await workbench
        .notification('The mapping of Aurora could not be read. The service refused the access token.')
        .press('Sign In…');
      await stage.paste(workbench, stage.newToken());
    });
  });

  it('leaves no access token in anything that was written', async () => {
    expect(await stage.leaks()).toEqual([]);
  });
});
