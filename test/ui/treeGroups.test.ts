import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Workbench } from '../runner/workbench';
import { OTHER_SKILL, SKILL } from '../support/builders';
import {
  aProvider,
  rowLabels,
  menuItems,
  screenshot,
  screenshotOnFailure,
  chooseInTitleMenu,
  row,
  UiTestEnvironment,
} from './uiTestEnvironment';

const HOTELS = [
  aProvider('Aurora'),
  aProvider('Belvedere', SKILL),
  aProvider('Carlton', SKILL),
  aProvider('Dorchester', OTHER_SKILL),
  aProvider('Grand Excelsior', OTHER_SKILL),
];
const IN_GROUPS = [
  `${SKILL}, 2 service providers`,
  `Belvedere, mapped to ${SKILL}`,
  `Carlton, mapped to ${SKILL}`,
  `${OTHER_SKILL}, 2 service providers`,
  `Dorchester, mapped to ${OTHER_SKILL}`,
  `Grand Excelsior, mapped to ${OTHER_SKILL}`,
  'Not mapped, 1 service provider',
  'Aurora, not mapped',
];

describe('the service providers grouped by skill', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;

  beforeAll(async () => {
    stage = await UiTestEnvironment.start('tree-groups');
    workbench = await stage.open({ providers: HOTELS, signedIn: true });
  });
  afterAll(() => stage.stop());
  screenshotOnFailure(() => workbench);

  it('are listed under their skills, and then those that are not mapped', async () => {
    await expect.poll(() => rowLabels(workbench)).toContain(`Belvedere, mapped to ${SKILL}`);
    await chooseInTitleMenu(workbench, 'Group by Skill');
    await expect.poll(() => rowLabels(workbench)).toEqual(IN_GROUPS);
    // VS Code appends the name of the view, which a side bar of the default width cuts; the name of the extension is readable.
    const roomLeft = await workbench.page.evaluate<number>(`(() => {
      const heading = document.querySelector('.part.sidebar .composite.title h2');
      const name = document.createRange();
      name.setStart(heading.firstChild, 0);
      name.setEnd(heading.firstChild, 'Alexa Network Mapping'.length);
      return heading.clientWidth - name.getBoundingClientRect().width;
    })()`);
    expect(roomLeft).toBeGreaterThan(0);
    await screenshot(workbench, 'groups');
  });

  it('have commands for a skill that apply to all mapped to it', async () => {
    await row(workbench, SKILL).click({ button: 'right' });
    expect(await menuItems(workbench)).toEqual([
      'Remap to Skill…',
      'Name Skill…',
      'Copy Skill ID',
      'Export Mappings…',
      'Refresh Service Provider',
      'Delete Mapping…',
    ]);
    await workbench.page.keyboard.press('Escape');
  });

  it('are remapped by dragging after confirmation, and stay selected', async () => {
    await row(workbench, 'Carlton').click();
    await row(workbench, 'Carlton').dragTo(row(workbench, OTHER_SKILL));
    expect(await workbench.dialog.text()).toContain('Remap Carlton?');
    await workbench.dialog.press('Remap');
    await expect
      .poll(() => rowLabels(workbench))
      .toEqual([
        `${SKILL}, 1 service provider`,
        `Belvedere, mapped to ${SKILL}`,
        `${OTHER_SKILL}, 3 service providers`,
        `Carlton, mapped to ${OTHER_SKILL}`,
        `Dorchester, mapped to ${OTHER_SKILL}`,
        `Grand Excelsior, mapped to ${OTHER_SKILL}`,
        'Not mapped, 1 service provider',
        'Aurora, not mapped',
      ]);
    await expect.poll(() => row(workbench, 'Carlton').getAttribute('aria-selected')).toBe('true');
    await screenshot(workbench, 'groups-dragged');
  });

  it('stay collapsed where the user has collapsed them, also when others move', async () => {
    await row(workbench, OTHER_SKILL).click();
    await expect.poll(() => row(workbench, OTHER_SKILL).getAttribute('aria-expanded')).toBe('false');
    const aurora = HOTELS[0]?.serviceProviderId ?? '';
    stage.simulator.control.setProvider({ serviceProviderId: aurora, skillId: SKILL });
    await workbench.contextMenu(row(workbench, 'Aurora'), 'Refresh Service Provider');
    await expect
      .poll(() => rowLabels(workbench))
      .toEqual([
        `${SKILL}, 2 service providers`,
        `Aurora, mapped to ${SKILL}`,
        `Belvedere, mapped to ${SKILL}`,
        `${OTHER_SKILL}, 3 service providers`,
      ]);
  });

  it('stay collapsed also when the selected one moves there', async () => {
    const group = row(workbench, OTHER_SKILL);
    await row(workbench, 'Aurora').click();
    const aurora = HOTELS[0]?.serviceProviderId ?? '';
    stage.simulator.control.setProvider({ serviceProviderId: aurora, skillId: OTHER_SKILL });
    await workbench.contextMenu(row(workbench, 'Aurora'), 'Refresh Service Provider');
    await expect
      .poll(() => rowLabels(workbench))
      .toEqual([
        `${SKILL}, 1 service provider`,
        `Belvedere, mapped to ${SKILL}`,
        `${OTHER_SKILL}, 4 service providers`,
      ]);
    expect(await group.getAttribute('aria-expanded')).toBe('false');
    await group.click();
    await expect.poll(() => rowLabels(workbench)).toHaveLength(7);
  });

  it('are filtered while the user types; Escape reverts that, and Enter keeps it', async () => {
    await chooseInTitleMenu(workbench, 'Filter…');
    await workbench.quickInput.fill('gRand');
    const filtered = [`${OTHER_SKILL}, 1 service provider`, `Grand Excelsior, mapped to ${OTHER_SKILL}`];
    await expect.poll(() => rowLabels(workbench)).toEqual(filtered);
    await workbench.page.keyboard.press('Escape');
    await expect.poll(() => rowLabels(workbench)).toHaveLength(7);

    await chooseInTitleMenu(workbench, 'Filter…');
    await workbench.quickInput.fill('gRand');
    await workbench.page.keyboard.press('Enter');
    await expect.poll(() => rowLabels(workbench)).toEqual(filtered);
    await screenshot(workbench, 'groups-filtered');
  });

  it('are still grouped and filtered when the window is reopened', async () => {
    workbench = await stage.reopen();
    await expect
      .poll(() => rowLabels(workbench))
      .toEqual([`${OTHER_SKILL}, 1 service provider`, `Grand Excelsior, mapped to ${OTHER_SKILL}`]);
  });

  it('show how to clear the filter when it hides all', async () => {
    await workbench.command('Alexa Network Mapping: Filter…');
    await workbench.quickInput.fill('nowhere');
    await workbench.page.keyboard.press('Enter');
    const clear = workbench.viewAction('Clear Filter').filter({ hasText: 'Clear Filter' });
    await clear.waitFor();
    await screenshot(workbench, 'groups-all-hidden');
    await clear.click();
    await expect.poll(() => rowLabels(workbench)).toHaveLength(7);
  });
});
