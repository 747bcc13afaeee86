import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { bundledOutputs, ENTRY, LIST, loadedWith } from '../support/extensionBundle';
import type { Measurement } from './measurement';

const root = path.resolve(import.meta.dirname, '../..');

/** The size of the download (the VSIX), and of what a window loads at activation and right after it, to show the list. */
export const bytes: Measurement = {
  name: 'bytes',
  async measure({ signal }) {
    const child = spawn('npm', ['run', '--silent', 'package'], {
      cwd: root,
      signal,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    if (child.exitCode !== 0) throw new Error(`npm run package failed:\n${output}${errors}`);
    const { size: vsix } = await stat(path.join(root, 'dist/alexa-network-mapping.vsix'));
    const outputs = await bundledOutputs();
    const entry = loadedWith(outputs, ENTRY);
    const atActivation = await sizeOf(entry);
    const forList = await sizeOf([...new Set([...entry, ...loadedWith(outputs, LIST)])]);
    return [
      { name: 'loaded at activation', value: atActivation, unit: 'bytes' },
      { name: 'loaded until the list is shown', value: forList, unit: 'bytes', aim: { atMost: 85_000 } },
      { name: 'VSIX', value: vsix, unit: 'bytes', aim: { atMost: 250_000 } },
    ];
  },
};

/** Returns the total size of the files, whose names in `dist/` are the same. */
async function sizeOf(outputs: readonly string[]): Promise<number> {
  const sizes = outputs.map(async (output) => (await stat(path.join(root, output))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
