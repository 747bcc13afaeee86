import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Workbench } from '../runner/workbench';
import { SKILL } from '../support/builders';
import {
  connection,
  aProvider,
  inOldest,
  listPane,
  rowLabels,
  screenshot,
  screenshotOnFailure,
  row,
  shown,
  UiTestEnvironment,
} from './uiTestEnvironment';

const AURORA = aProvider('Hotel Aurora', SKILL);
const BELVEDERE = aProvider('Hotel Belvedere');

describe('the Connection view', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;

  beforeAll(async () => {
    stage = await UiTestEnvironment.start('connection');
    workbench = await stage.open({ providers: [AURORA, BELVEDERE] });
  });
  afterAll(() => stage.stop());
  screenshotOnFailure(() => workbench);

  const allIsWell = async () => {
    await expect
      .poll(() => rowLabels(workbench))
      .toEqual([`Hotel Aurora, mapped to ${SKILL}`, 'Hotel Belvedere, not mapped']);
    await connection(workbench).waitFor({ state: 'detached' });
  };

  it('says that the user is not signed in, and sends nothing to the service', async () => {
    await expect.poll(() => rowLabels(workbench)).toEqual(['Hotel Aurora, signed out', 'Hotel Belvedere, signed out']);
    await expect.poll(() => connection(workbench).innerText()).toContain('Sign in with Login with Amazon');
    expect(stage.simulator.control.requests()).toEqual([]);
  });

  it('is hidden when there is no problem', async () => {
    await stage.signIn(workbench);
    await allIsWell();
  });

  it('says that the service is unreachable, keeps the last known mappings, and retries on request', async () => {
    stage.simulator.control.addFault({ name: 'resetBeforeWrite', operation: 'get' });
    await workbench.command('Alexa Network Mapping: Refresh');
    await expect
      .poll(() => connection(workbench).innerText(), { timeout: 60_000 })
      .toContain('Mappings cannot be read now.');
    await expect
      .poll(() => rowLabels(workbench))
      .toEqual(['Hotel Aurora, could not be read: no connection', 'Hotel Belvedere, could not be read: no connection']);
    expect(await shown(row(workbench, AURORA.name))).toMatch(/7d9ef6a0-.*last read/);
    await screenshot(workbench, 'connection-unreachable');

    // Before the fault is removed, since the rows recover automatically then.
    stage.simulator.control.clearRequests();
    await connection(workbench).getByRole('button', { name: 'Try Again' }).click();
    await stage.simulator.control.waitForRequest(({ operation }) => operation === 'get');
    stage.simulator.control.clearFaults();
    await allIsWell();
  });

  it('shows the automatic retry above the rows, and disappears when the service is available again', async () => {
    stage.simulator.control.addFault({ name: 'unavailable', operation: 'get' });
    await workbench.command('Alexa Network Mapping: Refresh');
    await expect
      .poll(() => rowLabels(workbench), { timeout: 20_000 })
      .toEqual([
        'Hotel Aurora, could not be read: service unavailable',
        'Hotel Belvedere, could not be read: service unavailable',
      ]);
    await expect
      .poll(() => listPane(workbench).locator('.message').innerText())
      .toContain('The service is not available. Retrying automatically.');
    await screenshot(workbench, 'connection-retrying');
    stage.simulator.control.clearFaults();
    await allIsWell();
  });

  it('stays hidden when only one service provider cannot be read', async () => {
    stage.simulator.control.addFault({ name: 'unauthorized', serviceProviderId: BELVEDERE.serviceProviderId });
    await workbench.reload();
    await expect
      .poll(() => rowLabels(workbench))
      .toEqual([`Hotel Aurora, mapped to ${SKILL}`, 'Hotel Belvedere, could not be read: access token refused']);
    expect(await connection(workbench).count()).toBe(0);
    stage.simulator.control.clearFaults();
  });

  it('says that the token was rejected for every service provider, and continues with a new one', async () => {
    stage.simulator.control.expireAllAccessTokens();
    await workbench.reload();
    await expect.poll(() => connection(workbench).innerText()).toContain('The service refused the access token');
    await expect
      .poll(() => rowLabels(workbench))
      .toEqual([
        'Hotel Aurora, could not be read: access token refused',
        'Hotel Belvedere, could not be read: access token refused',
      ]);
    await screenshot(workbench, 'connection-token-refused');
    await stage.signIn(workbench);
    await allIsWell();
  });

  // Which rows are read and drawn first is up to the extension alone.
  it.skipIf(inOldest)('shows rows of a long list before all are read', async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => aProvider(`Hotel ${String(index).padStart(4, '0')}`));
    stage.simulator.control.setSwitches({ latencyMs: { min: 100, max: 100 } });
    const other = await stage.open({ providers: many });
    await expect.poll(() => rowLabels(other)).toContain('Hotel 0000, not mapped');
    const read = stage.simulator.control
      .requests()
      .filter(({ serviceProviderId }) => many.some((each) => each.serviceProviderId === serviceProviderId)).length;
    expect(read).toBeLessThan(500);
    await screenshot(other, 'connection-long-list');
    stage.simulator.control.setSwitches({ latencyMs: null });
  });

  it('leaves no access token in anything that was written', async () => {
    expect(await stage.leaks()).toEqual([]);
  });
});

describe('an API endpoint that must not get the token', () => {
  let stage: UiTestEnvironment;

  beforeAll(async () => {
    stage = await UiTestEnvironment.start('endpoint', {
      settings: { 'alexaNetworkMapping.apiEndpoint': 'http://network-mapping.example' },
    });
  });
  afterAll(() => stage.stop());

  it('is rejected before anything is sent, until the user has corrected it in the settings', async () => {
    const workbench = await stage.open({ providers: [AURORA] });
    await expect
      .poll(() => connection(workbench).innerText())
      .toContain('The API endpoint in your settings cannot be used');
    await workbench.command('Alexa Network Mapping: Sign In…');
    await stage.paste(workbench, stage.newToken());
    expect(await workbench.dialog.text()).toContain('The access token could not be verified.');
    await workbench.dialog.press('Store Anyway');
    await expect.poll(() => rowLabels(workbench)).toEqual(['Hotel Aurora, could not be read: API endpoint refused']);
    await screenshot(workbench, 'connection-endpoint-refused');

    await connection(workbench).getByRole('button', { name: 'Open Settings' }).click();
    const field = workbench.page
      .locator('.settings-editor')
      .getByRole('textbox', { name: 'alexaNetworkMapping.apiEndpoint' });
    expect(await field.inputValue()).toBe('http://network-mapping.example');
    await field.fill(stage.simulator.url);
    await connection(workbench).waitFor({ state: 'detached' });
    await expect.poll(() => rowLabels(workbench)).toEqual([`Hotel Aurora, mapped to ${SKILL}`]);
    await screenshot(workbench, 'connection-endpoint-corrected');
    expect(workbench.outsideRequests).toEqual([]);
  });

  it('leaves no access token in anything that was written', async () => {
    expect(await stage.leaks()).toEqual([]);
  });
});
