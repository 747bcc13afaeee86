import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Workbench } from '../runner/workbench';
import { OTHER_SKILL, SKILL } from '../support/builders';
import {
  aProvider,
  rowLabels,
  menuItems,
  screenshot,
  screenshotOnFailure,
  closeOverlays,
  row,
  UiTestEnvironment,
} from './uiTestEnvironment';

const AURORA = aProvider('Aurora');
const BELVEDERE = aProvider('Belvedere');
const CARLTON = aProvider('Carlton');
const DORCHESTER = aProvider('Dorchester', SKILL);
const EXCELSIOR = aProvider('Excelsior', OTHER_SKILL);
const FAIRMONT = aProvider('Fairmont', SKILL);
const HOTELS = [AURORA, BELVEDERE, CARLTON, DORCHESTER, EXCELSIOR, FAIRMONT];
const AS_SEEDED = [
  'Aurora, not mapped',
  'Belvedere, not mapped',
  'Carlton, not mapped',
  `Dorchester, mapped to ${SKILL}`,
  `Excelsior, mapped to ${OTHER_SKILL}`,
  `Fairmont, mapped to ${SKILL}`,
];

describe('the list of service providers', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;

  beforeAll(async () => {
    stage = await UiTestEnvironment.start('rows', { movableClock: true });
    workbench = await stage.open({ providers: HOTELS, signedIn: true });
  });
  afterAll(() => stage.stop());
  screenshotOnFailure(() => workbench);

  const control = () => stage.simulator.control;
  const writes = () =>
    control()
      .requests()
      .filter(({ method }) => method !== 'GET');

  /** Resets the service and the rows to the initial state. */
  async function startOver(): Promise<void> {
    await closeOverlays(workbench);
    control().clearFaults();
    control().seed(HOTELS);
    control().clearRequests();
    await workbench.command('Alexa Network Mapping: Refresh');
    // The rows may look as seeded before they are read again.
    await expect.poll(() => control().requests().length).toBeGreaterThanOrEqual(HOTELS.length);
    await expect.poll(() => rowLabels(workbench)).toEqual(AS_SEEDED);
    control().clearRequests();
  }

  /** Selects rows like a user: the first with a click, the others with Ctrl+click. */
  async function select(first: string, ...others: string[]): Promise<Locator> {
    await row(workbench, first).click();
    for (const name of others) await row(workbench, name).click({ modifiers: ['Control'] });
    return row(workbench, others.at(-1) ?? first);
  }

  it('shows the mapping of each', async () => {
    await expect.poll(() => rowLabels(workbench)).toEqual(AS_SEEDED);
    await screenshot(workbench, 'rows');
  });

  describe('the menu of a row', () => {
    it('has the commands for a mapped one', async () => {
      await row(workbench, 'Dorchester').click({ button: 'right' });
      expect(await menuItems(workbench)).toEqual([
        'Remap to Skill…',
        'Rename…',
        'Rename at Amazon…',
        'Name Skill…',
        'Copy Service Provider ID',
        'Copy Skill ID',
        'Export Service Providers…',
        'Export Mappings…',
        'Refresh Service Provider',
        'Show Change History',
        'Check Setup',
        'Delete Mapping…',
        'Remove from List',
        'Delete Service Provider…',
      ]);
      await screenshot(workbench, 'rows-menu-mapped');
      await workbench.page.keyboard.press('Escape');
    });

    it('has the commands for one that is not mapped', async () => {
      await row(workbench, 'Aurora').click({ button: 'right' });
      expect(await menuItems(workbench)).toEqual([
        'Map to Skill…',
        'Rename…',
        'Rename at Amazon…',
        'Copy Service Provider ID',
        'Export Service Providers…',
        'Export Mappings…',
        'Refresh Service Provider',
        'Show Change History',
        'Check Setup',
        'Remove from List',
        'Delete Service Provider…',
      ]);
      await workbench.page.keyboard.press('Escape');
    });

    it('has the error details of one whose last request failed, in addition to its other commands', async () => {
      control().addFault({ name: 'forbidden', operation: 'get', serviceProviderId: EXCELSIOR.serviceProviderId });
      await workbench.contextMenu(row(workbench, 'Excelsior'), 'Refresh Service Provider');
      await expect.poll(() => rowLabels(workbench)).toContain('Excelsior, could not be read: not allowed');
      await workbench
        .notification('The mapping of Excelsior could not be read. The service does not allow this request.')
        .close();
      await row(workbench, 'Excelsior').click({ button: 'right' });
      expect(await menuItems(workbench)).toEqual([
        'Remap to Skill…',
        'Rename…',
        'Rename at Amazon…',
        'Name Skill…',
        'Copy Service Provider ID',
        'Copy Skill ID',
        'Export Service Providers…',
        'Export Mappings…',
        'Refresh Service Provider',
        'Show Error Details',
        'Show Change History',
        'Check Setup',
        'Delete Mapping…',
        'Remove from List',
        'Delete Service Provider…',
      ]);
      await screenshot(workbench, 'rows-menu-failed');
      await workbench.page.keyboard.press('Escape');
    });
  });

  describe('several rows at once', () => {
    it('are mapped together', async () => {
      await startOver();
      await workbench.contextMenu(await select('Aurora', 'Carlton'), 'Map to Skill…');
      await workbench.quickInput.pick('Map 2 Service Providers to Skill', SKILL);
      await expect.poll(() => rowLabels(workbench)).toContain(`Carlton, mapped to ${SKILL}`);
      expect(await rowLabels(workbench)).toEqual([
        `Aurora, mapped to ${SKILL}`,
        'Belvedere, not mapped',
        `Carlton, mapped to ${SKILL}`,
        ...AS_SEEDED.slice(3),
      ]);
      expect(writes().map(({ method }) => method)).toEqual(['POST', 'POST']);
    });

    it('have commands that apply to some of them, and skip the others', async () => {
      await startOver();
      await (await select('Carlton', 'Dorchester')).click({ button: 'right' });
      expect(await menuItems(workbench)).toEqual([
        'Map to Skill…',
        'Remap to Skill…',
        'Copy Service Provider ID',
        'Copy Skill ID',
        'Export Service Providers…',
        'Export Mappings…',
        'Refresh Service Provider',
        'Show Change History',
        'Delete Mapping…',
        'Remove from List',
      ]);
      await workbench.chooseMenuItem('Delete Mapping…');
      expect(await workbench.dialog.text()).toContain('Delete the mapping of Dorchester?');
      await workbench.dialog.press('Cancel');
    });

    it('are remapped together after one confirmation, except those that need no change', async () => {
      await startOver();
      await row(workbench, 'Dorchester').click();
      await row(workbench, 'Fairmont').click({ modifiers: ['Shift'] });
      await workbench.contextMenu(row(workbench, 'Excelsior'), 'Remap to Skill…');
      await workbench.quickInput.titled('Remap 3 Service Providers to Skill');
      await workbench.quickInput.row(OTHER_SKILL).click();
      expect((await workbench.dialog.text()).split('\n').filter(Boolean)).toEqual([
        'Remap 2 of 3 service providers?',
        `New: ${OTHER_SKILL}`,
        `Dorchester, currently ${SKILL}`,
        `Fairmont, currently ${SKILL}`,
        'Will be skipped: 1 already mapped to this skill.',
        `API endpoint: ${new URL(stage.simulator.url).host}`,
        'The new skill will handle the calls.',
      ]);
      await screenshot(workbench, 'rows-confirm-remap-many');
      await workbench.dialog.press('Cancel');
      expect(writes()).toEqual([]);

      await workbench.contextMenu(row(workbench, 'Excelsior'), 'Remap to Skill…');
      await workbench.quickInput.row(OTHER_SKILL).click();
      await workbench.dialog.press('Remap');
      await expect
        .poll(() => rowLabels(workbench))
        .toEqual([
          ...AS_SEEDED.slice(0, 3),
          ...['Dorchester', 'Excelsior', 'Fairmont'].map((name) => `${name}, mapped to ${OTHER_SKILL}`),
        ]);
      expect(writes().map(({ method }) => method)).toEqual(['PUT', 'PUT']);
      await workbench.notification('Remapped 2 of 3. Skipped 1 already mapped to this skill.').close();
    });

    it('lose their mappings together after one confirmation', async () => {
      await startOver();
      await workbench.contextMenu(await select('Dorchester', 'Excelsior'), 'Delete Mapping…');
      const text = await workbench.dialog.text();
      expect(text).toContain('Delete 2 mappings?');
      expect(text).toContain(`${SKILL} will no longer handle the calls of Dorchester.`);
      expect(text).toContain(`${OTHER_SKILL} will no longer handle the calls of Excelsior.`);
      expect(text).toContain('The service providers are not deleted');
      await screenshot(workbench, 'rows-confirm-delete-many');
      await workbench.dialog.press('Cancel');
      expect(writes()).toEqual([]);

      await workbench.contextMenu(row(workbench, 'Excelsior'), 'Delete Mapping…');
      await workbench.dialog.press('Delete Mapping');
      await expect
        .poll(() => rowLabels(workbench))
        .toEqual([...AS_SEEDED.slice(0, 3), 'Dorchester, not mapped', 'Excelsior, not mapped', AS_SEEDED[5]]);
    });

    it('show the progress of a long change, and its partial result when it is canceled', async () => {
      await startOver();
      control().addFault({ name: 'hang', operation: 'create', serviceProviderId: BELVEDERE.serviceProviderId });
      await workbench.contextMenu(await select('Aurora', 'Belvedere', 'Carlton'), 'Map to Skill…');
      await workbench.quickInput.pick('Map 3 Service Providers to Skill', SKILL);
      const progress = workbench.notification('Mapping 3 service providers');
      await expect.poll(() => progress.text()).toContain('2 of 3');
      await expect.poll(() => rowLabels(workbench)).toContain('Belvedere, checking, mapping');
      await screenshot(workbench, 'rows-progress');
      await progress.press('Cancel');
      // A change in progress ends at the timeout of its request.
      await stage.passTime(15_000);
      const summary = workbench.notification('Mapped 2 of 3');
      expect(await summary.text()).toBe('Mapped 2 of 3. 1 unconfirmed.');
      await expect
        .poll(() => rowLabels(workbench))
        .toEqual([
          `Aurora, mapped to ${SKILL}`,
          'Belvedere, not mapped, mapping unconfirmed',
          `Carlton, mapped to ${SKILL}`,
          ...AS_SEEDED.slice(3),
        ]);
      await screenshot(workbench, 'rows-canceled');
      await summary.close();
      expect(writes().length).toBe(3);
      // Confirmed by a later read.
      control().setProvider({ ...BELVEDERE, skillId: SKILL });
      await workbench.contextMenu(row(workbench, 'Belvedere'), 'Refresh Service Provider');
      await expect.poll(() => rowLabels(workbench)).toContain(`Belvedere, mapped to ${SKILL}`);
      await workbench.notification(`Belvedere was mapped to ${SKILL}. The unconfirmed change took effect.`).close();
    });

    it('show how many failed, and why', async () => {
      await startOver();
      control().addFault({ name: 'forbidden', operation: 'delete', serviceProviderId: EXCELSIOR.serviceProviderId });
      await workbench.contextMenu(await select('Dorchester', 'Excelsior', 'Fairmont'), 'Delete Mapping…');
      await workbench.dialog.press('Delete Mapping');
      const summary = workbench.notification('Deleted 2 of 3 mappings. 1 failed. Reason: not allowed.');
      await summary.toast.getByRole('button', { name: 'Show Results' }).waitFor();
      await expect
        .poll(() => rowLabels(workbench))
        .toEqual([...AS_SEEDED.slice(0, 3), 'Dorchester, not mapped', AS_SEEDED[4], 'Fairmont, not mapped']);
      await screenshot(workbench, 'rows-partly-failed');
      await summary.close();
    });

    it('are copied one per line', async () => {
      await startOver();
      await workbench.contextMenu(await select('Aurora', 'Dorchester'), 'Copy Service Provider ID');
      await expect
        .poll(() => stage.clipboard(workbench))
        .toBe(`${AURORA.serviceProviderId}\n${DORCHESTER.serviceProviderId}`);
      await workbench.contextMenu(await select('Dorchester', 'Fairmont', 'Excelsior'), 'Copy Skill ID');
      await expect.poll(() => stage.clipboard(workbench)).toBe(`${SKILL}\n${OTHER_SKILL}`);
    });

    it('have keys: Ctrl+C copies the IDs of the selected ones, and F2 renames one', async () => {
      await startOver();
      await select('Dorchester', 'Fairmont');
      await workbench.page.keyboard.press('Control+c');
      await expect
        .poll(() => stage.clipboard(workbench))
        .toBe(`${DORCHESTER.serviceProviderId}\n${FAIRMONT.serviceProviderId}`);
      await row(workbench, 'Aurora').click();
      await workbench.page.keyboard.press('F2');
      await workbench.quickInput.answer('Rename', 'Aurora Palace');
      await expect.poll(() => rowLabels(workbench)).toContain('Aurora Palace, not mapped');
      await row(workbench, 'Aurora Palace').click();
      await workbench.page.keyboard.press('F2');
      await workbench.quickInput.answer('Rename', 'Aurora');
      await expect.poll(() => rowLabels(workbench)).toContain('Aurora, not mapped');
    });

    it('have keys: Delete removes the selected ones from the list after a question', async () => {
      await startOver();
      await select('Dorchester', 'Fairmont');
      await workbench.page.keyboard.press('Delete');
      expect(await workbench.dialog.text()).toContain('Remove 2 service providers from the list?');
      await workbench.dialog.press('Cancel');
      await expect.poll(() => rowLabels(workbench)).toEqual(AS_SEEDED);
      await row(workbench, 'Aurora').click();
      await workbench.page.keyboard.press('Delete');
      await workbench.dialog.press('Remove');
      await expect.poll(() => rowLabels(workbench)).toEqual(AS_SEEDED.slice(1));
      await workbench.notification('Removed Aurora from the list').press('Undo');
      await expect.poll(() => rowLabels(workbench)).toEqual(AS_SEEDED);
    });
  });

  describe('the palette', () => {
    const ALL = ['Aurora', 'Belvedere', 'Carlton', 'Dorchester', 'Excelsior', 'Fairmont'];
    const NOT_MAPPED = ALL.slice(0, 3);
    const MAPPED = ALL.slice(3);

    it.each([
      ['createMapping', 'Map to Skill…', NOT_MAPPED],
      ['updateMapping', 'Remap to Skill…', MAPPED],
      ['deleteMapping', 'Delete Mapping…', MAPPED],
      ['copySkillId', 'Copy Skill ID', MAPPED],
      ['copyServiceProviderId', 'Copy Service Provider ID', ALL],
      ['refreshServiceProvider', 'Refresh Service Provider', ALL],
      ['renameServiceProvider', 'Rename…', ALL],
      ['renameAtAmazon', 'Rename at Amazon…', ALL],
      ['removeServiceProvider', 'Remove from List', ALL],
      ['deleteServiceProvider', 'Delete Service Provider…', ALL],
    ])('prompts for the service provider of %s, among those it applies to', async (id, title, fitting) => {
      await workbench.command(`Alexa Network Mapping: ${title}`);
      await workbench.quickInput.titled(title.replace('…', ''));
      const offered = await workbench.quickInput.items();
      expect(offered.map((item) => item.split(', ')[0])).toEqual(fitting);
      expect(offered[0]).toContain(`amzn1.comms.csp.id.${(fitting[0] ?? '').toLowerCase()}`);
      if (id === 'updateMapping') await screenshot(workbench, 'rows-palette-pick');
      await workbench.quickInput.cancel();
    });

    it('shows a message when there is no failed request to show details of', async () => {
      await startOver();
      await workbench.command('Alexa Network Mapping: Show Error Details');
      await workbench.notification('The last request of this service provider did not fail.').close();
    });

    it('continues with the one that was picked', async () => {
      await workbench.command('Alexa Network Mapping: Copy Skill ID');
      await workbench.quickInput.row('Excelsior').click();
      await expect.poll(() => stage.clipboard(workbench)).toBe(OTHER_SKILL);
    });
  });

  it('leaves no access token in anything that was written', async () => {
    expect(await stage.leaks()).toEqual([]);
  });
});
