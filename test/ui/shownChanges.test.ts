import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Workbench } from '../runner/workbench';
import { OTHER_SKILL, SKILL, THIRD_SKILL } from '../support/builders';
import { aProvider, rowLabels, screenshot, screenshotOnFailure, row, UiTestEnvironment } from './uiTestEnvironment';

const AURORA = aProvider('Aurora', SKILL);
const ALL = [
  AURORA,
  aProvider('Belvedere', SKILL),
  aProvider('Carlton', OTHER_SKILL),
  aProvider('Dorchester'),
  aProvider('Excelsior', SKILL),
];

describe('a change in a confirmation', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;

  beforeAll(async () => {
    stage = await UiTestEnvironment.start('shown-changes');
    workbench = await stage.open({ providers: ALL, signedIn: true });
  });
  afterAll(() => stage.stop());
  screenshotOnFailure(() => workbench);

  const control = () => stage.simulator.control;
  const remapElsewhere = (skillId: string) => {
    control().setProvider({ serviceProviderId: AURORA.serviceProviderId, skillId });
  };
  const truth = () => control().mappingOf(AURORA.serviceProviderId);
  const writes = () =>
    control()
      .requests()
      .filter(({ method }) => method !== 'GET').length;

  it('is not sent if another client remapped it while the dialog was open, which is shown again with the current mapping', async () => {
    await expect.poll(() => rowLabels(workbench)).toContain(`Aurora, mapped to ${SKILL}`);
    await workbench.contextMenu(row(workbench, 'Aurora'), 'Delete Mapping…');
    expect(await workbench.dialog.text()).toContain(`${SKILL} will no longer handle the calls of Aurora.`);
    await screenshot(workbench, 'shown-01-delete');
    remapElsewhere(THIRD_SKILL);
    // Longer than a few seconds, after which the mapping in the dialog is re-read.
    await workbench.page.waitForTimeout(3_500);
    await workbench.dialog.press('Delete Mapping');
    await expect
      .poll(() => workbench.dialog.text())
      .toContain(`${THIRD_SKILL} will no longer handle the calls of Aurora.`);
    expect(await workbench.dialog.text()).toContain('Aurora was changed in the meantime. Nothing was sent.');
    expect(truth()).toBe(THIRD_SKILL);
    expect(writes()).toBe(0);
    await screenshot(workbench, 'shown-02-delete-again');
    await workbench.dialog.press('Cancel');
    await expect.poll(() => rowLabels(workbench)).toContain(`Aurora, mapped to ${THIRD_SKILL}`);
    expect(writes()).toBe(0);
  });

  it('counts everything that was selected, in the dialog and in the result', async () => {
    control().addFault({
      operation: 'update',
      kind: 'answer',
      status: 400,
      serviceProviderId: aProvider('Belvedere').serviceProviderId,
    });
    await row(workbench, 'Aurora').click();
    await row(workbench, 'Excelsior').click({ modifiers: ['Shift'] });
    await workbench.contextMenu(row(workbench, 'Carlton'), 'Remap to Skill…');
    await workbench.quickInput.pick('Remap 5 Service Providers to Skill', OTHER_SKILL);
    const text = await workbench.dialog.text();
    expect(text).toContain('Remap 3 of 5 service providers?');
    expect(text).toContain('Will be skipped: 1 already mapped to this skill and 1 not mapped.');
    await screenshot(workbench, 'shown-03-counts');
    await workbench.dialog.press('Remap');
    const summary = workbench.notification('Remapped 2 of 5.');
    expect(await summary.text()).toBe(
      'Remapped 2 of 5. Skipped 1 already mapped to this skill and 1 not mapped. 1 failed. Reason: request refused.',
    );
    await screenshot(workbench, 'shown-04-summary');
    await summary.press('Show Results');
    await workbench.quickInput.titled('Results');
    await screenshot(workbench, 'shown-05-results');
    await workbench.quickInput.cancel();
    control().clearFaults();
    for (const toast of await workbench.page.locator('.notification-toast').all()) {
      await toast.hover();
      await toast.locator('.codicon-notifications-clear').click();
    }
  });

  it('that takes effect late is unconfirmed until it is detected, and then reported', async () => {
    control().addFault({
      operation: 'update',
      kind: 'answer',
      status: 504,
      effect: 'later',
      laterMs: 4_000,
      count: 1,
      serviceProviderId: AURORA.serviceProviderId,
    });
    // Only this row is selected.
    await row(workbench, 'Aurora').click();
    await workbench.contextMenu(row(workbench, 'Aurora'), 'Remap to Skill…');
    await workbench.quickInput.pick('Remap Aurora to Skill', SKILL);
    await workbench.dialog.press('Remap');
    await workbench.notification('Could not verify whether Aurora was remapped.').toast.waitFor();
    await expect.poll(() => rowLabels(workbench)).toContain(`Aurora, mapped to ${OTHER_SKILL}, remap unconfirmed`);
    await screenshot(workbench, 'shown-06-unconfirmed');
    await workbench.notification('Could not verify whether Aurora was remapped.').press('Show Details');
    await expect.poll(() => workbench.webview().locator('#effect').innerText()).toContain('still mapped to');
    const late = workbench.notification(`Aurora was remapped to ${SKILL}. The unconfirmed change took effect.`);
    await late.toast.getByRole('button', { name: 'Undo', exact: true }).waitFor();
    await expect.poll(() => rowLabels(workbench)).toContain(`Aurora, mapped to ${SKILL}`);
    await workbench.webview().getByRole('heading', { name: 'Resolved: The service is not available' }).waitFor();
    expect(await workbench.webview().locator('.cause').innerText()).toMatch(/^Resolved at .+ Nothing is left to do\.$/);
    expect(await workbench.webview().getByRole('heading', { name: 'Next steps' }).count()).toBe(0);
    expect(await workbench.webview().getByRole('button', { name: 'Try Again' }).count()).toBe(0);
    await screenshot(workbench, 'shown-07-late');
  });
});
