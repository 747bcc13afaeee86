import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { createRequire } from 'node:module';
import { build, type BuildOptions } from 'esbuild';
import type { Measurement } from './measurement';

const root = path.resolve(import.meta.dirname, '../..');
const { extension } = createRequire(import.meta.url)('../../esbuild.js') as { extension: BuildOptions };

/** Loaded right after activation. */
const HUB = 'src/editor/services.ts';

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
    const seen = new Set<string>();
    const atActivation = await loadedWith('extension.js', seen);
    const forList = atActivation + (await loadedWith(await chunkOf(HUB), seen));
    return [
      { name: 'loaded at activation', value: atActivation, unit: 'bytes' },
      { name: 'loaded until the list is shown', value: forList, unit: 'bytes', aim: { atMost: 85_000 } },
      { name: 'VSIX', value: vsix, unit: 'bytes', aim: { atMost: 250_000 } },
    ];
  },
};

/** Returns the file in `dist/` that an import of a source file loads. */
async function chunkOf(source: string): Promise<string> {
  const plugins = extension.plugins?.filter(({ name }) => name !== 'convert-chunks-to-cjs') ?? [];
  const { metafile } = await build({ ...extension, plugins, absWorkingDir: root, metafile: true });
  const [file = ''] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === source) ?? [];
  return path.basename(file);
}

/**
 * Returns the size of a file and of everything loaded with it that was not seen before. Excludes lazy chunks, which are required
 * in a function, behind a promise.
 */
async function loadedWith(name: string, seen: Set<string>): Promise<number> {
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
