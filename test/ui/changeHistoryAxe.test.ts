import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { searchChanges } from '../../src/core/history/historySearch';
import type { ChangeRecord } from '../../src/core/history/changeRecord';
import { changeHistoryHtml } from '../../src/editor/webview/changeHistoryHtml';
import type { ChangeHistoryMessage, SearchResultMessage } from '../../src/editor/webview/changeHistoryMessages';
import { toSearchResultMessage } from '../../src/editor/webview/changeHistoryRows';
import { launchBrowser } from '../runner/browser';
import { ACCESS_TOKEN, mappedTo, notMapped, SERVICE_PROVIDER, THIRD_SKILL, skillsNamed } from '../support/builders';
import { aChange, searchableHistoryOf } from '../support/recordedChanges';
import type { ThemeName } from '../support/webviewThemes';
import { expectAccessible, openWebviewPage, received, THEMES } from './webviewPage';

const HOSTILE = '<img src=x onerror="alert(1)"> ${x} </script>';

/** Examples of everything that the page can show. */
const CHANGES: readonly ChangeRecord[] = [
  aChange({ id: '9', completed: undefined, name: 'Harbour Hotel' }),
  aChange({ id: '8', revertsChangeId: '4', before: notMapped, operation: 'delete', target: notMapped }),
  aChange({ id: '7', operationId: 'bulk', completed: { requestId: '5b9b9d9e-3f0e-4b9a-9a55-3f2b1c7d8e90' } }),
  aChange({
    id: '6',
    operationId: 'bulk',
    completed: { result: 'failed', failure: 'conflict', status: 409, actual: mappedTo(THIRD_SKILL) },
  }),
  aChange({ id: '5', operationId: 'bulk', completed: { result: 'notSent', failure: 'canceled' } }),
  aChange({ id: '4', operation: 'create', before: notMapped }),
  aChange({ id: '3', completed: { result: 'unconfirmed', failure: 'timeout', recovered: true } }),
  aChange({ id: '2', name: HOSTILE, account: HOSTILE, completed: { requestId: HOSTILE } }),
];

async function answerOf(changes: Iterable<ChangeRecord>, limit = 200): Promise<SearchResultMessage> {
  let answer: SearchResultMessage | undefined;
  await searchChanges(searchableHistoryOf(changes), '', skillsNamed(), limit, new AbortController().signal, (found) => {
    answer = toSearchResultMessage(found, '', 'en-US', skillsNamed());
  });
  if (!answer) throw new Error('nothing was answered');
  return answer;
}

describe('the change history page in a browser', { timeout: 30_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
  });

  const open = (
    theme: ThemeName,
    { search = '', ...options }: { width?: number; search?: string; savedState?: unknown } = {},
  ) =>
    openWebviewPage(browser, { names: ['changeHistory'], theme, ...options }, (surroundings) =>
      changeHistoryHtml({ search, opening: 'opening-1', ...surroundings }),
    );

  async function answer(page: Page, found: SearchResultMessage): Promise<void> {
    await page.evaluate(`window.postMessage(${JSON.stringify(found)})`);
    await expect.poll(() => page.locator('.count').textContent()).toBe(found.count);
  }

  const messages = async (page: Page) => (await received<ChangeHistoryMessage>(page)).messages;
  const searches = async (page: Page) =>
    (await messages(page)).flatMap((message) => (message.type === 'search' ? [message.search] : []));

  const contents = { full: CHANGES, empty: [] };
  const cases = THEMES.flatMap((theme) =>
    Object.entries(contents).flatMap(([name, changes]) =>
      [1200, 600].map((width) => [theme, name, width, changes] as const),
    ),
  );

  it.each(cases)('has no accessibility violation in %s (%s, %i px)', async (theme, _name, width, changes) => {
    const { page, refused } = await open(theme, { width });
    await answer(page, await answerOf(changes));
    await expectAccessible(page);
    expect(refused).toEqual([]);
    await page.close();
  });

  it.each([300, 480, 600, 790, 1200])('needs no horizontal scrolling at %i px', async (width) => {
    const { page } = await open('light', { width });
    await answer(page, await answerOf(CHANGES));
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await page.close();
  });

  it.each([1200, 600])('is a table for screen readers at %i px', async (width) => {
    const { page } = await open('dark', { width });
    await answer(page, await answerOf(CHANGES));
    const table = page.getByRole('table', { name: 'Change History' });
    expect(await table.getByRole('columnheader').allInnerTexts()).toEqual([
      'Time',
      'Service provider',
      'Change',
      'Outcome',
      'Actions',
    ]);
    // The header row, one above the bulk operation, and one for each change.
    expect(await table.getByRole('row').count()).toBe(1 + 1 + CHANGES.length);
    const heading = table.getByRole('rowheader', { name: 'Remap: 3 service providers' });
    expect(await heading.innerText()).toContain('1 of 3 succeeded.');
    const failed = table.getByRole('row').filter({ hasText: 'Failed: conflict' });
    expect(await failed.innerText()).toContain(`Mapping afterwards: ${THIRD_SKILL}`);
    await page.close();
  });

  it('has complete IDs when a row is copied', async () => {
    const { page } = await open('light');
    await answer(page, await answerOf([aChange()]));
    await page.getByRole('rowheader').locator('code').selectText();
    expect(await page.evaluate('String(getSelection())')).toBe(SERVICE_PROVIDER);
    const title = await page.locator('time').getAttribute('title');
    expect(title).toMatch(/2026.*:33/);
    await page.close();
  });

  it('can be operated by keyboard, always with a visible focus', async () => {
    const { page } = await open('dark');
    await answer(page, await answerOf(CHANGES, 7));
    const visited: string[] = [];
    for (let step = 0; step < 5; step++) {
      const focused = page.locator(':focus');
      visited.push((await focused.getAttribute('aria-label')) ?? (await focused.innerText()));
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
      if (step > 0) await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
    }
    expect(visited.slice(0, 3)).toEqual(['', 'Export as CSV…', 'Export as JSON…']);
    expect(visited[3]).toMatch(/^Undo… Remap: 3 service providers, /);
    expect(visited[4]).toBe('Show More');
    expect(await messages(page)).toEqual([
      { type: 'search', search: '', limit: 200 },
      { type: 'export', search: '', format: 'csv' },
      { type: 'export', search: '', format: 'json' },
      { type: 'undo', operationId: 'bulk' },
      { type: 'search', search: '', limit: 400 },
    ]);
    await page.close();
  });

  it('searches after the user stops typing, and immediately on Enter', async () => {
    const { page } = await open('light', { search: 'villa' });
    expect(await page.getByRole('searchbox').inputValue()).toBe('villa');
    await page.getByRole('searchbox').pressSequentially(' done');
    await expect.poll(() => searches(page)).toContain('villa done');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await searches(page)).at(-2)).toBe('villa done');
    await answer(page, { ...(await answerOf(CHANGES)), search: 'villa done' });
    expect((await received(page)).state).toMatchObject({ search: 'villa done', limit: 200 });
    await page.close();
  });

  it('stores no text that the extension has not searched for, such as a token', async () => {
    const { page } = await open('light');
    await answer(page, await answerOf(CHANGES));
    await page.getByRole('searchbox').fill(ACCESS_TOKEN);
    await expect.poll(() => searches(page)).toContain(ACCESS_TOKEN);
    await page.getByRole('button', { name: 'Export as CSV…' }).click();
    await page.evaluate('window.scrollTo(0, 10)');
    await expect.poll(async () => (await received(page)).state).toMatchObject({ top: 10 });
    expect(JSON.stringify((await received(page)).state)).not.toContain(ACCESS_TOKEN);
    expect((await messages(page)).at(-1)).toEqual({ type: 'export', search: '', format: 'csv' });
    await page.close();
  });

  it('restores its search, the number of rows and the scroll position after it was hidden', async () => {
    const savedState = { opening: 'opening-1', search: 'villa', limit: 400, top: 120 };
    const { page } = await open('light', { savedState, width: 500 });
    expect(await messages(page)).toEqual([{ type: 'search', search: 'villa', limit: 400 }]);
    await answer(page, await answerOf([...CHANGES, ...CHANGES]));
    await expect.poll(() => page.evaluate('scrollY')).toBe(120);
    await page.close();
    const other = await open('light', { savedState: { ...savedState, opening: 'another' }, search: 'hotel' });
    expect(await searches(other.page)).toEqual(['hotel']);
    await other.page.close();
  });

  it('keeps the focus on a button when other changes arrive', async () => {
    const { page } = await open('light');
    const [newest, ...older] = CHANGES;
    await answer(page, await answerOf(older));
    const button = page.getByRole('button', { name: 'Undo… Remap: 3 service providers' });
    await button.focus();
    await answer(page, await answerOf(newest ? [newest, ...older] : older));
    expect(await page.locator(':focus').getAttribute('aria-label')).toMatch(/^Undo… Remap: 3 service providers/);
    await page.close();
  });

  it('moves the focus to the row of an operation when its Undo button disappears', async () => {
    const { page } = await open('light');
    await answer(page, await answerOf(CHANGES));
    const undo = page.getByRole('button', { name: 'Undo… Remap: 3 service providers' });
    await undo.focus();
    const undone = CHANGES.filter(({ operationId }) => operationId === 'bulk').map((change) =>
      aChange({ id: `undo of ${change.id}`, operationId: 'undo', revertsChangeId: change.id }),
    );
    const now = await answerOf([...undone, ...CHANGES]);
    // The changes of an operation arrive one after the other, and each is shown.
    for (let time = 0; time < 2; time++) {
      await answer(page, { ...now, count: `${time} changes` });
      expect(await undo.count()).toBe(0);
      expect(await page.locator('tr:focus').innerText()).toContain('Remap: 3 service providers');
    }
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').getAttribute('aria-label')).toMatch(/^Undo…/);
    await page.close();
  });

  it('moves the focus to the search field when the operation of the button no longer matches', async () => {
    const { page } = await open('light');
    await answer(page, await answerOf(CHANGES));
    await page.getByRole('button', { name: 'Undo… Remap: 3 service providers' }).focus();
    await answer(page, await answerOf(CHANGES.filter(({ operationId }) => operationId !== 'bulk')));
    expect(await page.locator('input:focus').count()).toBe(1);
    await page.close();
  });

  it('moves the focus to the first new change after the last Show More', async () => {
    const { page } = await open('light');
    await answer(page, await answerOf(CHANGES, 2));
    const more = page.getByRole('button', { name: 'Show More' });
    await more.focus();
    await page.keyboard.press('Enter');
    await answer(page, await answerOf(CHANGES, 6));
    expect(await page.locator('button:focus').innerText()).toBe('Show More');
    await page.keyboard.press('Enter');
    await answer(page, await answerOf(CHANGES));
    expect(await more.count()).toBe(0);
    // The seventh change, by its name and position.
    expect(await page.locator('tr:focus').innerText()).toContain('Unconfirmed');
    await page.close();
  });

  it('shows external text as plain text', async () => {
    const { page, refused } = await open('light');
    await answer(page, await answerOf(CHANGES));
    expect(await page.locator('table :is(img, script)').count()).toBe(0);
    expect(await page.getByRole('rowheader').last().innerText()).toContain(HOSTILE);
    await page.evaluate("window.postMessage(null); window.postMessage({ type: 'announce', text: 'a <b>c</b>' })");
    await expect.poll(() => page.locator('.announcement').innerHTML()).toBe('a &lt;b&gt;c&lt;/b&gt;');
    expect(refused).toEqual([]);
    await page.close();
  });

  it.each(THEMES)(
    'shows in %s why the changes cannot be read, and no others, until they are read again',
    async (theme) => {
      const { page, refused } = await open(theme);
      await answer(page, await answerOf(CHANGES));
      await page.getByRole('button', { name: 'Undo… Remap: 3 service providers' }).focus();
      await page.evaluate("window.postMessage({ type: 'failed', text: 'It cannot be read.' })");
      await page.getByRole('alert').getByText('It cannot be read.').waitFor();
      expect(await page.locator('.outcome').count()).toBe(0);
      expect(await page.locator('.count').textContent()).toBe('');
      expect(await page.locator('button:focus').innerText()).toBe('Try Again');
      await expectAccessible(page);
      await page.keyboard.press('Enter');
      expect((await messages(page)).at(-1)).toEqual({ type: 'search', search: '', limit: 200 });
      await answer(page, await answerOf(CHANGES));
      expect(await page.getByRole('alert').count()).toBe(0);
      expect(await page.locator('input:focus').count()).toBe(1);
      expect(refused).toEqual([]);
      await page.close();
    },
  );

  it('shows what was said of a list only until the list changes', async () => {
    const { page } = await open('light');
    await answer(page, await answerOf(CHANGES));
    const said = page.locator('.announcement');
    await page.evaluate("window.postMessage({ type: 'announce', text: 'Exported 8 changes.' })");
    await expect.poll(() => said.textContent()).toBe('Exported 8 changes.');
    await answer(page, await answerOf(CHANGES));
    expect(await said.textContent()).toBe('Exported 8 changes.');
    await answer(page, await answerOf(CHANGES.slice(1)));
    expect(await said.textContent()).toBe('');
    await page.close();
  });

  it('describes its contents, without buttons, before the first change', async () => {
    const { page } = await open('light');
    await answer(page, await answerOf([]));
    await page.getByRole('heading', { name: 'No changes yet' }).waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
    await answer(page, await answerOf(CHANGES));
    await page.getByRole('table').waitFor();
    expect(await page.getByRole('heading', { name: 'No changes yet' }).count()).toBe(0);
    await page.close();
  });
});
