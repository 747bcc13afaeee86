import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { formatHistory, type HistoryFormat } from '../../../../src/core/history/historyExport';
import { escapeFormula } from '../../../../src/core/text/csvFormulas';
import type { ChangeRecord } from '../../../../src/core/history/changeRecord';
import {
  ACCESS_TOKEN,
  mappedTo,
  notMapped,
  OTHER_SERVICE_PROVIDER,
  OTHER_SKILL,
  SERVICE_PROVIDER,
  SKILL,
  skillsNamed,
} from '../../../support/builders';
import { aChange, aCreation, aProviderDeletion, aProviderRename, historyOf } from '../../../support/recordedChanges';

describe('the export of the history', () => {
  async function written(
    changes: Iterable<ChangeRecord>,
    format: HistoryFormat,
    skills = skillsNamed(),
  ): Promise<string> {
    let text = '';
    for await (const piece of formatHistory(historyOf(changes).newestFirst(), format, skills)) text += piece;
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

  it('has the names of skills after their IDs', async () => {
    const named = skillsNamed({ [SKILL]: 'Guest Calling', [OTHER_SKILL]: '=Concierge' });
    const changes = [aChange({ completed: { result: 'failed', actual: mappedTo(SKILL) } })];
    const [row] = parse(await written(changes, 'csv', named), { columns: true, bom: true });
    expect(row).toMatchObject({
      before: SKILL,
      beforeSkillName: 'Guest Calling',
      target: OTHER_SKILL,
      targetSkillName: escapeFormula('=Concierge'),
      actual: SKILL,
      actualSkillName: 'Guest Calling',
    });
    expect(JSON.parse(await written(changes, 'json', named))).toMatchObject([
      {
        before: { type: 'mapped', skillId: SKILL, skillName: 'Guest Calling' },
        target: { skillName: '=Concierge' },
        completed: { actual: { skillName: 'Guest Calling' } },
      },
    ]);
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
        beforeSkillName: '',
        target: OTHER_SKILL,
        targetSkillName: '',
        result: 'failed',
        actual: 'notMapped',
        actualSkillName: '',
        failure: 'conflict',
        status: '409',
        requestId: 'request-1',
        recovered: '',
        operationId: 'act',
        id: '2',
        revertsChangeId: '1',
        endpoint: 'https://api.amazonalexa.com',
        logicalId: '',
        displayNameBefore: '',
        displayName: '',
      },
      expect.objectContaining({ id: '1', completedAt: '', result: 'open', actual: '', status: '' }),
    ]);
  });

  it('has changes of service providers themselves, with the ID that a create has got', async () => {
    const named = skillsNamed({ [SKILL]: 'Guest Calling' });
    const changes = [aProviderDeletion(), aProviderRename(), aCreation()];
    const rows: unknown = parse(await written(changes, 'csv', named), { columns: true, bom: true });
    expect(rows).toMatchObject([
      { operation: 'deleteProvider', before: SKILL, beforeSkillName: 'Guest Calling', displayNameBefore: 'Grand' },
      { operation: 'updateProvider', before: '', target: '', displayNameBefore: 'Grand', displayName: 'Palace' },
      {
        operation: 'createProvider',
        serviceProviderId: OTHER_SERVICE_PROVIDER,
        logicalId: 'annex',
        displayName: 'Annex',
      },
    ]);
    expect(JSON.parse(await written(changes, 'json', named))).toMatchObject([
      { mapping: { skillId: SKILL, skillName: 'Guest Calling' } },
      changes[1],
      changes[2],
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
    for await (const piece of formatHistory(historyOf(changes).newestFirst(), 'json', skillsNamed()))
      pieces.push(piece);
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
