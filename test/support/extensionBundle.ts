import { createRequire } from 'node:module';
import path from 'node:path';
import { build, type BuildOptions, type Metafile } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');
const { extension } = createRequire(import.meta.url)('../../esbuild.js') as { extension: BuildOptions };

type Outputs = Metafile['outputs'];

/** Activated by VS Code. */
export const ENTRY = 'src/extension.ts';

/** The stages in which it loads: of what it loads right after activation, and the last, of what commands need. See `esbuild.js`. */
export const LIST = 'stage:list';
export const REST = 'stage:rest';

/** Bundles the extension, as `npm run build` does, but writes nothing. */
export async function bundledOutputs(): Promise<Outputs> {
  const plugins = extension.plugins?.filter(({ name }) => name !== 'convert-chunks-to-cjs') ?? [];
  return (await build({ ...extension, plugins, absWorkingDir: root, metafile: true })).metafile.outputs;
}

/** Returns the output file of the entry or of a stage, and all that it loads at once. */
export function loadedWith(outputs: Outputs, source: string): string[] {
  const loaded = Object.keys(outputs).filter((output) => outputs[output]?.entryPoint === source);
  for (const output of loaded) {
    const imports = outputs[output]?.imports ?? [];
    const atOnce = imports.flatMap(({ path, kind, external }) =>
      kind === 'import-statement' && !external ? path : [],
    );
    loaded.push(...atOnce.filter((each) => !loaded.includes(each)));
  }
  return loaded;
}
