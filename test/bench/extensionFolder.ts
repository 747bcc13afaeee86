import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Writes an extension with a single file to a new folder; resolves with the folder. */
export async function writeExtension(dir: string, id: string, code: string, manifest: object = {}): Promise<string> {
  const [publisher, name] = id.split('.');
  const folder = path.join(dir, id);
  await mkdir(folder);
  const all = {
    publisher,
    name,
    version: '0.0.1',
    engines: { vscode: '^1.100.0' },
    main: './extension.js',
    ...manifest,
  };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(all));
  await writeFile(path.join(folder, 'extension.js'), code);
  return folder;
}

/** The code of an extension that does nothing. */
export const NOTHING = 'exports.activate = () => {};\n';
