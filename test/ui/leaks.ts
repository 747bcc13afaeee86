import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** The ways in which a secret may stand in a text: as it is, in an address, in JSON, in base64 at any place. */
function formsOf(secret: string): string[] {
  const core = secret.replace(/^Atz[ar]\|/, '');
  const base64 = [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(core)]);
    // The first and the last characters depend on what stands beside the secret.
    return (['base64', 'base64url'] as const).map((encoding) => bytes.toString(encoding).slice(4, -4));
  });
  return [...new Set([core, encodeURIComponent(core), JSON.stringify(core).slice(1, -1), ...base64])];
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
    const bytes = await readFile(file);
    if (forms.some((form) => bytes.includes(form))) found.push(path.relative(folder, file));
  }
  return found;
}
