import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** What a secret of Login with Amazon begins with, which tells nobody anything. */
const MARK = /^(?:Atza|Atzr|Atc)\||^amzn1\.oa2-cs\.v1\./;

/**
 * The ways in which a secret may stand in a text: as it is, in an address, in JSON, in hexadecimal digits, in two bytes a
 * character, in base64 at any place.
 */
function formsOf(secret: string): string[] {
  const core = secret.replace(MARK, '');
  const bytes = Buffer.from(core);
  const base64 = [0, 1, 2].flatMap((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    // The first and the last characters depend on what stands beside the secret.
    return (['base64', 'base64url'] as const).map((encoding) => shifted.toString(encoding).slice(4, -4));
  });
  const inAddress = [encodeURIComponent(core), core.replace(/[^\w.-]/g, percentEncoded)];
  const hex = bytes.toString('hex');
  return [
    ...new Set([
      core,
      ...inAddress,
      ...inAddress.map((form) => form.replace(/%../g, (each) => each.toLowerCase())),
      JSON.stringify(core).slice(1, -1),
      hex,
      hex.toUpperCase(),
      Buffer.from(core, 'utf16le').toString('latin1'),
      ...base64,
    ]),
  ];
}

function percentEncoded(character: string): string {
  return Buffer.from(character).reduce((all, byte) => `${all}%${byte.toString(16).toUpperCase().padStart(2, '0')}`, '');
}

/** Numbers and beginnings of the texts that hold one of the secrets. */
export function textsWithSecrets(texts: readonly string[], secrets: readonly string[]): string[] {
  const forms = secrets.flatMap(formsOf);
  return texts.flatMap((text, index) =>
    forms.some((form) => text.includes(form)) ? [`text ${index}: ${text.slice(0, 40)}`] : [],
  );
}

/** The files under a folder that hold one of the secrets; links are not followed. */
export async function filesWithSecrets(folder: string, secrets: readonly string[]): Promise<string[]> {
  const forms = secrets.flatMap(formsOf);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter((each) => each.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    // A lock file may be gone by now.
    const bytes = await readFile(file).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    });
    if (forms.some((form) => bytes.includes(form))) found.push(path.relative(folder, file));
  }
  return found;
}
