import { createRequire } from 'node:module';
import path from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const { extension } = createRequire(import.meta.url)('../../esbuild.js') as { extension: BuildOptions };

/** Every window waits for this, so a module joins the list only if the first rows need it. */
it('loads what `activation.txt` lists, and no more', async () => {
  const plugins = extension.plugins?.filter(({ name }) => name !== 'convert-chunks-to-cjs') ?? [];
  const { metafile } = await build({ ...extension, plugins, absWorkingDir: root, metafile: true });
  const atActivation = Object.values(metafile.outputs).find(({ inputs }) => 'src/extension.ts' in inputs);
  const modules = Object.entries(atActivation?.inputs ?? {}).flatMap(([file, { bytesInOutput }]) =>
    bytesInOutput > 0 ? file.replace(/^(?:.*\/)?node_modules\//, '') : [],
  );
  await expect(`${modules.sort().join('\n')}\n`).toMatchFileSnapshot('activation.txt');
});
