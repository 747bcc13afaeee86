import { readFile } from 'node:fs/promises';
import path from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { type ThemeName, WEBVIEW_THEMES } from '../support/webviewThemes';

export const THEMES = Object.keys(WEBVIEW_THEMES) as ThemeName[];

/** A reserved origin: requests are answered from the folder `media`. */
const ORIGIN = 'https://webview.example';

const MEDIA = path.join(import.meta.dirname, '../../media');

/** The parameters of a page's HTML besides its contents. */
interface PageContext {
  readonly language: string;
  readonly nonce: string;
  readonly cspSource: string;
  readonly styleUris: readonly string[];
  readonly scriptUris: readonly string[];
}

interface PageOptions {
  /** The base names of its style sheets and its scripts. */
  readonly names: readonly string[];
  readonly theme: ThemeName;
  /** In pixels. */
  readonly width?: number;
  /** The state that the page has stored in VS Code before. */
  readonly savedState?: unknown;
}

/** What the page's script has sent to VS Code with the fake API below. */
interface Received<Message = unknown> {
  readonly state: unknown;
  readonly messages: readonly Message[];
}

const VSCODE_API = `
  globalThis.received = { messages: [] };
  globalThis.acquireVsCodeApi = () => ({
    getState: () => globalThis.savedState,
    setState: (state) => (received.state = state),
    postMessage: (message) => received.messages.push(message),
  });
`;

/** Opens the page of a webview in a browser, with its own style and script and the colors of a theme. */
export async function openWebviewPage(
  browser: Browser,
  { names, theme, width = 1200, savedState }: PageOptions,
  html: (context: PageContext) => string,
): Promise<{ page: Page; refused: readonly string[] }> {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  const refused: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') refused.push(message.text());
  });
  page.on('pageerror', (error) => refused.push(error.message));
  await page.addInitScript({ content: `globalThis.savedState = ${JSON.stringify(savedState)}; ${VSCODE_API}` });
  const { bodyClass, colors } = WEBVIEW_THEMES[theme];
  const document = html({
    language: 'en',
    nonce: 'bm9uY2U=',
    cspSource: ORIGIN,
    styleUris: ['page', ...names].map((name) => `${ORIGIN}/${name}.css`),
    scriptUris: names.map((name) => `${ORIGIN}/${name}.js`),
  });
  // VS Code sets the colors on the element itself, which the page's Content Security Policy does not affect.
  const variables = Object.entries(colors).map(([color, value]) => `${color}: ${value};`);
  const style = `${await readFile(path.join(MEDIA, 'page.css'), 'utf8')} :root { ${variables.join(' ')} }`;
  await page.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/') {
      const body = document.replace('<body>', `<body class="${bodyClass}">`);
      return route.fulfill({ contentType: 'text/html', body });
    }
    if (pathname === '/page.css') return route.fulfill({ contentType: 'text/css', body: style });
    return route.fulfill({ path: path.join(MEDIA, pathname) });
  });
  await page.goto(`${ORIGIN}/`);
  return { page, refused };
}

/** What the page's script has sent so far. */
export function received<Message>(page: Page): Promise<Received<Message>> {
  return page.evaluate<Received<Message>>('received');
}

/** Checks the page with all rules of axe, including color contrast. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const { violations, incomplete, passes } = await page.evaluate<AxeResults>('axe.run()');
  expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
  expect(incomplete.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
  expect(passes.map(({ id }) => id)).toContain('color-contrast');
}
