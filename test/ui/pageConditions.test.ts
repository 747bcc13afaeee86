import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeFailure } from '../../src/core/failures/failureMessages';
import { changeHistoryHtml } from '../../src/editor/webview/changeHistoryHtml';
import { errorDetailsHtml } from '../../src/editor/webview/errorDetailsHtml';
import { launchBrowser } from '../runner/browser';
import { aFailure } from '../support/builders';
import { openWebviewPage } from './webviewPage';

/** What users set in their system, which no theme knows of. */
describe('the pages in a browser', { timeout: 30_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
  });

  const failure = aFailure('forbidden');
  const openDetails = () =>
    openWebviewPage(browser, { names: ['explanation', 'errorDetails'], theme: 'dark' }, (surroundings) =>
      errorDetailsHtml({
        failure,
        followUp: {},
        providerName: 'Grand Meridian',
        explanation: describeFailure(failure),
        locale: 'en-US',
        ...surroundings,
      }),
    );
  const styleOf = (page: Page, selector: string, property: string) =>
    page.evaluate(`getComputedStyle(document.querySelector('${selector}')).${property}`);

  it('move nothing where the system or VS Code reduces motion', async () => {
    const { page } = await openDetails();
    expect(await styleOf(page, 'button', 'transitionDuration')).toBe('0.1s');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await styleOf(page, 'button', 'transitionDuration')).toBe('0s');
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await page.evaluate("document.body.classList.add('vscode-reduce-motion')");
    expect(await styleOf(page, 'button', 'transitionDuration')).toBe('0s');
    await page.close();
  });

  it('keep borders, text and a visible focus with forced colors', async () => {
    const { page } = await openDetails();
    const search = await openWebviewPage(browser, { names: ['changeHistory'], theme: 'dark' }, (surroundings) =>
      changeHistoryHtml({ search: '', opening: 'opening-1', ...surroundings }),
    );
    for (const [each, selector] of [
      [page, 'button'],
      [search.page, 'input'],
    ] as const) {
      await each.emulateMedia({ forcedColors: 'active' });
      await each.locator(selector).first().focus();
      expect(await styleOf(each, selector, 'borderTopStyle')).toBe('solid');
      expect(await styleOf(each, selector, 'borderTopColor')).not.toBe(
        await styleOf(each, selector, 'backgroundColor'),
      );
      expect(await styleOf(each, selector, 'outlineStyle')).toBe('solid');
      expect(await styleOf(each, 'body', 'color')).not.toBe(await styleOf(each, 'html', 'backgroundColor'));
      await each.close();
    }
  });

  it('need no horizontal scrolling at 200 % zoom in a panel of 600 px, whose width is then 300', async () => {
    const { page } = await openDetails();
    // VS Code zooms by the size of each CSS pixel.
    await page.setViewportSize({ width: 600 / 2, height: 450 });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(300);
    for (const button of await page.getByRole('button').all()) {
      const box = await button.boundingBox();
      expect((box?.x ?? 0) + (box?.width ?? Infinity)).toBeLessThanOrEqual(300);
    }
    await page.close();
  });
});
