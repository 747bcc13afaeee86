import * as l10n from '@vscode/l10n';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeFailure } from '../../src/core/failures/failureMessages';
import { searchChanges } from '../../src/core/history/historySearch';
import type { SetupCheck } from '../../src/core/setup/setupCheck';
import { changeHistoryHtml } from '../../src/editor/webview/changeHistoryHtml';
import type { SearchResultMessage } from '../../src/editor/webview/changeHistoryMessages';
import { toSearchResultMessage } from '../../src/editor/webview/changeHistoryRows';
import { errorDetailsHtml } from '../../src/editor/webview/errorDetailsHtml';
import { setupHtml } from '../../src/editor/webview/setupHtml';
import { launchBrowser } from '../runner/browser';
import {
  aFailure,
  mappedTo,
  notMapped,
  OTHER_SKILL,
  SERVICE_PROVIDER,
  skillsNamed,
  THIRD_SKILL,
} from '../support/builders';
import { PSEUDO } from '../support/pseudoLocale';
import { aChange, searchableHistoryOf } from '../support/recordedChanges';
import { textsIn } from '../support/translated';
import { expectAccessible, openWebviewPage } from './webviewPage';

const FAILURE = aFailure('unavailable', {
  operation: 'update',
  skillId: OTHER_SKILL,
  status: 503,
  serviceType: 'SERVICE_UNAVAILABLE_EXCEPTION',
  serviceMessage: 'The service is not available at the moment.',
  requestId: '5b9b9d9e-3f0e-4b9a-9a55-3f2b1c7d8e90',
  effect: 'unknown',
  attempts: [{ startedAtMs: Date.UTC(2025, 10, 22, 13, 5, 33, 123), durationMs: 10_042, outcome: 'timeout' }],
});

const CHANGES = [
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
];

describe.each(['de', 'es', 'fr', 'it', PSEUDO])('the pages in the language %s', { timeout: 60_000 }, (language) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterAll(() => browser.close());
  beforeEach(() => {
    l10n.config({ contents: textsIn(language).code });
  });
  afterEach(() => {
    l10n.config({ contents: {} });
  });

  const checkedSetup = (): SetupCheck => {
    const { title, cause, nextSteps, links } = describeFailure(aFailure('forbidden'));
    return {
      provider: { id: SERVICE_PROVIDER, name: 'Grand Meridian' },
      account: 'default',
      checkedAtMs: 0,
      links: [
        { link: 'settings', type: 'ok', note: l10n.t('The API endpoint is {0}.', 'https://api.amazonalexa.com') },
        { link: 'signIn', type: 'ok' },
        { link: 'access', type: 'broken', problem: { title, cause, nextSteps, links, action: 'signIn' } },
        { link: 'availability', type: 'notChecked' },
        { link: 'mapping', type: 'notChecked' },
      ],
    };
  };

  const PAGES: Readonly<Record<string, (width: number) => Promise<Page>>> = {
    'the setup': async (width) => {
      const { page } = await openWebviewPage(
        browser,
        { names: ['explanation', 'setup'], theme: 'light', width },
        (surroundings) => setupHtml({ check: checkedSetup(), time: '10:29:00', ...surroundings, language }),
      );
      return page;
    },
    'the error details': async (width) => {
      const { page } = await openWebviewPage(
        browser,
        { names: ['explanation', 'errorDetails'], theme: 'light', width },
        (surroundings) =>
          errorDetailsHtml({
            followUp: {},
            failure: FAILURE,
            providerName: 'Grand Meridian',
            explanation: describeFailure(FAILURE),
            locale: language,
            ...surroundings,
            language,
          }),
      );
      return page;
    },
    'the change history': async (width) => {
      const { page } = await openWebviewPage(
        browser,
        { names: ['changeHistory'], theme: 'light', width },
        (surroundings) => changeHistoryHtml({ search: '', opening: 'opening-1', ...surroundings, language }),
      );
      const found = await answer(language);
      await page.evaluate(`window.postMessage(${JSON.stringify(found)})`);
      await expect.poll(() => page.locator('.count').textContent()).toBe(found.count);
      return page;
    },
  };

  // The pseudo-locale is no language to axe.
  it.each(language === PSEUDO ? [] : Object.entries(PAGES))(
    '%s: has no accessibility violation',
    async (name, open) => {
      const page = await open(1200);
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
      await expectAccessible(page);
      await page.screenshot({
        path: `test-results/screenshots/page-${name.split(' ').at(-1)}-${language}-1200.png`,
        fullPage: true,
      });
      await page.close();
    },
  );

  it.each(Object.entries(PAGES))('%s: cuts nothing at 300 px', async (name, open) => {
    const page = await open(300);
    await page.screenshot({
      path: `test-results/screenshots/page-${name.split(' ').at(-1)}-${language}-300.png`,
      fullPage: true,
    });
    expect(await cutTexts(page)).toEqual([]);
    await page.close();
  });
});

async function answer(language: string): Promise<SearchResultMessage> {
  let found: SearchResultMessage | undefined;
  const { signal } = new AbortController();
  await searchChanges(searchableHistoryOf(CHANGES), '', skillsNamed(), 200, signal, (each) => {
    found = toSearchResultMessage(each, '', language, skillsNamed());
  });
  if (!found) throw new Error('nothing was answered');
  return found;
}

/** The texts that are wider than their box. A box of one pixel has what is only for screen readers and for copying. */
function cutTexts(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`
    [document.documentElement, ...document.querySelectorAll('body *')].filter((each) => each.clientWidth > 1 && each.scrollWidth > each.clientWidth).map((each) => each.tagName + ' ' + each.className + ': ' + each.textContent.trim().slice(0, 80))
  `);
}
