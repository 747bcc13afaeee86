import { beforeEach, describe, expect, it } from 'vitest';
import { compareMappingFile, countAgreements } from '../../../../src/core/mappingFile/compareMappingFile';
import {
  countsText,
  datedCountsText,
  deviationText,
  entryLines,
} from '../../../../src/core/mappingFile/comparisonText';
import { parseMappingFile } from '../../../../src/core/mappingFile/mappingFile';
import { MappingStore } from '../../../../src/core/mappings/mappingStore';
import {
  aProvider,
  mappedTo,
  notMapped,
  OTHER_SKILL,
  signedInTo,
  signedOut,
  SKILL,
  skillsNamed,
} from '../../../support/builders';
import { MappingsInMemory } from '../../../support/mappingsInMemory';

const [A, B, C, D] = ['a', 'b', 'c', 'd'].map((end) => `amzn1.comms.csp.id.${end}`) as [string, string, string, string];
const skills = skillsNamed({ [OTHER_SKILL]: 'Guest Calling' });

let service: MappingsInMemory;
let store: MappingStore;

beforeEach(() => {
  service = new MappingsInMemory();
  const log = { begin: () => Promise.resolve('log'), complete: () => Promise.resolve() };
  store = new MappingStore(service, log, { readProvider: (id) => service.readProvider(id), settleMs: 0, checksMs: [] });
  store.setEntries([A, B, C].map((id) => aProvider(id)));
  store.setSessions(signedInTo('default'));
});

const fileWith = (file: object) => parseMappingFile(JSON.stringify(file));
const file = () =>
  fileWith({
    mappings: [
      { serviceProviderId: A, skillId: SKILL, name: 'Aurora' },
      { serviceProviderId: B, skillId: '${profile:staging}' },
    ],
    absent: [C],
  });
const staging = [{ id: SKILL, source: { folder: 'skill', profile: 'staging' } }];
const compare = (compared = file()) => compareMappingFile(compared, staging, store);
const types = (compared = file()) => compare(compared).map(({ agreement }) => agreement.type);
const sentences = () => compare().map((entry) => deviationText(entry, skills));

describe('the comparison of a mapping file', () => {
  it('finds agreement in either form of the skill ID, and where nothing is to be mapped', async () => {
    service.mappings.set(A, mappedTo(SKILL.replace('amzn1.ask.skill.', 'amzn1.alexa.skill.did.')));
    service.mappings.set(B, mappedTo(SKILL));
    await store.refresh([A, B, C]);
    expect(types()).toEqual(['agrees', 'agrees', 'agrees']);
    expect(sentences()).toEqual([undefined, undefined, undefined]);
  });

  it('says what the service has where it differs', async () => {
    service.mappings.set(A, mappedTo(OTHER_SKILL));
    service.mappings.set(C, mappedTo(SKILL));
    await store.refresh([A, B, C]);
    expect(sentences()).toEqual([
      `The service differs: mapped to Guest Calling (${OTHER_SKILL}).`,
      'The service differs: not mapped.',
      `The service differs: mapped to ${SKILL}.`,
    ]);
  });

  it('says that the service has no such service provider', async () => {
    service.unknown.add(A);
    await store.refresh([A, B, C]);
    expect(sentences()[0]).toBe('The service differs: unknown service provider.');
  });

  it('claims nothing about what was not read, may have changed, or could not be read', async () => {
    expect(types()).toEqual(['notRead', 'notRead', 'notRead']);
    service.mappings.set(A, mappedTo(SKILL));
    await store.refresh([A]);
    store.markChangedInOtherWindow([A]);
    service.unreadable.set(B, 'serverError');
    await store.refresh([B]);
    expect(types()).toEqual(['notRead', 'unreadable', 'notRead']);
    expect(sentences()[1]).toMatch(/^The mapping could not be read: /);
    store.setSessions(signedOut);
    expect(new Set(types())).toEqual(new Set(['signedOut']));
  });

  it('tells those that are not in the list, and those that the list has another account for', async () => {
    store.setEntries([aProvider(A, { account: 'staging' }), aProvider(B, { account: 'production' })]);
    store.setSessions(signedInTo('staging', 'production'));
    const found = fileWith({
      account: 'production',
      mappings: [A, B, D].map((serviceProviderId) => ({ serviceProviderId, skillId: SKILL })),
    });
    await store.refresh([A, B]);
    expect(types(found)).toEqual(['otherAccount', 'differs', 'notListed']);
    expect(deviationText(compare(found)[0] ?? expect.fail(), skills)).toContain('The account staging is used');
  });

  it('leaves out an entry whose profile has no skill', () => {
    expect(types(fileWith({ mappings: [{ serviceProviderId: A, skillId: '${profile:nowhere}' }] }))).toEqual([]);
  });

  it('marks the skill of a mapping, and the ID of one that must not be mapped', () => {
    const text = `{ "mappings": [{ "skillId": "${SKILL}", "serviceProviderId": "${A}" }], "absent": ["${C}"] }`;
    const spans = compare(parseMappingFile(text)).map(({ span: { start, end } }) => text.slice(start, end));
    expect(spans).toEqual([`"${SKILL}"`, `"${C}"`]);
  });

  it('counts each entry once', async () => {
    service.mappings.set(A, mappedTo(SKILL));
    service.mappings.set(B, notMapped);
    await store.refresh([A, B]);
    const counts = countAgreements(compare());
    expect(counts).toMatchObject({ agree: 1, differ: 1, notRead: 1, notListed: 0, otherAccount: 0 });
    expect(countsText(counts, 'en')).toBe('1 agrees, 1 differs, 1 not read');
    expect(datedCountsText(counts, () => '5:00 PM', 'en')).toBe('1 agrees, 1 differs, 1 not read · as of 5:00 PM');
    expect(countsText(countAgreements([]), 'en')).toBe('No service providers in this file');
  });

  it('tells all about an entry', async () => {
    service.mappings.set(A, mappedTo(OTHER_SKILL));
    expect(entryLines(compare()[0] ?? expect.fail(), skills, () => '')).toEqual([
      'Aurora',
      A,
      'Not read yet. Compare the file with the service.',
    ]);
    await store.refresh([A]);
    expect(entryLines(compare()[0] ?? expect.fail(), skills, () => '3 min. ago')).toEqual([
      'Aurora',
      A,
      `The service differs: mapped to Guest Calling (${OTHER_SKILL}).`,
      `Last read 3 min. ago: mapped to Guest Calling (${OTHER_SKILL})`,
    ]);
  });
});
