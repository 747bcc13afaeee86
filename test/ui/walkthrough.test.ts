import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Workbench } from '../runner/workbench';
import { SERVICE_PROVIDER, SKILL } from '../support/builders';
import { row, rowLabels, screenshot, screenshotOnFailure, UiTestEnvironment } from './uiTestEnvironment';

describe('the walkthrough', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;

  beforeAll(async () => {
    stage = await UiTestEnvironment.start('walkthrough');
    workbench = await stage.open();
    stage.simulator.control.seed([{ serviceProviderId: SERVICE_PROVIDER }]);
  });
  afterAll(() => stage.stop());
  screenshotOnFailure(() => workbench);

  const page = () => workbench.page.locator('.gettingStartedContainer');
  const step = (title: string) => page().locator('.getting-started-step').filter({ hasText: title });
  /** The titles of the steps that are checked. */
  const completed = () =>
    page()
      .locator('.getting-started-step:has(.codicon-getting-started-step-checked) .step-title')
      .evaluateAll((titles: { innerText: string }[]) => titles.map(({ innerText }) => innerText.trim()));
  /** Opens a step, unless VS Code has opened it as the next one. A click on one that is open has no effect. */
  const open = async (title: string) => {
    const opened = step(title).and(page().locator('.expanded'));
    await expect
      .poll(async () => {
        if (!(await opened.isVisible())) await step(title).locator('.step-title').click({ timeout: 2_000 });
        return opened.isVisible();
      })
      .toBe(true);
  };

  it('is opened by the link in the empty list, with no step completed', async () => {
    await workbench.page.locator('.part.sidebar .welcome-view').getByRole('button', { name: 'Get started' }).click();
    await page().getByText('Get Started with Alexa Network Mapping').first().waitFor();
    expect(await page().locator('.getting-started-step .step-title').allInnerTexts()).toEqual([
      'Prepare your security profile',
      'Sign in',
      'Add a service provider',
      'Map it to a skill',
    ]);
    expect(await completed()).toEqual([]);
  });

  it('copies the return URL of the settings, which completes the first step', async () => {
    await open('Prepare your security profile');
    await screenshot(workbench, 'walkthrough-01-security-profile');
    await page().getByRole('button', { name: 'Copy Return URL' }).click();
    await workbench.notification(`Copied ${stage.redirectUri}`).close();
    expect(await stage.clipboard(workbench)).toBe(stage.redirectUri);
    await expect.poll(completed).toEqual(['Prepare your security profile']);
  });

  it('completes the sign-in once an account is signed in', async () => {
    await open('Sign in');
    await screenshot(workbench, 'walkthrough-02-sign-in');
    await page().getByRole('button', { name: 'Sign In…' }).click();
    await stage.paste(workbench, stage.newToken());
    await expect.poll(completed).toEqual(['Prepare your security profile', 'Sign in']);
  });

  it('completes the list once it has a service provider, and the mapping once there is one', async () => {
    const { quickInput } = workbench;
    await open('Add a service provider');
    await screenshot(workbench, 'walkthrough-03-add');
    await page().getByRole('button', { name: 'Add Service Provider…' }).click();
    await quickInput.answer('Add Service Provider (1/2)', SERVICE_PROVIDER);
    await quickInput.answer('Add Service Provider (2/2)', 'Hotel Aurora');
    await expect.poll(() => rowLabels(workbench)).toEqual(['Hotel Aurora, not mapped']);
    await expect.poll(completed).toEqual(['Prepare your security profile', 'Sign in', 'Add a service provider']);
    await row(workbench, 'Hotel Aurora').click();
    await open('Map it to a skill');
    await screenshot(workbench, 'walkthrough-04-map');
    await page().getByRole('button', { name: 'Map to Skill…' }).click();
    await quickInput.pick('Map to Skill', 'Hotel Aurora');
    await quickInput.titled('Map Hotel Aurora to Skill');
    await quickInput.fill(SKILL);
    await quickInput.accept();
    await expect.poll(() => rowLabels(workbench)).toEqual([`Hotel Aurora, mapped to ${SKILL}`]);
    await expect.poll(async () => (await completed()).at(-1)).toBe('Map it to a skill');
  });

  it('leaves no access token in anything that was written', async () => {
    expect(await stage.leaks()).toEqual([]);
  });
});
