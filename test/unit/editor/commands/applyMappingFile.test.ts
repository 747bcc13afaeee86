import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aProvider, mappedTo, notMapped, OTHER_SKILL, signedInTo, SKILL, THIRD_SKILL } from '../../../support/builders';
import { CommandWindow } from '../../../support/commandWindow';
import { acceptsWithout, openFolder, presses, user } from '../../../support/fakeVscode';

const ids = Array.from({ length: 12 }, (_, index) => `amzn1.comms.csp.id.${index}`);
const [A = '', B = '', C = '', D = ''] = ids;

let window: CommandWindow;

beforeEach(async () => {
  window = await CommandWindow.open(ids.map((id) => aProvider(id)));
  openFolder.open('/workspace');
  openFolder.trust();
});

afterEach(async () => {
  await window.close();
});

const mapping = (serviceProviderId: string, skillId = SKILL) => ({ serviceProviderId, skillId });
const open = (file: object) => openFolder.openDocument('hotels.network-mappings.json', JSON.stringify(file));
const run = (...args: unknown[]) => window.runner.execute('applyMappingFile', args);
const dialogs = () => user.prompts.filter((prompt) => prompt.type === 'dialog');

describe('Apply to Service', () => {
  it('creates, remaps and deletes what differs after a confirmation, and offers to undo', async () => {
    window.service.mappings.set(A, mappedTo(SKILL)).set(B, mappedTo(OTHER_SKILL)).set(D, mappedTo(OTHER_SKILL));
    const document = open({ mappings: [mapping(A), mapping(B), mapping(C)], absent: [D] });
    user.will((prompt) => {
      expect(window.sent).toEqual([]);
      return presses('Apply')(prompt);
    });
    await run(document.uri);
    expect(dialogs()[0]).toMatchObject({
      text: 'Apply 3 changes?',
      detail: expect.stringContaining('Will be skipped: 1 already mapped to this skill.') as unknown,
    });
    expect(window.sent.sort()).toEqual([`create ${C}`, `delete ${D}`, `update ${B}`]);
    expect(user.notifications).toMatchObject([{ text: expect.stringMatching(/^Changed 3 of 4\./) as unknown }]);
    user.will(presses('Undo'));
    user.notifications[0]?.press('Undo');
    await expect
      .poll(() => [B, C, D].map((id) => window.service.mappings.get(id)))
      .toEqual([mappedTo(OTHER_SKILL), notMapped, mappedTo(OTHER_SKILL)]);
    await expect.poll(() => user.told).toContain('Undid 3 of 3 changes.');
  });

  it('sends nothing that is not confirmed, nor anything that no entry names', async () => {
    window.service.mappings.set(A, mappedTo(OTHER_SKILL)).set(B, mappedTo(OTHER_SKILL));
    user.will(presses(undefined));
    await run(open({ mappings: [mapping(A)] }).uri);
    expect([window.sent, window.service.reads, window.results]).toEqual([[], [A], ['dismissed']]);
  });

  it('says that there is nothing to apply', async () => {
    window.service.mappings.set(A, mappedTo(SKILL));
    await run(open({ mappings: [mapping(A)], absent: [B] }).uri);
    expect(user.told).toEqual(['The service agrees with hotels.network-mappings.json. Nothing to apply.']);
  });

  it('reads each mapping right before it changes it, and leaves alone and reports what others have changed', async () => {
    for (const id of [A, B]) window.service.mappings.set(id, mappedTo(OTHER_SKILL));
    const changeAll = window.store.changeAll.bind(window.store);
    window.store.changeAll = (...args) => {
      window.service.mappings.set(A, mappedTo(THIRD_SKILL));
      return changeAll(...args);
    };
    user.will(presses('Apply'));
    await run(open({ mappings: [mapping(A), mapping(B)] }).uri);
    expect(window.sent).toEqual([`update ${B}`]);
    expect(user.told[0]).toBe('Changed 1 of 2. Skipped 1 changed in the meantime.');
    expect(window.service.mappings.get(A)).toEqual(mappedTo(THIRD_SKILL));
    expect(window.service.reads.sort()).toEqual([A, A, B, B]);
  });

  describe('of more than 30 % of the mapped service providers', () => {
    beforeEach(() => {
      for (const id of ids) window.service.mappings.set(id, mappedTo(OTHER_SKILL));
    });
    const file = () => open({ mappings: ids.map((id, index) => mapping(id, index < 4 ? SKILL : OTHER_SKILL)) });

    it('stops, says why, and how to go on', async () => {
      user.will(presses(undefined));
      await run(file().uri);
      expect(dialogs()).toMatchObject([
        {
          text: 'The file changes 34 % of the 12 mapped service providers in it.',
          detail: expect.stringMatching(
            /^Remaps: 4\nDeletes: 0\n\nMore than 30 % stops here.*select Review Changes/s,
          ) as unknown,
          buttons: ['Review Changes'],
        },
      ]);
      expect(window.sent).toEqual([]);
    });

    it('shows each change and asks for the confirmation once more', async () => {
      user.will(presses('Review Changes'), acceptsWithout(A), presses('Apply'));
      await run(file().uri);
      expect(window.sent).toEqual([B, C, D].map((id) => `update ${id}`));
    });
  });

  it('saves the file first, and sends nothing if that fails', async () => {
    window.service.mappings.set(A, mappedTo(OTHER_SKILL));
    const document = open({ mappings: [] });
    openFolder.edit(document, JSON.stringify({ mappings: [mapping(A)] }));
    openFolder.refusesToSave = true;
    await run(document.uri);
    expect(user.told).toEqual(['hotels.network-mappings.json could not be saved, so nothing was changed.']);
    openFolder.refusesToSave = false;
    user.will(presses('Apply'));
    await run(document.uri);
    expect([document.isDirty, window.sent]).toEqual([false, [`update ${A}`]]);
  });

  it('sends nothing in a workspace that is not trusted', async () => {
    openFolder.isTrusted = false;
    await run(open({ mappings: [mapping(A)] }).uri);
    expect(user.notifications).toMatchObject([{ severity: 'warning', buttons: ['Manage Workspace Trust'] }]);
    expect(window.service.reads).toEqual([]);
  });

  it('sends nothing for a file with errors', async () => {
    await run(open({ mappings: [mapping(A), mapping(A, OTHER_SKILL)] }).uri);
    expect(user.told).toEqual([
      'Correct the error in hotels.network-mappings.json first: Same ID as entry 1. Remove one of them.',
    ]);
    expect(window.service.reads).toEqual([]);
  });

  it('changes those that only the file names, with its account, and writes no setting', async () => {
    const unlisted = 'amzn1.comms.csp.id.new';
    const document = open({ account: 'default', mappings: [] });
    openFolder.edit(document, JSON.stringify({ account: 'default', mappings: [mapping(unlisted)] }));
    user.will(presses('Apply'));
    await run(document.uri);
    expect(window.sent).toEqual([`create ${unlisted}`]);
    expect(window.store.provider(unlisted)).toMatchObject({
      account: 'default',
      file: 'hotels.network-mappings.json',
    });
    expect(window.merged).toEqual([]);
  });

  it('sends nothing with another account than that of the file', async () => {
    window.store.setSessions(signedInTo('default', 'production'));
    await run(open({ account: 'production', mappings: [mapping(A)] }).uri);
    expect(user.told[0]).toMatch(/^amzn1\.comms\.csp\.id\.0: The account default is used/);
    expect([window.service.reads, window.sent]).toEqual([[], []]);
  });
});
