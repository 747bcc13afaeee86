import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Workbench } from '../runner/workbench';
import { startSimulator } from '../simulator/simulator';
import { SKILL } from '../support/builders';
import {
  connection,
  aProvider,
  rowLabels,
  list,
  screenshot,
  screenshotOnFailure,
  UiTestEnvironment,
} from './uiTestEnvironment';

const AURORA = aProvider('Hotel Aurora', SKILL);
const BELVEDERE = aProvider('Hotel Belvedere');
const LIST = 'alexaNetworkMapping.serviceProviders';
const entry = ({ serviceProviderId, name }: { serviceProviderId: string; name: string }) => ({
  id: serviceProviderId,
  name,
});

describe('the settings', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;

  beforeAll(async () => {
    stage = await UiTestEnvironment.start('settings');
  });
  afterAll(() => stage.stop());
  screenshotOnFailure(() => workbench);

  it('show a row with the reason for each invalid entry, next to the valid ones', async () => {
    const wrong = [{ id: 5 }, 'amzn1.comms.csp.id.text', { name: 'nameless' }, { id: 'with space' }, entry(AURORA)];
    workbench = await stage.open({
      providers: [AURORA],
      settings: { [LIST]: [entry(AURORA), ...wrong] },
      signedIn: true,
    });
    await expect
      .poll(() => rowLabels(workbench))
      .toEqual([
        `Hotel Aurora, mapped to ${SKILL}`,
        'Entry 2, cannot be used: "id" must be a string.',
        'Entry 3, cannot be used: Expected an object such as { "id": "amzn1.comms.csp.id.…", "name": "…" }',
        'Entry 4, cannot be used: The entry has no "id".',
        'Entry 5, cannot be used: An ID has no spaces, line breaks or invisible characters. Expected amzn1.comms.csp.id.…',
        'Entry 6, cannot be used: Same ID as entry 1. Remove one of them.',
      ]);
    await screenshot(workbench, 'settings-unusable');
  });

  it('open from such a row, and a correction is shown immediately', async () => {
    const { page } = workbench;
    await list(workbench)
      .getByRole('treeitem', { name: /^Entry 2, / })
      .click();
    const editor = page.locator('.part.editor .monaco-editor .view-lines');
    await expect.poll(async () => (await editor.innerText()).replaceAll('\u00a0', ' ')).toContain('"id": 5');
    await editor.click();
    await page.keyboard.press('ControlOrMeta+A');
    stage.simulator.control.setProvider(BELVEDERE);
    const corrected = JSON.stringify({ [LIST]: [entry(BELVEDERE), entry(AURORA)] }, null, 2);
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(corrected)})`);
    await page.keyboard.press('ControlOrMeta+V');
    await page.keyboard.press('ControlOrMeta+S');
    await expect
      .poll(() => rowLabels(workbench))
      .toEqual(['Hotel Belvedere, not mapped', `Hotel Aurora, mapped to ${SKILL}`]);
    await screenshot(workbench, 'settings-corrected');
  });

  it('and the session persist after a reload of the window', async () => {
    stage.simulator.control.clearRequests();
    await workbench.reload();
    await expect
      .poll(() => rowLabels(workbench))
      .toEqual(['Hotel Belvedere, not mapped', `Hotel Aurora, mapped to ${SKILL}`]);
    expect(await connection(workbench).count()).toBe(0);
    // Of each the mapping, and of the unmapped one itself.
    await expect
      .poll(() =>
        stage.simulator.control
          .requests()
          .map(({ operation }) => operation)
          .sort(),
      )
      .toEqual(['get', 'get', 'readProvider']);
  });

  it('show one row if the value is not a list, and never overwrite it', async () => {
    workbench = await stage.open({ settings: { [LIST]: { id: 'no-list' } } });
    await expect
      .poll(() => rowLabels(workbench))
      .toEqual(['Service providers setting, cannot be used: The setting must be a list of service providers.']);
    await workbench.command('Alexa Network Mapping: Add Service Provider…');
    await workbench.quickInput.answer('(1/2)', AURORA.serviceProviderId);
    await workbench.quickInput.answer('(2/2)', '');
    await workbench
      .notification('The setting alexaNetworkMapping.serviceProviders is not a list.')
      .press('Open Setting');
    await workbench.page.locator('.part.editor .view-lines').filter({ hasText: 'no-list' }).waitFor();
  });

  it('take a list that is pasted in the place of an ID, with its lines, after a preview', async () => {
    workbench = await stage.open({ settings: { [LIST]: [entry(AURORA)] } });
    const { page, quickInput } = workbench;
    const lines = [
      `${AURORA.serviceProviderId}\tHotel Aurora`,
      'Hotel Carlton',
      `${BELVEDERE.serviceProviderId}\tBelvedere`,
    ];
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(lines.join('\n'))})`);
    await workbench.command('Alexa Network Mapping: Add Service Provider…');
    await quickInput.titled('(1/2)');
    await page.keyboard.press('ControlOrMeta+V');
    await quickInput.message('This is a list of service providers. Press Enter to preview it.').waitFor();
    // The box has replaced the line breaks.
    expect(await quickInput.input.inputValue()).toBe(lines.join(' '));
    await quickInput.accept();
    await quickInput.titled('Add Service Providers');
    const shown = (await quickInput.items()).join('\n');
    for (const part of ['Line 2', 'Carlton', 'Add the one without problems', 'Belvedere'])
      expect(shown).toContain(part);
    await screenshot(workbench, 'settings-pasted-list');
    await quickInput.pick('Add Service Providers', 'Add the one without problems');
    const names = async () => (await rowLabels(workbench)).map((label) => label.split(', ')[0]);
    await expect.poll(names).toEqual(['Hotel Aurora', 'Belvedere']);
  });

  it('of a workspace do not determine where the access token is sent', async () => {
    const decoy = await startSimulator({ seed: [] });
    try {
      workbench = await stage.open({
        providers: [AURORA],
        settings: { 'alexaNetworkMapping.apiEndpoint': decoy.url },
        signedIn: true,
      });
      await expect.poll(() => rowLabels(workbench)).toEqual([`Hotel Aurora, mapped to ${SKILL}`]);
      expect(decoy.control.requests()).toEqual([]);
    } finally {
      await decoy.stop();
    }
  });

  it('leave no access token in anything that was written', async () => {
    expect(await stage.leaks()).toEqual([]);
  });
});
