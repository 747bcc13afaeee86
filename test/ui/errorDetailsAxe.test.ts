import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeFailure } from '../../src/core/failures/failureMessages';
import type { ApiFailure } from '../../src/core/failures/apiFailure';
import { errorDetailsHtml } from '../../src/editor/webview/errorDetailsHtml';
import { launchBrowser } from '../runner/browser';
import { aFailure, OTHER_SKILL } from '../support/builders';
import type { ThemeName } from '../support/webviewThemes';
import { expectAccessible, openWebviewPage, received, THEMES } from './webviewPage';

/** One failure with everything that the page can show, and one with almost nothing. */
const FAILURES = {
  full: aFailure('unavailable', {
    operation: 'update',
    skillId: OTHER_SKILL,
    status: 503,
    serviceType: 'SERVICE_UNAVAILABLE_EXCEPTION',
    serviceMessage: 'The service is not available at the moment.',
    requestId: '5b9b9d9e-3f0e-4b9a-9a55-3f2b1c7d8e90',
    detail: 'empty body',
    effect: 'unknown',
    attempts: [
      { startedAtMs: Date.UTC(2025, 10, 22, 13, 5, 33, 123), durationMs: 10_042, outcome: 'timeout' },
      {
        startedAtMs: Date.UTC(2025, 10, 22, 13, 5, 44, 7),
        durationMs: 182,
        outcome: 503,
        requestId: '5b9b9d9e-3f0e-4b9a-9a55-3f2b1c7d8e90',
      },
    ],
  }),
  bare: aFailure('signedOut', { attempts: [] }),
} satisfies Record<string, ApiFailure>;

describe('the error details page in a browser', { timeout: 30_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
  });

  const open = (failure: ApiFailure, theme: ThemeName, width?: number) =>
    openWebviewPage(
      browser,
      { names: ['explanation', 'errorDetails'], theme, ...(width !== undefined && { width }) },
      (surroundings) =>
        errorDetailsHtml({
          followUp: { checked: 'Checked at 10:29: still mapped to a skill' },
          failure,
          providerName: 'Grand Meridian',
          explanation: describeFailure(failure),
          locale: 'en-US',
          ...surroundings,
        }),
    );

  const cases = THEMES.flatMap((theme) =>
    Object.entries(FAILURES).map(([name, failure]) => [theme, name, failure] as const),
  );

  it.each(cases)('has no accessibility violation in %s (%s)', async (theme, _name, failure) => {
    const { page, refused } = await open(failure, theme);
    await expectAccessible(page);
    expect(refused).toEqual([]);
    await page.close();
  });

  it.each([300, 480, 1200])('needs no horizontal scrolling at %i px', async (width) => {
    const { page } = await open(FAILURES.full, 'light', width);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await page.close();
  });

  it('can be operated by keyboard: all buttons in order, then the links, always with a visible focus', async () => {
    const { page } = await open(FAILURES.full, 'dark');
    const visited: string[] = [];
    for (let step = 0; step < 5; step++) {
      await page.keyboard.press('Tab');
      visited.push((await page.locator(':focus').textContent()) ?? '');
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
      if (step < 4) await page.keyboard.press('Enter');
    }
    expect(visited).toEqual(['Try Again', 'Copy Report', 'Copy as cURL', 'Show Log', 'Network mapping reference']);
    const { messages, state } = await received(page);
    expect(messages).toEqual(['tryAgain', 'copyReport', 'copyCurl', 'showLog'].map((type) => ({ type })));
    expect(state).toEqual({ failure: FAILURES.full, providerName: 'Grand Meridian' });
    await page.close();
  });

  it('shows the announcements of the extension, and ignores other messages', async () => {
    const { page, refused } = await open(FAILURES.bare, 'light');
    const said = page.getByRole('status');
    await page.evaluate("window.postMessage({ type: 'announce', text: 'Report <b>copied</b>.' })");
    await expect.poll(() => said.innerHTML()).toBe('Report &lt;b&gt;copied&lt;/b&gt;.');
    await page.evaluate("window.postMessage(null); window.postMessage({ type: 'other', text: 'no' })");
    await page.waitForTimeout(200);
    expect(await said.textContent()).toBe('Report <b>copied</b>.');
    expect(refused).toEqual([]);
    await page.close();
  });

  it('shows what was found out since, and what to do only while the failure is not resolved', async () => {
    const { page, refused } = await open(FAILURES.full, 'light');
    const tell = (isResolved: boolean) =>
      page.evaluate(
        `window.postMessage(${JSON.stringify({ type: 'followUp', title: 'The title', cause: `Why: ${isResolved}`, effect: 'Checked.', isResolved })})`,
      );
    const nextSteps = page.getByRole('heading', { name: 'Next steps' });
    await page.getByRole('button', { name: 'Try Again' }).focus();
    await tell(true);
    await page.locator('.cause:focus').getByText('Why: true').waitFor();
    await page.getByRole('heading', { name: 'The title', level: 1 }).waitFor();
    expect(await page.locator('#effect').innerText()).toBe('Checked.');
    expect(await nextSteps.count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Try Again' }).count()).toBe(0);
    await expectAccessible(page);
    await tell(false);
    await page.getByText('Why: false').waitFor();
    expect(await nextSteps.count()).toBe(1);
    expect(await page.getByRole('button', { name: 'Try Again' }).count()).toBe(1);
    expect(refused).toEqual([]);
    await page.close();
  });
});
