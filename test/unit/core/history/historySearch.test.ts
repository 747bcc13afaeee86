import { describe, expect, it } from 'vitest';
import { type SearchResult, searchChanges } from '../../../../src/core/history/historySearch';
import type { ChangeRecord } from '../../../../src/core/history/changeRecord';
import {
  mappedTo,
  OTHER_SERVICE_PROVIDER,
  OTHER_SKILL,
  SERVICE_PROVIDER,
  SKILL,
  THIRD_SKILL,
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

describe('the search of the history', () => {
  const change = aChange({
    name: 'Grand Meridian',
    account: 'Hotels EU',
    completed: {
      result: 'failed',
      failure: 'throttled',
      status: 429,
      requestId: 'Request-77',
      actual: mappedTo(THIRD_SKILL),
    },
  });

  it.each([
    ['', true],
    ['   ', true],
    ['meridian', true],
    ['MERIDIAN grand', true],
    ['meridian harbour', false],
    ['harbour|meridian', true],
    ['harbour|villa', false],
    ['harbour|meridian remap', true],
    ['harbour|meridian delete', false],
    ['|', true],
    ['villa|', false],
    [SERVICE_PROVIDER.toUpperCase(), true],
    [SKILL, true],
    [OTHER_SKILL, true],
    [THIRD_SKILL, true],
    ['hotels eu', true],
    ['request-77', true],
    ['failed', true],
    ['too many requests', true],
    ['429', true],
    ['undo', false],
    ['crash', false],
    // A phrase does not match across fields.
    ['meridianamzn1', false],
    ['failedtoo', false],
  ])('%s: %s', (text, isFound) => {
    expect(isFoundBy(text)(change)).toBe(isFound);
  });

  it('finds a change by each piece of its text, and by nothing else', () => {
    const { name, account, before, ...least } = aChange({ operation: 'create' });
    const said = [SERVICE_PROVIDER, OTHER_SKILL, 'Map', 'Succeeded'].join('').toLowerCase();
    const typed = Array.from('abcdefghijklmnopqrstuvwxyz0123456789-_.,:;!?()[]{}"\'/');
    const finding = typed.filter((character) => isFoundBy(character)(least));
    expect(finding).toEqual(typed.filter((character) => said.includes(character)));
  });

  it('distinguishes similar outcomes', () => {
    const matches = isFoundBy('interrupted');
    expect(matches(aChange())).toBe(false);
    expect(matches(aChange({ completed: { recovered: true } }))).toBe(true);
    expect(matches(aChange({ completed: undefined }))).toBe(false);
    const since = isFoundBy('since');
    expect(since(aChange({ completed: { result: 'unconfirmed', actual: mappedTo(SKILL) } }))).toBe(false);
    expect(since(aChange({ completed: { result: 'unconfirmed', actual: mappedTo(THIRD_SKILL) } }))).toBe(true);
    const undo = isFoundBy('undo');
    expect(undo(aChange())).toBe(false);
    expect(undo(aChange({ revertsChangeId: '1' }))).toBe(true);
    const of = isFoundBy('harbour');
    expect(of(aChange({ account: 'harbour', completed: { result: 'failed', failure: 'signedOut' } }))).toBe(true);
    expect(of(aChange({ account: 'villa', completed: { result: 'failed', failure: 'signedOut' } }))).toBe(false);
  });

  async function search(changes: Iterable<ChangeRecord>, text = '', limit = 3): Promise<SearchResult[]> {
    const all: SearchResult[] = [];
    await searchChanges(
      searchableHistoryOf(changes),
      text,
      skillsNamed(),
      limit,
      new AbortController().signal,
      (found) => all.push(found),
    );
    return all;
  }
  const ids = ({ operations }: SearchResult) =>
    operations.map(({ changes }) => changes.map(({ change: { id } }) => id));

  it('groups the changes of an operation, even with changes of another window in between', async () => {
    const changes = [
      aChange({ id: '5', operationId: 'bulk' }),
      aChange({ id: '4', operationId: 'other' }),
      aChange({ id: '3', operationId: 'bulk', completed: { result: 'failed' } }),
      aChange({ id: '2', operationId: 'bulk' }),
    ];
    const [found] = await search(changes, '', 10);
    expect(found && ids(found)).toEqual([['5', '3', '2'], ['4']]);
    expect(found?.operations[0]).toMatchObject({ total: 3, succeeded: 2, canUndo: true });
    expect(found).toMatchObject({ shown: 4, matching: 4, total: 4, isComplete: true });
  });

  it('counts the providers selected for an operation, including those for which nothing was sent', async () => {
    const act = { operationId: 'bulk', selected: 500 };
    const changes = [
      aChange({ id: '3', name: 'Harbour', ...act }),
      aChange({ id: '2', ...act, completed: { result: 'unconfirmed' } }),
    ];
    expect((await search([...changes, aChange({ id: '1', ...act })], '', 10))[0]?.operations).toMatchObject([
      { changes: [{}, {}, {}], total: 500, recorded: 3, succeeded: 2, notSent: 497 },
    ]);
    const canceled = aChange({ id: '1', ...act, completed: { result: 'notSent' } });
    expect((await search([...changes, canceled], '', 10))[0]?.operations).toMatchObject([
      { total: 500, recorded: 3, succeeded: 1, notSent: 498 },
    ]);
    // Records of older versions lack the count.
    const [found] = await search([...changes, aChange({ id: '1', operationId: 'bulk' })], 'harbour', 10);
    expect(found?.operations).toMatchObject([{ changes: [{ change: { id: '3' } }], total: 500, succeeded: 2 }]);
  });

  it('returns the newest as soon as there are enough, then counts the others', async () => {
    const changes = ['6', '5', '4', '3', '2', '1'].map((id) =>
      aChange({ id, operationId: 'bulk', name: `Hotel ${id}` }),
    );
    const answers = await search(changes, 'hotel', 2);
    expect(answers.map(ids)).toEqual([[['6', '5']], [['6', '5']]]);
    expect(answers[0]).toMatchObject({ shown: 2, matching: 2, total: 2, isComplete: false });
    expect(answers[1]).toMatchObject({ shown: 2, matching: 6, total: 6, isComplete: true });
    expect(answers[1]?.operations[0]?.total).toBe(6);
  });

  it('counts the other changes of an operation besides the matches', async () => {
    const changes = [
      aChange({ id: '3', operationId: 'bulk', name: 'Villa' }),
      aChange({ id: '2', operationId: 'bulk', name: 'Harbour', completed: { result: 'failed' } }),
      aChange({ id: '1', operationId: 'bulk', name: 'Villa' }),
    ];
    const [found] = await search(changes, 'harbour');
    expect(found?.operations).toMatchObject([
      { changes: [{ change: { id: '2' } }], total: 3, succeeded: 2, canUndo: true },
    ]);
  });

  it('offers no undo for a failed change, an undo, or a change already undone', async () => {
    const changes = [
      aChange({ id: '9', revertsChangeId: '1' }),
      aChange({ id: '8', revertsChangeId: '2', completed: { result: 'failed' } }),
      aChange({ id: '7', revertsChangeId: '2', completed: undefined }),
      aChange({ id: '4', completed: undefined }),
      aChange({ id: '3', completed: { result: 'failed' } }),
      aChange({ id: '2' }),
      aChange({ id: '1' }),
    ];
    const [found] = await search(changes, '', 10);
    expect(found?.operations.filter(({ canUndo }) => canUndo).map(({ id }) => id)).toEqual(['act of 2']);
    const undone = found?.operations.flatMap(({ changes }) => changes).filter(({ isUndone }) => isUndone);
    expect(undone?.map(({ change: { id } }) => id)).toEqual(['1']);
  });

  it('marks a change as undone even if the undo does not match', async () => {
    const [found] = await search(
      [aChange({ id: '2', name: 'Villa', revertsChangeId: '1' }), aChange({ id: '1' })],
      'meridian',
    );
    expect(found?.operations).toMatchObject([{ canUndo: false, changes: [{ isUndone: true }] }]);
  });

  it('finds undone changes, and only those, by the text in their row', async () => {
    const changes = [
      aChange({ id: '5', revertsChangeId: '2' }),
      aChange({ id: '4', revertsChangeId: '1', completed: { result: 'failed' } }),
      aChange({ id: '3' }),
      aChange({ id: '2' }),
      aChange({ id: '1' }),
    ];
    const [found] = await search(changes, 'undone later', 10);
    expect(found && ids(found)).toEqual([['2']]);
  });

  it('is canceled without a result when a newer one begins', async () => {
    const abort = new AbortController();
    let read = 0;
    function* endless(): Generator<ChangeRecord> {
      for (;;) {
        read += 1;
        yield aChange({ id: String(read) });
      }
    }
    setImmediate(() => {
      abort.abort();
    });
    await searchChanges(searchableHistoryOf(endless()), 'nothing has this', skillsNamed(), 3, abort.signal, () => {
      throw new Error('said something');
    });
    expect(read).toBeGreaterThan(0);
  });

  it('reports an empty history', async () => {
    expect(await search([])).toEqual([{ operations: [], shown: 0, matching: 0, total: 0, isComplete: true }]);
  });
});

describe('the search for changes of service providers themselves', () => {
  it.each([
    ['annex', true, true, false],
    [OTHER_SERVICE_PROVIDER, true, false, false],
    ['create service provider', true, false, false],
    ['grand palace rename', false, true, false],
    [SKILL, false, false, true],
    ['guest calling', false, false, true],
    ['delete service provider', false, false, true],
  ])('%s finds a create: %s, a rename: %s, a deletion: %s', (text, ...found) => {
    const changes = [
      aCreation({ displayName: 'Annex East' }),
      aProviderRename({ name: 'Annex' }),
      aProviderDeletion({ name: 'Lodge' }),
    ];
    expect(changes.map((change) => isFoundBy(text, skillsNamed({ [SKILL]: 'Guest Calling' }))(change))).toEqual(found);
  });

  it('offers the undo of what can be undone, and of nothing of a service provider that was deleted since', async () => {
    const canUndo = async (changes: readonly ChangeRecord[]) => {
      let result: SearchResult | undefined;
      const { signal } = new AbortController();
      await searchChanges(searchableHistoryOf(changes), '', skillsNamed(), 100, signal, (found) => (result = found));
      return result?.operations.map((operation) => operation.canUndo);
    };
    const [remap, rename] = [aChange({ id: 'remap' }), aProviderRename({ id: 'rename' })];
    const creation = aCreation({ id: 'creation', completed: { createdId: SERVICE_PROVIDER } });
    expect(await canUndo([rename, remap, creation])).toEqual([true, true, true]);
    expect(await canUndo([aProviderDeletion({ id: 'deletion' }), rename, remap, creation])).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
