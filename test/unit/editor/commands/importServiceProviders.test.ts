import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { aProvider } from '../../../support/builders';
import { CommandWindow } from '../../../support/commandWindow';
import { chooses, Uri, user, type Prompt } from '../../../support/fakeVscode';

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
