import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Measurement } from './measurement';

const root = path.resolve(import.meta.dirname, '../..');

/** The size of the download (the VSIX), and of what each window loads: the entry and the chunks that it requires immediately. */
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
    const size = async (file: string) => (await stat(path.join(root, 'dist', file))).size;
    return [
      { name: 'loaded at activation', value: await loadedWith('extension.js'), unit: 'bytes', aim: { atMost: 85_000 } },
      { name: 'dist/telemetry.js, loaded late', value: await size('telemetry.js'), unit: 'bytes' },
      { name: 'VSIX', value: await size('alexa-network-mapping.vsix'), unit: 'bytes' },
    ];
  },
};

/** The size of a file and of everything loaded with it. Excludes lazy chunks, which are required in a function, behind a promise. */
async function loadedWith(name: string, seen = new Set<string>()): Promise<number> {
  if (seen.has(name)) return 0;
  seen.add(name);
  const code = await readFile(path.join(root, 'dist', name), 'utf8');
  const required = [...code.matchAll(/(?<!then\(\(\)=>[\w$]+\()require\("\.\/([\w.-]+)"\)/g)].map(
    ([, part = '']) => part,
  );
  let bytes = Buffer.byteLength(code);
  for (const part of required) bytes += await loadedWith(part, seen);
  return bytes;
}
