import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { filesWithSecrets, textsWithSecrets } from './leaks';

const TOKEN = 'Atza|IwEBIJ-a_token+of/the=usual~form-that-must-not-leak';

const CLIENT_SECRET = 'amzn1.oa2-cs.v1.0f-the~usual/form+that=must-not-leak';
const lowerCase = (text: string) => text.replace(/[^\w.-]/g, (each) => `%${each.charCodeAt(0).toString(16)}`);

it.each([
  ['unchanged', TOKEN],
  ['without its prefix', TOKEN.slice(5)],
  ['in a URL', `?access_token=${encodeURIComponent(TOKEN)}&`],
  ['in a URL, with all punctuation percent-encoded in lower case', lowerCase(TOKEN)],
  ['in JSON', JSON.stringify({ token: `"${TOKEN}"` })],
  ['in hexadecimal', Buffer.from(TOKEN).toString('hex')],
  ['in upper-case hexadecimal', Buffer.from(TOKEN).toString('hex').toUpperCase()],
  ['in UTF-16', Buffer.from(TOKEN, 'utf16le').toString('latin1')],
  ['in base64', Buffer.from(`Bearer ${TOKEN}`).toString('base64')],
  ['in base64 at offset 1', Buffer.from(`Bearer  ${TOKEN}`).toString('base64')],
  ['in base64 at offset 2', Buffer.from(`Bearer   ${TOKEN}`).toString('base64url')],
  ['next to another one', CLIENT_SECRET],
  ['next to another one, without its prefix', CLIENT_SECRET.slice('amzn1.oa2-cs.v1.'.length)],
])('the search for secrets finds one %s', async (_how, text) => {
  expect(textsWithSecrets(['nothing', text], [TOKEN, CLIENT_SECRET])).toHaveLength(1);
  const folder = await mkdtemp(path.join(tmpdir(), 'leaks-'));
  await writeFile(path.join(folder, 'clean'), 'nothing');
  await writeFile(path.join(folder, 'file'), Buffer.concat([Buffer.from([0, 255]), Buffer.from(text)]));
  expect(await filesWithSecrets(folder, [TOKEN, CLIENT_SECRET])).toEqual(['file']);
  await rm(folder, { recursive: true });
});
