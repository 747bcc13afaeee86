import { readFile } from 'node:fs/promises';
import path from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explain } from '../../src/core/explanation';
import type { Failure } from '../../src/core/failure';
import { errorDetailsHtml } from '../../src/webview/errorDetailsHtml';
import { launchBrowser } from '../host/browser';
import { aFailure, OTHER_SKILL } from '../support/builders';
import { type ThemeName, WEBVIEW_THEMES } from '../support/webviewThemes';

const THEMES = Object.keys(WEBVIEW_THEMES) as ThemeName[];

/** Nothing listens there: the browser is answered by this test. */
const ORIGIN = 'https://webview.example';

/** With everything that the page can show, and with almost nothing. */
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
} satisfies Record<string, Failure>;

/** What the page's script sent to VS Code; it finds its half of VS Code's API in a global function. */
interface Received {
  readonly state: unknown;
  readonly messages: readonly unknown[];
}

const VSCODE_API = `
  globalThis.received = { messages: [] };
  globalThis.acquireVsCodeApi = () => ({
    setState: (state) => (received.state = state),
    postMessage: (message) => received.messages.push(message),
  });
`;

async function media(extension: string): Promise<string> {
  return readFile(path.join(import.meta.dirname, `../../media/errorDetails.${extension}`), 'utf8');
}

describe('the page with the details of an error, in a browser', { timeout: 30_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
  });

  async function open(failure: Failure, theme: ThemeName, width = 1200): Promise<{ page: Page; refused: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    const refused: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') refused.push(message.text());
    });
    page.on('pageerror', (error) => refused.push(error.message));
    await page.addInitScript({ content: VSCODE_API });
    const { bodyClass, colors } = WEBVIEW_THEMES[theme];
    const html = errorDetailsHtml({
      failure,
      providerName: 'Grand Meridian',
      explanation: explain(failure),
      language: 'en',
      locale: 'en-US',
      nonce: 'bm9uY2U=',
      cspSource: ORIGIN,
      styleUri: `${ORIGIN}/errorDetails.css`,
      scriptUri: `${ORIGIN}/errorDetails.js`,
    });
    const variables = Object.entries(colors).map(([name, value]) => `${name}: ${value};`);
    const answers: Readonly<Record<string, { contentType: string; body: string }>> = {
      '/': { contentType: 'text/html', body: html.replace('<body>', `<body class="${bodyClass}">`) },
      '/errorDetails.css': { contentType: 'text/css', body: `:root { ${variables.join(' ')} } ${await media('css')}` },
      '/errorDetails.js': { contentType: 'text/javascript', body: await media('js') },
    };
    await page.route(`${ORIGIN}/**`, (route) => route.fulfill(answers[new URL(route.request().url()).pathname]));
    await page.goto(`${ORIGIN}/`);
    return { page, refused };
  }

  const cases = THEMES.flatMap((theme) =>
    Object.entries(FAILURES).map(([name, failure]) => [theme, name, failure] as const),
  );

  it.each(cases)('has no accessibility violation in %s (%s)', async (theme, _name, failure) => {
    const { page, refused } = await open(failure, theme);
    await page.evaluate(axe.source);
    const { violations, incomplete, passes } = await page.evaluate<AxeResults>('axe.run()');
    expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
    expect(incomplete.map(({ id }) => id)).toEqual([]);
    expect(passes.map(({ id }) => id)).toContain('color-contrast');
    expect(refused).toEqual([]);
    await page.close();
  });

  it.each([300, 480, 1200])('needs no scrolling to the side at %i px', async (width) => {
    const { page } = await open(FAILURES.full, 'light', width);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await page.close();
  });

  it('is worked by keyboard: each button in turn, then the links, always with a visible focus', async () => {
    const { page } = await open(FAILURES.full, 'dark');
    const visited: string[] = [];
    for (let step = 0; step < 5; step++) {
      await page.keyboard.press('Tab');
      visited.push((await page.locator(':focus').textContent()) ?? '');
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
      if (step < 4) await page.keyboard.press('Enter');
    }
    expect(visited).toEqual(['Try Again', 'Copy Report', 'Copy as cURL', 'Show Log', 'Network mapping reference']);
    const received = await page.evaluate<Received>('received');
    expect(received.messages).toEqual(['tryAgain', 'copyReport', 'copyCurl', 'showLog'].map((type) => ({ type })));
    expect(received.state).toEqual({ failure: FAILURES.full, providerName: 'Grand Meridian' });
    await page.close();
  });

  it('says what the extension announces, and nothing else that is sent to it', async () => {
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
});
