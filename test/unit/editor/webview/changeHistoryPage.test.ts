import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SearchResult, searchChanges } from '../../../../src/core/history/historySearch';
import type { ChangeRecord } from '../../../../src/core/history/changeRecord';
import { changeHistoryHtml } from '../../../../src/editor/webview/changeHistoryHtml';
import { ChangeHistoryMessage } from '../../../../src/editor/webview/changeHistoryMessages';
import { toSearchResultMessage } from '../../../../src/editor/webview/changeHistoryRows';
import { readChangeHistoryState } from '../../../../src/editor/webview/changeHistoryState';
import * as v from 'valibot';
import { anyText, aSecret } from '../../../support/arbitraries';
import {
  ACCESS_TOKEN,
  notMapped,
  OTHER_SKILL,
  SERVICE_PROVIDER,
  SKILL,
  THIRD_SKILL,
  mappedTo,
  skillsNamed,
} from '../../../support/builders';
import {
  aChange,
  aCreation,
  aProviderDeletion,
  aProviderRename,
  isFoundBy,
  searchableHistoryOf,
} from '../../../support/recordedChanges';

const skills = skillsNamed();

const PAGE = {
  search: '',
  opening: 'opening-1',
  language: 'en',
  nonce: 'bm9uY2U=',
  cspSource: 'https://webview.example',
  styleUris: ['https://webview.example/page.css', 'https://webview.example/changeHistory.css'],
  scriptUris: ['https://webview.example/changeHistory.js'],
};

async function found(changes: Iterable<ChangeRecord>, search = '', limit = 200): Promise<SearchResult> {
  const all: SearchResult[] = [];
  await searchChanges(searchableHistoryOf(changes), search, skills, limit, new AbortController().signal, (each) =>
    all.push(each),
  );
  const last = all.at(-1);
  if (!last) throw new Error('nothing was found, not even nothing');
  return last;
}

describe('the text of the change history', () => {
  const zone = process.env['TZ'];
  beforeEach(() => {
    process.env['TZ'] = 'Asia/Tokyo';
  });
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  it('shows who, what and when', async () => {
    const { operations } = toSearchResultMessage(
      await found([aChange({ completed: { requestId: 'request-1' } })]),
      '',
      'en-US',
      skills,
    );
    expect(operations).toEqual([
      {
        id: 'act of change 1',
        undo: { label: 'Undo…', accessibleLabel: 'Undo… Remap: Grand Meridian, Nov 22, 2026, 10:05 PM' },
        rows: [
          {
            time: {
              short: 'Nov 22, 2026, 10:05 PM',
              exact: expect.stringContaining('10:05:33 PM Japan Standard Time') as unknown,
              iso: '2026-11-22T13:05:33.000Z',
            },
            name: 'Grand Meridian',
            serviceProviderId: { prefix: 'amzn1.comms.csp.id.', rest: '5a2b6c1e-7f0d-4f6c-9a52-3f1f6f1d2b11' },
            account: 'Account: default',
            operation: 'Remap',
            before: { id: { prefix: 'amzn1.ask.skill.', rest: SKILL.slice(16) } },
            target: { id: { prefix: 'amzn1.ask.skill.', rest: OTHER_SKILL.slice(16) } },
            result: 'succeeded',
            outcome: 'Succeeded',
            details: [],
            requestId: 'request-1',
          },
        ],
      },
    ]);
  });

  it('shows the outcome of what did not succeed', async () => {
    const completed = { result: 'failed', failure: 'conflict', status: 409, actual: mappedTo(THIRD_SKILL) } as const;
    const { operations } = toSearchResultMessage(
      await found([aChange({ operation: 'create', before: notMapped, completed })]),
      '',
      'en',
      skills,
    );
    expect(operations[0]?.undo).toBeUndefined();
    expect(operations[0]?.rows[0]).toMatchObject({
      operation: 'Map',
      before: { words: 'not mapped' },
      outcome: 'Failed: conflict',
      details: [`Mapping afterwards: ${THIRD_SKILL}`, '409 Conflict'],
    });
  });

  it('shows changes of service providers themselves', async () => {
    const changes = [
      aProviderDeletion({ id: '4' }),
      aProviderRename({ id: '3' }),
      aCreation({ id: '2' }),
      aCreation({ id: '1', completed: { result: 'unconfirmed', failure: 'timeout' } }),
    ];
    const { operations } = toSearchResultMessage(await found(changes), '', 'en', skills);
    expect(operations.map(({ undo }) => undo !== undefined)).toEqual([false, false, true, false]);
    expect(operations.flatMap(({ rows }) => rows)).toMatchObject([
      { operation: 'Delete service provider', before: { id: {} }, target: { words: 'deleted' } },
      { operation: 'Rename at Amazon', before: { words: 'Grand' }, target: { words: 'Palace' } },
      { name: 'Annex', serviceProviderId: {}, before: { words: 'none' }, target: { words: 'logical ID annex' } },
      { outcome: 'Unconfirmed: no response in time', details: [expect.stringContaining('It may have taken effect.')] },
    ]);
    expect(operations.at(-1)?.rows[0]).not.toHaveProperty('serviceProviderId');
  });

  it('has a heading over the changes of a bulk operation', async () => {
    const bulk = (id: string, completed: ChangeRecord['completed'] | undefined, selected?: number) =>
      aChange({ id, operationId: 'bulk', completed, ...(selected !== undefined && { selected }) });
    const failed = { id: '1', completedAtMs: 0, result: 'failed' } as const;
    const done = { id: '2', completedAtMs: 0, result: 'succeeded' } as const;
    const all = toSearchResultMessage(await found([bulk('2', done), bulk('1', done)]), '', 'en-US', skills);
    expect(all.operations[0]?.heading).toEqual({
      title: 'Remap: 2 service providers',
      summary: 'Nov 22, 2026, 10:05 PM. All succeeded.',
    });
    const some = toSearchResultMessage(
      await found([bulk('2', done), bulk('1', failed)], 'failed'),
      'failed',
      'en-US',
      skills,
    );
    expect(some.operations[0]?.heading?.summary).toBe('Nov 22, 2026, 10:05 PM. 1 of 2 succeeded. Showing 1.');
    const skipped = toSearchResultMessage(await found([bulk('2', done, 8), bulk('1', failed, 8)]), '', 'en-US', skills);
    expect(skipped.operations[0]?.heading).toEqual({
      title: 'Remap: 8 service providers',
      summary: 'Nov 22, 2026, 10:05 PM. 1 of 8 succeeded. 6 not sent.',
    });
    const one = toSearchResultMessage(
      await found([bulk('2', done, 8), bulk('1', failed, 8)], 'failed'),
      'failed',
      'en-US',
      skills,
    );
    expect(one.operations[0]?.heading?.summary).toBe(
      'Nov 22, 2026, 10:05 PM. 1 of 8 succeeded. 6 not sent. Showing 1.',
    );
    expect(some.operations[0]?.undo?.accessibleLabel).toBe('Undo… Remap: 2 service providers, Nov 22, 2026, 10:05 PM');
  });

  it('counts the matches', async () => {
    const changes = ['3', '2', '1'].map((id) => aChange({ id, name: `Hotel ${id}` }));
    const count = async (search: string, limit: number) =>
      toSearchResultMessage(await found(changes, search, limit), search, 'en', skills).count;
    expect(await count('', 200)).toBe('3 changes');
    expect(await count('', 2)).toBe('Showing the newest 2 of 3 changes.');
    expect(await count('hotel', 2)).toBe('Showing the newest 2 of 3 matching changes.');
    expect(await count('hotel', 3)).toBe('3 matching changes');
    expect(await count('3 hotel|villa', 3)).toBe('3 matching changes');
    expect(await count('villa', 3)).toMatch(/^No changes match/);
    expect(toSearchResultMessage(await found([]), '', 'en', skills)).toEqual({
      type: 'found',
      search: '',
      operations: [],
      count: '',
      hasMore: false,
      isEmpty: true,
    });
    expect(toSearchResultMessage(await found(changes, 'villa'), 'villa', 'en', skills).isEmpty).toBe(false);
    expect(toSearchResultMessage(await found(changes, '', 2), '', 'en', skills).hasMore).toBe(true);
    expect(toSearchResultMessage(await found(changes, '', 3), '', 'en', skills).hasMore).toBe(false);
  });

  it('contains no invisible or reordering characters, and tolerates an invalid time', async () => {
    const name = 'a\u202eb\u0000\u001b[31m';
    const odd = aChange({ name, account: name, serviceProviderId: 'a\u202eb', startedAtMs: 1e300 });
    const answer = toSearchResultMessage(await found([odd]), '', 'en', skills);
    expect(JSON.stringify(answer)).not.toMatch(/\u202e|\\u202e|\\u0000|\\u001b/);
    expect(answer.operations[0]?.rows[0]?.time).toEqual({ short: '', exact: '', iso: '' });
  });

  it('contains no secret, even if one was recorded', async () => {
    await fc.assert(
      fc.asyncProperty(aSecret, async (secret) => {
        const change = aChange({ name: secret, account: secret, completed: { requestId: secret } });
        const answer = toSearchResultMessage(await found([change]), '', 'en', skills);
        expect(JSON.stringify(answer)).not.toContain(JSON.stringify(secret).slice(1, -1));
      }),
    );
  });
});

describe('the page of the change history', () => {
  it('may load its style and run its script, and nothing else', () => {
    const page = changeHistoryHtml(PAGE);
    const policy = /http-equiv="Content-Security-Policy" content="(.*?)"/.exec(page)?.[1];
    expect(policy?.replaceAll('&#39;', "'").split('; ')).toEqual([
      "default-src 'none'",
      'style-src https://webview.example',
      "script-src 'nonce-bm9uY2U='",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(page.match(/<script[^>]*>/g)).toEqual([
      '<script nonce="bm9uY2U=" src="https://webview.example/changeHistory.js">',
    ]);
    expect(page).not.toMatch(/<style|<img|<iframe|<form| style=| on\w+=/);
  });

  it('has the same elements and attributes for any search', () => {
    const skeleton = (search: string) =>
      [...changeHistoryHtml({ ...PAGE, search }).matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/="[^"]*"/g, '=""'));
    const plain = skeleton('');
    fc.assert(
      fc.property(anyText(), (search) => {
        expect(skeleton(`${search}"><script>'`)).toEqual(plain);
      }),
    );
  });

  it('has only its known messages accepted', () => {
    const isHeard = (message: unknown) => v.is(ChangeHistoryMessage, message);
    expect(isHeard({ type: 'search', search: SERVICE_PROVIDER, limit: 200 })).toBe(true);
    expect(isHeard({ type: 'export', search: '', format: 'csv' })).toBe(true);
    expect(isHeard({ type: 'undo', operationId: 'act' })).toBe(true);
    for (const odd of [
      null,
      { type: 'search', search: '', limit: 0 },
      { type: 'search', search: '', limit: 1e9 },
      { type: 'search', search: '', limit: 1.5 },
      { type: 'search', search: ['a'], limit: 1 },
      { type: 'export', search: '', format: 'exe' },
      { type: 'undo' },
      { type: 'other' },
    ]) {
      expect(isHeard(odd)).toBe(false);
    }
  });

  it('continues its search after a reload, and has none when the saved state is invalid', () => {
    expect(readChangeHistoryState({ search: 'villa', opening: 'a', limit: 200, top: 3 })).toEqual({ search: 'villa' });
    for (const odd of [
      undefined,
      null,
      'villa',
      { search: 1 },
      { search: ACCESS_TOKEN },
      { search: 'ab'.repeat(32) },
    ]) {
      expect(readChangeHistoryState(odd)).toEqual({ search: '' });
    }
  });
});

it('shows the names of skills beside their IDs, and finds changes by them', async () => {
  const named = skillsNamed({ [SKILL]: 'Guest Calling', [OTHER_SKILL]: 'Concierge' });
  const change = aChange({ completed: { result: 'failed', actual: mappedTo(SKILL) } });
  expect([isFoundBy('guest calling', named)(change), isFoundBy('villa|concierge remap', named)(change)]).toEqual([
    true,
    true,
  ]);
  expect(isFoundBy('guest')(change)).toBe(false);
  const { operations } = toSearchResultMessage(await found([change]), '', 'en', named);
  expect(operations[0]?.rows[0]).toMatchObject({
    before: { name: 'Guest Calling', id: { prefix: 'amzn1.ask.skill.' } },
    target: { name: 'Concierge' },
    details: expect.arrayContaining([`Mapping afterwards: Guest Calling (${SKILL})`]) as unknown,
  });
});
