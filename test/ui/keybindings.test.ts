import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Workbench } from '../runner/workbench';
import { OTHER_SKILL, SKILL, THIRD_SKILL } from '../support/builders';
import { aProvider, rowLabels, screenshotOnFailure, row, UiTestEnvironment } from './uiTestEnvironment';

const AURORA = aProvider('Aurora');
const DORCHESTER = aProvider('Dorchester', SKILL);
const EXCELSIOR = aProvider('Excelsior', OTHER_SKILL);
const FAIRMONT = aProvider('Fairmont', SKILL);

const argument = (key: string, command: string, args: unknown) => ({
  key,
  command: `alexaNetworkMapping.${command}`,
  args,
});
const KEYBINDINGS = [
  argument('ctrl+alt+1', 'createMapping', { serviceProviderId: AURORA.serviceProviderId, skillId: THIRD_SKILL }),
  argument('ctrl+alt+2', 'updateMapping', {
    serviceProviderId: [DORCHESTER.serviceProviderId, FAIRMONT.serviceProviderId],
    skillId: THIRD_SKILL,
  }),
  argument('ctrl+alt+3', 'deleteMapping', { serviceProviderId: EXCELSIOR.serviceProviderId }),
  argument('ctrl+alt+4', 'createMapping', { serviceProviderId: 'amzn1.comms.csp.id.not-in-the-list' }),
  argument('ctrl+alt+5', 'createMapping', { id: AURORA.serviceProviderId }),
];

describe('a keybinding with an argument', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;

  beforeAll(async () => {
    stage = await UiTestEnvironment.start('keybindings', { keybindings: KEYBINDINGS });
    workbench = await stage.open({ providers: [AURORA, DORCHESTER, EXCELSIOR, FAIRMONT], signedIn: true });
  });
  afterAll(() => stage.stop());
  screenshotOnFailure(() => workbench);

  const control = () => stage.simulator.control;
  const press = async (key: string) => {
    await row(workbench, 'Aurora').focus();
    await workbench.page.keyboard.press(`Control+Alt+${key}`);
  };

  it('maps after confirmation, and does nothing without it', async () => {
    await expect.poll(() => rowLabels(workbench)).toContain('Aurora, not mapped');
    await press('1');
    expect(await workbench.dialog.text()).toContain(`Map Aurora?\nCurrent: not mapped\nNew: ${THIRD_SKILL}`);
    await workbench.dialog.press('Cancel');
    expect(control().mappingOf(AURORA.serviceProviderId)).toBeUndefined();
    await press('1');
    await workbench.dialog.press('Map');
    await workbench.notification(`Mapped Aurora to ${THIRD_SKILL}.`).close();
    await expect.poll(() => rowLabels(workbench)).toContain(`Aurora, mapped to ${THIRD_SKILL}`);
  });

  it('remaps several after confirmation', async () => {
    await press('2');
    expect(await workbench.dialog.text()).toContain('Remap 2 service providers?');
    await workbench.dialog.press('Remap');
    await expect.poll(() => rowLabels(workbench)).toContain(`Fairmont, mapped to ${THIRD_SKILL}`);
    expect(control().mappingOf(DORCHESTER.serviceProviderId)).toBe(THIRD_SKILL);
  });

  it('asks for confirmation before it deletes', async () => {
    await press('3');
    expect(await workbench.dialog.text()).toContain('Delete the mapping of Excelsior?');
    await workbench.dialog.press('Delete Mapping');
    await expect.poll(() => rowLabels(workbench)).toContain('Excelsior, not mapped');
  });

  it.each([
    ['4', 'amzn1.comms.csp.id.not-in-the-list is not in your list of service providers. Add it first.'],
    ['5', 'The argument of this command must be { "serviceProviderId": string | string[], "skillId"?: string }.'],
  ])('reports an invalid argument (%s), and sends nothing', async (key, message) => {
    control().clearRequests();
    await press(key);
    await workbench.notification(message).close();
    expect(control().requests()).toEqual([]);
  });

  it('leaves no access token in anything that was written', async () => {
    expect(await stage.leaks()).toEqual([]);
  });
});
