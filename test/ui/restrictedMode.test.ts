import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Workbench } from '../runner/workbench';
import { startSimulator, type Simulator } from '../simulator/simulator';
import { OTHER_SKILL, SKILL } from '../support/builders';
import { aProvider, rowLabels, screenshot, screenshotOnFailure, UiTestEnvironment } from './uiTestEnvironment';

const AURORA = aProvider('Hotel Aurora', SKILL);
const ATTACKER = aProvider('Attacker', OTHER_SKILL);
const listed = ({ serviceProviderId: id, name }: typeof AURORA) => ({ id, name });

/** A skill project whose name would be shown, and a mapping file that would remap. */
const FILES = {
  '.ask/ask-states.json': JSON.stringify({ profiles: { default: { skillId: SKILL } } }),
  'skill-package/skill.json': JSON.stringify({
    manifest: { publishingInformation: { locales: { 'en-US': { name: 'Name of the Workspace' } } } },
  }),
  'hotels.network-mappings.json': JSON.stringify({
    mappings: [{ serviceProviderId: AURORA.serviceProviderId, skillId: OTHER_SKILL }],
  }),
};

describe('a workspace that the user does not trust', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;
  let decoy: Simulator;

  beforeAll(async () => {
    decoy = await startSimulator({ seed: [] });
    stage = await UiTestEnvironment.start('restricted-mode', {
      workspaceTrust: true,
      settings: { 'alexaNetworkMapping.serviceProviders': [listed(AURORA)] },
    });
    workbench = await stage.open({
      providers: [AURORA, ATTACKER],
      settings: {
        'alexaNetworkMapping.serviceProviders': [listed(ATTACKER)],
        'alexaNetworkMapping.skills': [{ id: SKILL, name: 'Name of the Settings' }],
        'alexaNetworkMapping.apiEndpoint': decoy.url,
        'alexaNetworkMapping.tokenEndpoint': `${decoy.url}/auth/o2/token`,
      },
      files: FILES,
      signedIn: true,
    });
  });
  afterAll(async () => {
    await stage.stop();
    await decoy.stop();
  });
  screenshotOnFailure(() => workbench);

  const changes = () =>
    stage.simulator.control.requests().filter(({ method }) => method !== 'GET' && method !== 'HEAD');
  const openFile = async () => {
    await workbench.page.keyboard.press('Control+P');
    await workbench.quickInput.fill('hotels.network-mappings.json');
    await workbench.quickInput.row('hotels.network-mappings.json').click();
    await workbench.page.locator('.editor-instance').getByText('mappings').first().waitFor();
  };

  it('is shown as restricted by VS Code, and the list is the user’s, with the ID of the skill', async () => {
    await workbench.page.locator('.part.statusbar').getByText('Restricted Mode').waitFor();
    await expect.poll(() => rowLabels(workbench)).toEqual([`Hotel Aurora, mapped to ${SKILL}`]);
    await screenshot(workbench, 'restricted-mode');
  });

  it('never gets the token at its endpoints', () => {
    expect(stage.simulator.control.requests().length).toBeGreaterThan(0);
    expect(decoy.control.requests()).toEqual([]);
  });

  it('can have its mapping file compared', async () => {
    await openFile();
    await workbench.command('Alexa Network Mapping: Compare with Service');
    await workbench.page.locator('.codelens-decoration').getByText('1 differs').waitFor();
    await screenshot(workbench, 'restricted-mode-compared');
  });

  it.each(['Apply to Service…', 'Update from Service…'])('cannot have it used by %s, which says why', async (title) => {
    await workbench.command(`Alexa Network Mapping: ${title}`);
    const refusal = workbench.notification('In a workspace that is not trusted, mapping files can only be compared.');
    expect(await refusal.text()).toContain('Trust the workspace to apply or update one.');
    await refusal.close();
    expect(changes()).toEqual([]);
  });

  it('gives its list once it is trusted, and still gets no token', async () => {
    await workbench.command('Alexa Network Mapping: Apply to Service…');
    await workbench.notification('can only be compared').press('Manage Workspace Trust');
    await workbench.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
    // The open mapping file lists its service provider, too.
    await expect
      .poll(() => rowLabels(workbench))
      .toEqual([
        `Attacker, mapped to ${OTHER_SKILL}`,
        `${AURORA.serviceProviderId}, mapped to Name of the Settings (${SKILL}), differs from hotels.network-mappings.json`,
      ]);
    expect(decoy.control.requests()).toEqual([]);
  });

  it('leaves no access token in anything that was written', async () => {
    expect(await stage.leaks()).toEqual([]);
  });
});
