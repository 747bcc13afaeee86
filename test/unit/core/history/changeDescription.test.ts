import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { actualMappingText, operationText, outcomeOf } from '../../../../src/core/history/changeDescription';
import { formatHistory, type HistoryFormat } from '../../../../src/core/history/historyExport';
import { escapeFormula } from '../../../../src/core/text/csvFormulas';
import { changeFilter, type SearchResult, searchChanges } from '../../../../src/core/history/historySearch';
import type { ChangeResult, ChangeCompleted, ChangeRecord } from '../../../../src/core/history/changeRecord';
import { describeFailure } from '../../../../src/core/failures/failureMessages';
import { FAILURE_KINDS, type FailureKind } from '../../../../src/core/failures/apiFailure';
import {
  ACCESS_TOKEN,
  aFailure,
  mappedTo,
  notMapped,
  OTHER_SKILL,
  SERVICE_PROVIDER,
  SKILL,
  THIRD_SKILL,
} from '../../../support/builders';
import { aChange, historyOf } from '../../../support/recordedChanges';

describe('the description of a change', () => {
  it('is different for each result', () => {
    const results: readonly (ChangeResult | undefined)[] = ['succeeded', 'failed', 'notSent', 'unconfirmed', undefined];
    const titles = results.map((result) => outcomeOf(aChange({ completed: result && { result } })).title);
    expect(titles).toEqual(['Succeeded', 'Failed', 'Not sent', 'Unconfirmed', 'In progress']);
  });

  it('gives the reason, the status and the actual mapping', () => {
    const completed = { result: 'failed', failure: 'conflict', status: 409, actual: mappedTo(THIRD_SKILL) } as const;
    expect(outcomeOf(aChange({ completed }))).toEqual({
      result: 'failed',
      title: 'Failed',
      reason: 'conflict',
      status: '409 Conflict',
      actualMapping: THIRD_SKILL,
      remarks: [],
    });
    expect(outcomeOf(aChange({ completed: { ...completed, actual: notMapped } })).actualMapping).toBe('not mapped');
  });

  it('omits an intermediate failure of a successful change', () => {
    const completed = { result: 'succeeded', failure: 'timeout', status: 503, actual: mappedTo(OTHER_SKILL) } as const;
    expect(outcomeOf(aChange({ completed }))).toEqual({ result: 'succeeded', title: 'Succeeded', remarks: [] });
  });

  it.each(FAILURE_KINDS)('has a reason for %s', (failure) => {
    const { reason } = outcomeOf(aChange({ completed: { result: 'failed', failure } }));
    expect(reason).toMatch(/^\S.*[^.\s]$/);
  });

  it('has the reason of the row, except for a renewal, whose reason is not recorded', () => {
    const reasonOf = (failure: FailureKind) => outcomeOf(aChange({ completed: { result: 'failed', failure } })).reason;
    for (const kind of FAILURE_KINDS.filter((each) => each !== 'renewalFailed')) {
      expect(reasonOf(kind)).toBe(describeFailure(aFailure(kind, { account: 'default' })).reason);
    }
    expect(reasonOf('renewalFailed')).toBe('access token not renewed');
  });

  it('names the missing account', () => {
    const completed = { result: 'notSent', failure: 'accountMissing' } as const;
    expect(outcomeOf(aChange({ account: 'eu', completed })).reason).toBe('not signed in to eu');
    const { account, ...withoutAccount } = aChange({ completed });
    expect(outcomeOf(withoutAccount).reason).toBe('no account chosen');
  });

  it('shows no more than was recorded', () => {
    expect(outcomeOf(aChange({ completed: { result: 'failed' } }))).toStrictEqual({
      result: 'failed',
      title: 'Failed',
      remarks: [],
    });
    expect(actualMappingText(undefined)).toBe('unknown');
  });

  it('shows what is unusual', () => {
    const remarks = (change: ChangeRecord, isUndone = false) => outcomeOf(change, isUndone).remarks.join(' ');
    expect(remarks(aChange({ completed: { recovered: true } }))).toBe(
      'Interrupted when a window closed. Outcome confirmed with the service.',
    );
    expect(remarks(aChange({ completed: undefined }))).toBe(
      'It is still running, or its window closed before it finished.',
    );
    const unconfirmed = (some: Partial<ChangeCompleted>) =>
      remarks(aChange({ completed: { result: 'unconfirmed', ...some } }));
    expect(unconfirmed({})).toBe('It may have taken effect. The mapping could not be read afterwards.');
    expect(unconfirmed({ actual: mappedTo(SKILL) })).toBe(
      'It had not taken effect when the mapping was last read, and still may.',
    );
    expect(unconfirmed({ actual: notMapped, recovered: true })).toBe(
      'The mapping has changed since, so it is unknown whether this change took effect. ' +
        'Interrupted when a window closed.',
    );
    expect(remarks(aChange(), true)).toBe('Undone later.');
  });

  it('labels an undo as such, whatever its operation', () => {
    expect(operationText(aChange({ operation: 'create' }))).toBe('Map');
    expect(operationText(aChange({ operation: 'update' }))).toBe('Remap');
    expect(operationText(aChange({ operation: 'delete' }))).toBe('Delete mapping');
    expect(operationText(aChange({ operation: 'delete', revertsChangeId: 'change 0' }))).toBe('Undo');
  });
});

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
    expect(changeFilter(text)(change)).toBe(isFound);
  });

  it('finds a change by each piece of its text, and by nothing else', () => {
    const { name, account, before, ...least } = aChange({ operation: 'create' });
    const said = [SERVICE_PROVIDER, OTHER_SKILL, 'Map', 'Succeeded'].join('').toLowerCase();
    const typed = Array.from('abcdefghijklmnopqrstuvwxyz0123456789-_.,:;!?()[]{}"\'/');
    const finding = typed.filter((character) => changeFilter(character)(least));
    expect(finding).toEqual(typed.filter((character) => said.includes(character)));
  });

  it('distinguishes similar outcomes', () => {
    const matches = changeFilter('interrupted');
    expect(matches(aChange())).toBe(false);
    expect(matches(aChange({ completed: { recovered: true } }))).toBe(true);
    expect(matches(aChange({ completed: undefined }))).toBe(false);
    const since = changeFilter('since');
    expect(since(aChange({ completed: { result: 'unconfirmed', actual: mappedTo(SKILL) } }))).toBe(false);
    expect(since(aChange({ completed: { result: 'unconfirmed', actual: mappedTo(THIRD_SKILL) } }))).toBe(true);
    const undo = changeFilter('undo');
    expect(undo(aChange())).toBe(false);
    expect(undo(aChange({ revertsChangeId: '1' }))).toBe(true);
    const of = changeFilter('harbour');
    expect(of(aChange({ account: 'harbour', completed: { result: 'failed', failure: 'signedOut' } }))).toBe(true);
    expect(of(aChange({ account: 'villa', completed: { result: 'failed', failure: 'signedOut' } }))).toBe(false);
  });

  async function search(changes: Iterable<ChangeRecord>, text = '', limit = 3): Promise<SearchResult[]> {
    const all: SearchResult[] = [];
    await searchChanges(historyOf(changes), text, limit, new AbortController().signal, (found) => all.push(found));
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
      { changes: [{}, {}, {}], total: 500, succeeded: 2 },
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
    await searchChanges(historyOf(endless()), 'nothing has this', 3, abort.signal, () => {
      throw new Error('said something');
    });
    expect(read).toBeGreaterThan(0);
  });

  it('reports an empty history', async () => {
    expect(await search([])).toEqual([{ operations: [], shown: 0, matching: 0, total: 0, isComplete: true }]);
  });
});

describe('the export of the history', () => {
  async function written(changes: Iterable<ChangeRecord>, format: HistoryFormat): Promise<string> {
    let text = '';
    for await (const piece of formatHistory(historyOf(changes).newestFirst(), format)) text += piece;
    return text;
  }

  it('contains the records as they are, as JSON', async () => {
    const changes = [
      aChange({
        id: '2',
        revertsChangeId: '1',
        name: 'Hôtel "Aurora", \n北京',
        completed: { actual: notMapped, recovered: true },
      }),
      aChange({ id: '1', completed: undefined }),
    ];
    expect(JSON.parse(await written(changes, 'json'))).toEqual(changes);
    expect(JSON.parse(await written([], 'json'))).toEqual([]);
  });

  it('has one line per change with times and IDs in full, as CSV', async () => {
    const changes = [
      aChange({
        id: '2',
        operationId: 'act',
        revertsChangeId: '1',
        completed: { result: 'failed', failure: 'conflict', status: 409, requestId: 'request-1', actual: notMapped },
      }),
      aChange({ id: '1', completed: undefined }),
    ];
    const text = await written(changes, 'csv');
    expect(text).toMatch(/^\ufeffstartedAt,completedAt,name,[^\r\n]*\r\n/);
    const rows: unknown = parse(text, { columns: true, bom: true });
    expect(rows).toEqual([
      {
        startedAt: '2026-11-22T13:05:33.000Z',
        completedAt: '2026-11-22T13:05:33.400Z',
        name: 'Grand Meridian',
        serviceProviderId: SERVICE_PROVIDER,
        account: 'default',
        operation: 'update',
        before: SKILL,
        target: OTHER_SKILL,
        result: 'failed',
        actual: 'notMapped',
        failure: 'conflict',
        status: '409',
        requestId: 'request-1',
        recovered: '',
        operationId: 'act',
        id: '2',
        revertsChangeId: '1',
        endpoint: 'https://api.amazonalexa.com',
      },
      expect.objectContaining({ id: '1', completedAt: '', result: 'open', actual: '', status: '' }),
    ]);
  });

  it('has an empty cell for unknown values, as CSV', async () => {
    const { name, account, before, ...least } = aChange({
      id: '2',
      operationId: 'act',
      completed: { recovered: true },
    });
    const rows: unknown = parse(await written([least], 'csv'), { columns: true, bom: true });
    const empty = {
      name: '',
      account: '',
      before: '',
      actual: '',
      failure: '',
      status: '',
      requestId: '',
      revertsChangeId: '',
    };
    expect(rows).toEqual([expect.objectContaining({ ...empty, recovered: 'true' })]);
  });

  it.each([
    [0, []],
    [1, [1]],
    [500, [500]],
    [501, [500, 1]],
    [1000, [500, 500]],
  ])('is produced in chunks of %d changes, none of them empty', async (count, sizes) => {
    const changes = Array.from({ length: count }, (_, index) => aChange({ id: String(index) }));
    const pieces: string[] = [];
    for await (const piece of formatHistory(historyOf(changes).newestFirst(), 'json')) pieces.push(piece);
    const [begin, ...rest] = pieces;
    expect([begin, rest.pop()]).toEqual(['[', '\n]\n']);
    expect(rest.map((piece) => piece.split('"operationId"').length - 1)).toEqual(sizes);
  });

  it.each(['=1+1', '+1', '-1', '@a', '\t=1', '＝1'])('contains no formula for spreadsheets in %j', async (name) => {
    const text = await written([aChange({ name, account: name })], 'csv');
    const [row] = parse<{ name: string; account: string }>(text, { columns: true, bom: true });
    expect(row?.name).toMatch(/^'/);
    expect(row).toMatchObject({ name: escapeFormula(name), account: escapeFormula(name) });
  });

  it.each(['a;=1', 'a\t+1', 'a|-1', 'a; @x'])('contains no formula after another separator in %j', async (name) => {
    const text = await written([aChange({ name, before: { type: 'mapped', skillId: name } })], 'csv');
    const [row] = parse<{ name: string; before: string }>(text, { columns: true, bom: true });
    const expected = name.replace(/(?=[=+\-@])/, "'");
    expect(row).toMatchObject({ name: expected, before: expected });
  });

  it('keeps a line break, a quotation mark and a separator inside their cell', async () => {
    const name = 'a "b",\r\nc;d';
    const rows = parse<{ name: string }>(await written([aChange({ name }), aChange()], 'csv'), {
      columns: true,
      bom: true,
    });
    expect(rows.map((row) => row.name)).toEqual([name, 'Grand Meridian']);
  });

  it.each(['csv', 'json'] as const)('is complete when produced in many chunks (%s)', async (format) => {
    const changes = Array.from({ length: 1201 }, (_, index) => aChange({ id: String(index) }));
    const text = await written(changes, format);
    const rows =
      format === 'csv'
        ? parse<{ id: string }>(text, { columns: true, bom: true })
        : (JSON.parse(text) as readonly { id: string }[]);
    expect(rows.map(({ id }) => id)).toEqual(changes.map(({ id }) => id));
  });

  it('omits an invalid time, and contains no secret even if one was recorded', async () => {
    const text = await written([aChange({ startedAtMs: 1e300, name: ACCESS_TOKEN })], 'csv');
    expect(text).toContain('[redacted]');
    expect(text).not.toContain(ACCESS_TOKEN);
    expect(await written([aChange({ name: ACCESS_TOKEN })], 'json')).not.toContain(ACCESS_TOKEN);
  });
});
