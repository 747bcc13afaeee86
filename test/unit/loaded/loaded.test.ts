import { createRequire } from 'node:module';
import path from 'node:path';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');
const { extension } = createRequire(import.meta.url)('../../../esbuild.js') as { extension: BuildOptions };

let outputs: Metafile['outputs'];

beforeAll(async () => {
  const plugins = extension.plugins?.filter(({ name }) => name !== 'convert-chunks-to-cjs') ?? [];
  ({
    metafile: { outputs },
  } = await build({ ...extension, plugins, absWorkingDir: root, metafile: true }));
});

/** Returns the output of an entry, and all that it loads at once. */
function loadedWith(entry: string): string[] {
  const loaded = Object.keys(outputs).filter((output) => outputs[output]?.entryPoint === entry);
  for (const output of loaded) {
    const imports = outputs[output]?.imports ?? [];
    const atOnce = imports.flatMap(({ path, kind, external }) =>
      kind === 'import-statement' && !external ? path : [],
    );
    loaded.push(...atOnce.filter((each) => !loaded.includes(each)));
  }
  return loaded;
}

function modulesOf(files: readonly string[]): string {
  const modules = files.flatMap((file) =>
    Object.entries(outputs[file]?.inputs ?? {}).flatMap(([module, { bytesInOutput }]) =>
      bytesInOutput > 0 ? module.replace(/^(?:.*\/)?node_modules\//, '') : [],
    ),
  );
  return `${modules.sort().join('\n')}\n`;
}

/** VS Code waits for what is loaded at activation, and the user for the list: a module joins them only if it is needed there. */
describe('the extension loads', () => {
  it('at activation the modules in `activation.txt`', async () => {
    const files = loadedWith('src/extension.ts');
    await expect(modulesOf(files)).toMatchFileSnapshot('activation.txt');
    expect(files).toHaveLength(2);
  });

  it('for the list, right after activation, those in `list.txt`', async () => {
    const before = loadedWith('src/extension.ts');
    const files = loadedWith('src/editor/services.ts').filter((file) => !before.includes(file));
    await expect(modulesOf(files)).toMatchFileSnapshot('list.txt');
    expect(files).toHaveLength(2);
  });
});
