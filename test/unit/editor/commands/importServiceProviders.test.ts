import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCESS_TOKEN, aProvider, mappedTo, OTHER_SKILL, SKILL } from '../../../support/builders';
import { CommandWindow } from '../../../support/commandWindow';
import { acceptsWithout, chooses, presses, Uri, user, type Prompt } from '../../../support/fakeVscode';

const [A, B] = ['amzn1.comms.csp.id.a', 'amzn1.comms.csp.id.b'] as const;

let folder: string;
let window: CommandWindow;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'import-'));
  window = await CommandWindow.open([aProvider(A, { name: 'Aurora' })]);
});

afterEach(async () => {
  await window.close();
  await rm(folder, { recursive: true, force: true });
});

/** The user chooses a file with this text. */
async function opens(text: string): Promise<void> {
  const file = path.join(folder, 'list.csv');
  await writeFile(file, text);
  user.will(() => [Uri.file(file)]);
}

it('adds what the list does not have yet, after a preview', async () => {
  await opens(`id,name\n${A},Aurora\n${B},"Hotel, Borealis"\n`);
  user.will(chooses('Add 1'));
  await window.run('importServiceProviders');
  expect(window.merged).toEqual([{ id: B, name: 'Hotel, Borealis' }]);
  expect(user.notifications).toMatchObject([{ text: 'Added 1 service provider to the list.', buttons: ['Undo'] }]);
});

it('reads a file with nothing but IDs, several on a line', async () => {
  await opens(`${A}, ${B}`);
  user.will(chooses('Add 1'));
  await window.run('importServiceProviders');
  expect(window.merged).toEqual([{ id: B }]);
});

it('asks for each column that the file does not name, the probable one first', async () => {
  await opens(`number,hotel,csp,account\n1,Borealis,${B},hotels\n`);
  const chosenFirst = (expected: readonly string[]) => (prompt: Prompt) => {
    if (prompt.type !== 'pick') throw new Error(`a ${prompt.type} in the place of a list`);
    expect(prompt.items.map(({ label }) => label)).toEqual(expected);
    return prompt.items[0];
  };
  user.will(
    chosenFirst(['csp', 'number', 'hotel', 'account']),
    chosenFirst(['No names', 'number', 'hotel', 'account']),
    chosenFirst(['account', 'number', 'hotel', 'No accounts']),
    chooses('Add 1'),
  );
  await window.run('importServiceProviders');
  expect(window.merged).toEqual([{ id: B, account: 'hotels' }]);
});

it('adds nothing when the user leaves the preview', async () => {
  await opens(`${B}\n`);
  user.will(() => undefined);
  await window.run('importServiceProviders');
  expect([window.merged, user.told]).toEqual([[], []]);
});

it('says so where the list has all of the file', async () => {
  await opens(`${A}\n`);
  await window.run('importServiceProviders');
  expect(user.notifications).toMatchObject([{ severity: 'warning' }]);
  expect(window.merged).toEqual([]);
});

it('does nothing when no file is chosen', async () => {
  user.will(() => undefined);
  await window.run('importServiceProviders');
  expect(window.results).toEqual(['dismissed']);
});

describe('A file with skills', () => {
  const C = 'amzn1.comms.csp.id.c';
  const labels = (prompt: Prompt) => (prompt.type === 'pick' ? prompt.items.map(({ label }) => label) : []);

  it('adds only the service providers unless the user chooses to map them too', async () => {
    await opens(`id,skillId\n${B},${SKILL}\n`);
    user.will((prompt) => {
      expect(labels(prompt)).toEqual(['Add 1', 'Add 1, and Map 1 as Listed…', 'To add: 1', B]);
      return chooses('Add 1')(prompt);
    });
    await window.run('importServiceProviders');
    expect([window.merged, window.sent]).toEqual([[{ id: B }], []]);
  });

  it('maps, after a confirmation of each change, what is mapped otherwise or not at all', async () => {
    window.service.mappings.set(A, mappedTo(OTHER_SKILL)).set(C, mappedTo(SKILL));
    await opens(
      `serviceProviderId,name,state,skillId\n${A},Aurora,mapped,${SKILL}\n${B},,mapped,${OTHER_SKILL}\n${C},,mapped,${SKILL}\n`,
    );
    user.will(chooses('Add 2, and Map 3 as Listed…'), (prompt) => {
      expect(prompt).toMatchObject({ type: 'dialog', text: 'Apply 2 changes?' });
      expect(prompt.type === 'dialog' && prompt.detail).toContain('Will be skipped: 1 already mapped to this skill.');
      expect(window.sent).toEqual([]);
      return presses('Apply')(prompt);
    });
    await window.run('importServiceProviders');
    expect(window.sent).toEqual([`update ${A}`, `create ${B}`]);
    expect([A, B, C].map((id) => window.store.row(id))).toEqual([SKILL, OTHER_SKILL, SKILL].map(mappedTo));
    expect(user.told).toEqual([
      'Added 2 service providers to the list.',
      expect.stringContaining('Changed 2 of 3. Skipped 1 already mapped to this skill.'),
    ]);
  });

  it('changes nothing if the user does not confirm, and leaves a complete list as it is', async () => {
    await opens(`id,skillId\n${A},${SKILL}\n`);
    user.will((prompt) => {
      expect(labels(prompt)).toEqual([
        'Leave the list unchanged',
        'Map 1 as Listed…',
        'Already in your list: 1',
        'Aurora',
      ]);
      return chooses('Map 1 as Listed…')(prompt);
    }, presses(undefined));
    await window.run('importServiceProviders');
    expect([window.merged, window.sent, user.told]).toEqual([[], [], []]);
  });

  it('previews many changes, of which each can be cleared', async () => {
    const ids = Array.from({ length: 12 }, (_each, index) => `amzn1.comms.csp.id.many${index}`);
    await opens(`id,skillId\n${ids.map((id) => `${id},${SKILL}`).join('\n')}\n`);
    user.will(chooses('Add 12, and Map 12 as Listed…'), acceptsWithout(ids[3] ?? ''), presses('Apply'));
    await window.run('importServiceProviders');
    expect(window.sent).toHaveLength(11);
    expect(window.sent).not.toContain(`create ${ids[3] ?? ''}`);
  });

  it('never deletes a mapping, whatever its state is in the file', async () => {
    window.service.mappings.set(A, mappedTo(SKILL));
    await opens(`id,name,state,skillId\n${A},Aurora,notMapped,\n`);
    await window.run('importServiceProviders');
    expect(user.told).toEqual(['The service provider in the file is already in your list.']);
    expect(window.sent).toEqual([]);
  });

  it('has a problem on each line whose skill is not certainly one', async () => {
    await opens(`id,skillId\n${B},${A}\n${C},n/a\n${A},${ACCESS_TOKEN}\n`);
    user.will(() => undefined);
    await window.run('importServiceProviders');
    const [, prompt] = user.prompts;
    expect(prompt && labels(prompt)).toEqual(['Problems: 3', 'Line 2', 'Line 3', 'Line 4']);
    expect(JSON.stringify(prompt)).not.toContain(ACCESS_TOKEN);
  });
});
