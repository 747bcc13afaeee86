import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { MappingStore } from '../../../../src/core/mappings/mappingStore';
import {
  exportedMappings,
  formatMappingsCsv,
  formatMappingsJson,
} from '../../../../src/core/presentation/mappingExport';
import { readProviderListFile } from '../../../../src/core/providerList/providerListFile';
import { unescapeFormula } from '../../../../src/core/text/csvFormulas';
import { aProvider, mappedTo, OTHER_SKILL, signedInTo, SKILL, skillsNamed } from '../../../support/builders';
import { MappingsInMemory } from '../../../support/mappingsInMemory';

const [A, B, C, D, E, F] = ['a', 'b', 'c', 'd', 'e', 'f'].map((end) => `amzn1.comms.csp.id.${end}`) as [
  string,
  ...string[],
];
const COLUMNS = ['serviceProviderId', 'name', 'account', 'state', 'skillId', 'skillName', 'readAt'];

let service: MappingsInMemory;
let store: MappingStore;

beforeEach(() => {
  service = new MappingsInMemory();
  const log = { begin: () => Promise.resolve('log'), complete: () => Promise.resolve() };
  store = new MappingStore(service, log, { readProvider: (id) => service.readProvider(id), settleMs: 0, checksMs: [] });
  store.setSessions(signedInTo('default', 'hotels'));
});

const skills = skillsNamed({ [SKILL]: 'Guest Calling' });
const exported = (...ids: readonly string[]) => exportedMappings(new Set(ids), store, skills);

it('has what is known now of each mapping, with the time of the read, in the order of the list', async () => {
  service.mappings.set(A, mappedTo(SKILL)).set(B ?? '', mappedTo(OTHER_SKILL));
  service.unknown.add(D ?? '');
  service.unreadable.set(E ?? '', 'network');
  const ids = [A, B, C, D, E, F].map(String);
  store.setEntries(
    ids.map((id, index) => aProvider(id, { ...(index === 0 && { name: 'Aurora', account: 'hotels' }) })),
  );
  const before = Date.now();
  await store.refresh(ids.slice(0, 5));
  const all = exported(...ids.reverse());
  expect(all.map(({ readAt, ...others }) => others)).toEqual([
    {
      serviceProviderId: A,
      name: 'Aurora',
      account: 'hotels',
      state: 'mapped',
      skillId: SKILL,
      skillName: 'Guest Calling',
    },
    { serviceProviderId: B, state: 'mapped', skillId: OTHER_SKILL },
    { serviceProviderId: C, state: 'notMapped' },
    { serviceProviderId: D, state: 'unknownProvider' },
    { serviceProviderId: E, state: 'unreadable' },
    { serviceProviderId: F, state: 'unread' },
  ]);
  expect(all.map(({ readAt }) => readAt !== undefined && Date.parse(readAt) >= before)).toEqual([
    ...[true, true, true, true],
    ...[false, false],
  ]);
});

it('has no skill of a mapping that may have changed since', async () => {
  service.mappings.set(A, mappedTo(SKILL));
  store.setEntries([aProvider(A)]);
  await store.refresh([A]);
  store.markChangedInOtherWindow([A]);
  expect(exported(A)).toEqual([{ serviceProviderId: A, state: 'unread' }]);
  store.setSessions(new Map());
  expect(exported(A)).toEqual([{ serviceProviderId: A, state: 'signedOut' }]);
});

it('has only those that were asked for', () => {
  store.setEntries([aProvider(A), aProvider(B)]);
  expect(exported(String(B), 'other')).toEqual([{ serviceProviderId: B, state: 'unread' }]);
});

it('has no cell in CSV that a spreadsheet would run, and the same texts when it is read again', () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('=1+1', '+1', '-1', '@a', '\t=1', 'a;=1', '"', 'a,b', 'a\r\nb'));
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text)), (texts) => {
      const all = texts.map(([name, skillName]) => ({
        ...{ serviceProviderId: A, name, account: 'hotels', state: 'mapped' as const },
        ...{ skillId: SKILL, skillName, readAt: '2026-01-01T00:00:00.000Z' },
      }));
      const rows = parse(formatMappingsCsv(all), { bom: true, record_delimiter: '\r\n' });
      expect(rows[0]).toEqual(COLUMNS);
      for (const cell of rows.flat()) expect(cell).not.toMatch(/^\s*[=+\-@]/);
      expect(rows.slice(1).map((cells) => cells.map(unescapeFormula))).toEqual(
        all.map((each) => COLUMNS.map((column) => each[column as keyof typeof each])),
      );
    }),
  );
});

it.each([
  ['mappings.csv', formatMappingsCsv],
  ['mappings.json', formatMappingsJson],
])('can be imported, with the skills of what is mapped: %s', (fileName, format) => {
  const readAt = '2026-01-01T00:00:00.000Z';
  const mapping = { name: '=Aurora, "West"', account: 'hotels', state: 'mapped', skillId: SKILL, readAt } as const;
  const text = format([
    { serviceProviderId: A, ...mapping },
    { serviceProviderId: String(B), state: 'notMapped', readAt },
    { serviceProviderId: String(C), state: 'unreadable' },
  ]);
  const file = readProviderListFile(new TextEncoder().encode(text), fileName);
  expect('listed' in file && file.listed.map(({ entry, skillId }) => [entry, skillId])).toEqual([
    [{ id: A, name: '=Aurora, "West"', account: 'hotels' }, SKILL],
    [{ id: B }, undefined],
    [{ id: C }, undefined],
  ]);
  expect(file).toMatchObject({
    problems: [],
    ignored: fileName.endsWith('csv') ? ['state', 'skillName', 'readAt'] : ['state', 'readAt'],
  });
});
