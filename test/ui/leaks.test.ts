import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { filesWithSecrets, textsWithSecrets } from './leaks';

const TOKEN = 'Atza|IwEBIJ-a_token+of/the=usual~form-that-nobody-may-find';

const CLIENT_SECRET = 'amzn1.oa2-cs.v1.0f-the~usual/form+that=nobody-may-find';
const smallLetters = (text: string) => text.replace(/[^\w.-]/g, (each) => `%${each.charCodeAt(0).toString(16)}`);

it.each([
  ['as it is', TOKEN],
  ['without its beginning', TOKEN.slice(5)],
  ['in an address', `?access_token=${encodeURIComponent(TOKEN)}&`],
  ['in an address, all signs of it in small letters', smallLetters(TOKEN)],
  ['in JSON', JSON.stringify({ token: `"${TOKEN}"` })],
  ['in hexadecimal digits', Buffer.from(TOKEN).toString('hex')],
  ['in large hexadecimal digits', Buffer.from(TOKEN).toString('hex').toUpperCase()],
  ['in two bytes a character', Buffer.from(TOKEN, 'utf16le').toString('latin1')],
  ['in base64', Buffer.from(`Bearer ${TOKEN}`).toString('base64')],
  ['in base64, one byte on', Buffer.from(`Bearer  ${TOKEN}`).toString('base64')],
  ['in base64, two bytes on', Buffer.from(`Bearer   ${TOKEN}`).toString('base64url')],
  ['beside another one', CLIENT_SECRET],
  ['beside another one without its beginning', CLIENT_SECRET.slice('amzn1.oa2-cs.v1.'.length)],
])('the search for secrets finds one that is written %s', async (_how, text) => {
  expect(textsWithSecrets(['nothing', text], [TOKEN, CLIENT_SECRET])).toHaveLength(1);
  const folder = await mkdtemp(path.join(tmpdir(), 'leaks-'));
  await writeFile(path.join(folder, 'clean'), 'nothing');
  await writeFile(path.join(folder, 'file'), Buffer.concat([Buffer.from([0, 255]), Buffer.from(text)]));
  expect(await filesWithSecrets(folder, [TOKEN, CLIENT_SECRET])).toEqual(['file']);
  await rm(folder, { recursive: true });
});
