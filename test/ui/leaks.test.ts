import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { filesWithSecrets, textsWithSecrets } from './leaks';

const TOKEN = 'Atza|IwEBIJ-a_token+of/the=usual~form-that-nobody-may-find';

it.each([
  ['as it is', TOKEN],
  ['without its beginning', TOKEN.slice(5)],
  ['in an address', `?access_token=${encodeURIComponent(TOKEN)}&`],
  ['in JSON', JSON.stringify({ token: `"${TOKEN}"` })],
  ['in base64', Buffer.from(`Bearer ${TOKEN}`).toString('base64')],
  ['in base64, one byte on', Buffer.from(`Bearer  ${TOKEN}`).toString('base64')],
  ['in base64, two bytes on', Buffer.from(`Bearer   ${TOKEN}`).toString('base64url')],
])('the search for tokens finds one that is written %s', async (_how, text) => {
  expect(textsWithSecrets(['nothing', text], [TOKEN])).toHaveLength(1);
  const folder = await mkdtemp(path.join(tmpdir(), 'leaks-'));
  await writeFile(path.join(folder, 'clean'), 'nothing');
  await writeFile(path.join(folder, 'file'), Buffer.concat([Buffer.from([0, 255]), Buffer.from(text)]));
  expect(await filesWithSecrets(folder, [TOKEN])).toEqual(['file']);
  await rm(folder, { recursive: true });
});
