import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** The prefix of a secret of Login with Amazon, which is not secret itself. */
const PREFIX = /^(?:Atza|Atzr|Atc)\||^amzn1\.oa2-cs\.v1\./;

/**
 * The encodings in which a text may contain a secret: unchanged, in a URL, in JSON, in hexadecimal, in UTF-16, or in base64 at any
 * offset.
 */
function encodingsOf(secret: string): string[] {
  const core = secret.replace(PREFIX, '');
  const bytes = Buffer.from(core);
  const base64 = [0, 1, 2].flatMap((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    // The first and the last characters depend on the bytes next to the secret.
    return (['base64', 'base64url'] as const).map((encoding) => shifted.toString(encoding).slice(4, -4));
  });
  const inUrl = [encodeURIComponent(core), core.replace(/[^\w.-]/g, percentEncoded)];
  const hex = bytes.toString('hex');
  return [
    ...new Set([
      core,
      ...inUrl,
      ...inUrl.map((form) => form.replace(/%../g, (each) => each.toLowerCase())),
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

/** The indices and first characters of the texts that contain one of the secrets. */
export function textsWithSecrets(texts: readonly string[], secrets: readonly string[]): string[] {
  const forms = secrets.flatMap(encodingsOf);
  return texts.flatMap((text, index) =>
    forms.some((form) => text.includes(form)) ? [`text ${index}: ${text.slice(0, 40)}`] : [],
  );
}

/** The files under a folder that contain one of the secrets; links are not followed. */
export async function filesWithSecrets(folder: string, secrets: readonly string[]): Promise<string[]> {
  const forms = secrets.flatMap(encodingsOf);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter((each) => each.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    // A lock file may have been deleted meanwhile.
    const bytes = await readFile(file).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    });
    if (forms.some((form) => bytes.includes(form))) found.push(path.relative(folder, file));
  }
  return found;
}
