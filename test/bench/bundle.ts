import { createRequire } from 'node:module';
import path from 'node:path';
import { build, type BuildOptions } from 'esbuild';

const { options } = createRequire(import.meta.url)('../../esbuild.js') as { options: BuildOptions };

/** Bundles a module of this folder into a folder as `esbuild.js` bundles the extension; resolves with the file. */
export async function bundleInto(folder: string, name: string): Promise<string> {
  const outfile = path.join(folder, `${name}.cjs`);
  const { outdir, ...rest } = options;
  await build({ ...rest, entryPoints: [path.join(import.meta.dirname, `${name}.ts`)], outfile });
  return outfile;
}
