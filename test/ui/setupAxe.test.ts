import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeFailure } from '../../src/core/failures/failureMessages';
import type { SetupCheck } from '../../src/core/setup/setupCheck';
import { setupHtml } from '../../src/editor/webview/setupHtml';
import { launchBrowser } from '../runner/browser';
import { aFailure, SERVICE_PROVIDER } from '../support/builders';
import type { ThemeName } from '../support/webviewThemes';
import { expectAccessible, openWebviewPage, received, THEMES } from './webviewPage';

const { title, cause, nextSteps, links } = describeFailure(aFailure('forbidden'));
const CHECK: SetupCheck = {
  provider: { id: SERVICE_PROVIDER, name: 'Grand Meridian' },
  account: 'default',
  checkedAtMs: 0,
  links: [
    { link: 'settings', type: 'ok', note: 'The API endpoint is https://api.amazonalexa.com.' },
    { link: 'signIn', type: 'ok' },
    { link: 'access', type: 'notChecked', note: 'The service does not tell.' },
    { link: 'availability', type: 'broken', problem: { title, cause, nextSteps, links, action: 'signIn' } },
    { link: 'mapping', type: 'notChecked' },
  ],
};

describe('the page of the setup in a browser', { timeout: 30_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
  });

  const open = (theme: ThemeName, width?: number) =>
    openWebviewPage(
      browser,
      { names: ['explanation', 'setup'], theme, ...(width !== undefined && { width }) },
      (surroundings) => setupHtml({ check: CHECK, time: '10:29:00', ...surroundings }),
    );

  it.each(THEMES)('has no accessibility violation in %s', async (theme) => {
    const { page, refused } = await open(theme);
    await expectAccessible(page);
    expect(refused).toEqual([]);
    await page.close();
  });

  it.each([300, 480, 1200])('needs no horizontal scrolling at %i px', async (width) => {
    const { page } = await open('light', width);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await page.close();
  });

  it('can be operated by keyboard, from the result on, always with a visible focus', async () => {
    const { page } = await open('dark');
    expect(await page.locator(':focus').textContent()).toBe(title);
    const visited: string[] = [];
    for (let step = 0; step < 4; step++) {
      await page.keyboard.press('Tab');
      visited.push((await page.locator(':focus').textContent()) ?? '');
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
      if (step < 3) await page.keyboard.press('Enter');
    }
    expect(visited).toEqual(['Sign In…', 'Check Again', 'Copy Report', 'Manage API access']);
    expect((await received(page)).messages).toEqual(['signIn', 'checkAgain', 'copyReport'].map((type) => ({ type })));
    await page.close();
  });

  it('shows the announcements of the extension, and ignores other messages', async () => {
    const { page, refused } = await open('light');
    const said = page.getByRole('status');
    await page.evaluate("window.postMessage({ type: 'announce', text: 'Report <b>copied</b>.' })");
    await expect.poll(() => said.innerHTML()).toBe('Report &lt;b&gt;copied&lt;/b&gt;.');
    await page.evaluate("window.postMessage(null); window.postMessage({ type: 'other', text: 'no' })");
    expect(await said.textContent()).toBe('Report <b>copied</b>.');
    expect(refused).toEqual([]);
    await page.close();
  });
});
