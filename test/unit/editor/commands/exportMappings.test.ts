import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aProvider, mappedTo, notMapped, OTHER_SKILL, SKILL, signedInTo, signedOut } from '../../../support/builders';
import { CommandWindow } from '../../../support/commandWindow';
import { openFolder, presses, Uri, user } from '../../../support/fakeVscode';

const [A, B, C] = ['amzn1.comms.csp.id.a', 'amzn1.comms.csp.id.b', 'amzn1.comms.csp.id.c'] as const;

let folder: string;
let window: CommandWindow;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'export-'));
  window = await CommandWindow.open([aProvider(A, { name: 'Aurora' }), aProvider(B), aProvider(C)]);
  window.service.mappings.set(A, mappedTo(SKILL));
});

afterEach(async () => {
  await window.close();
  await rm(folder, { recursive: true, force: true });
});

const file = (name: string) => path.join(folder, name);
const saves = (name: string) => () => Uri.file(file(name));
const json = async () => JSON.parse(await readFile(file('mappings.json'), 'utf8')) as Record<string, unknown>[];

it('writes all mappings, after reading those that are not known', async () => {
  await window.store.refresh([A]);
  window.service.reads.length = 0;
  user.will((prompt) => {
    expect(prompt).toMatchObject({ type: 'save', title: 'Export Mappings' });
    return saves('mappings.json')();
  });
  await window.run('exportMappings');
  expect(window.service.reads.sort()).toEqual([B, C]);
  expect((await json()).map(({ serviceProviderId, state, skillId }) => [serviceProviderId, state, skillId])).toEqual([
    [A, 'mapped', SKILL],
    [B, 'notMapped', undefined],
    [C, 'notMapped', undefined],
  ]);
  expect(user.notifications).toMatchObject([
    { severity: 'information', text: 'Exported 3 mappings.', buttons: ['Open File'] },
  ]);
});

it('writes those of an argument, as CSV', async () => {
  user.will(saves('mappings.csv'));
  await window.run('exportMappings', { serviceProviderId: A });
  const [header, row, end] = (await readFile(file('mappings.csv'), 'utf8')).split('\r\n');
  expect(header).toBe('\ufeffserviceProviderId,name,account,state,skillId,skillName,readAt');
  expect(row).toMatch(new RegExp(`^${A},Aurora,,mapped,${SKILL},,\\d{4}-.+Z$`));
  expect(end).toBe('');
});

it('warns of mappings that are not known, and states nothing of them', async () => {
  await window.store.refresh([A, B, C]);
  window.service.unreadable.set(A, 'network');
  await window.store.refresh([A]);
  user.will(saves('mappings.json'));
  await window.run('exportMappings');
  expect((await json())[0]).toEqual({ serviceProviderId: A, name: 'Aurora', state: 'unreadable' });
  window.store.setSessions(signedOut);
  user.will(saves('mappings.json'));
  await window.run('exportMappings', { serviceProviderId: B });
  expect(await json()).toEqual([{ serviceProviderId: B, state: 'signedOut' }]);
  expect(user.notifications).toMatchObject([
    { severity: 'warning', text: 'Exported 3 service providers. Mappings that are not known now: 1.' },
    { severity: 'warning', text: 'Exported 1 service provider, whose mapping is not known now.' },
  ]);
});

it('writes nothing when no file is chosen', async () => {
  user.will(() => undefined);
  await window.run('exportMappings');
  expect([window.results, user.told]).toEqual([['dismissed'], []]);
});

describe('a mapping file', () => {
  const NAME = 'now.network-mappings.json';
  const written = () => readFile(file(NAME), 'utf8');

  it('brings back the mappings that it was made of', async () => {
    user.will(saves(NAME));
    await window.run('exportMappings');
    expect(JSON.parse(await written())).toEqual({
      mappings: [{ serviceProviderId: A, skillId: SKILL, name: 'Aurora' }],
      absent: [B, C],
    });
    expect(user.told).toEqual(['Exported 3 mappings.']);
    window.service.mappings.set(A, mappedTo(OTHER_SKILL)).set(B, mappedTo(SKILL));
    openFolder.open(folder);
    openFolder.trust();
    user.will(presses('Apply'));
    await window.runner.execute('applyMappingFile', [openFolder.openDocument(NAME, await written()).uri]);
    expect([A, B, C].map((id) => window.service.mappings.get(id) ?? notMapped)).toEqual([
      mappedTo(SKILL),
      notMapped,
      notMapped,
    ]);
  });

  it('leaves out what is not known now, and says so', async () => {
    window.service.unreadable.set(B, 'network');
    window.service.unknown.add(C);
    user.will(saves(NAME));
    await window.run('exportMappings');
    expect(JSON.parse(await written())).toEqual({
      mappings: [{ serviceProviderId: A, skillId: SKILL, name: 'Aurora' }],
    });
    expect(user.notifications).toMatchObject([
      {
        severity: 'warning',
        text: 'Exported 1 of 3 service providers. Those whose mapping is not known now are left out.',
      },
    ]);
  });

  it('has the account of its service providers, and is not written for several', async () => {
    window.store.setSessions(signedInTo('default', 'eu'));
    window.store.setEntries([aProvider(A, { account: 'eu' }), aProvider(B)]);
    user.will(saves(NAME));
    await window.run('exportMappings');
    expect(user.told.splice(0)[0]).toMatch(/^The service providers belong to several accounts/);
    user.will(saves(NAME));
    await window.run('exportMappings', { serviceProviderId: A });
    expect(JSON.parse(await written())).toMatchObject({ account: 'eu', mappings: [{ serviceProviderId: A }] });
  });
});
