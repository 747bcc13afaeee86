import type { Metafile } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundledOutputs, ENTRY, LIST, loadedWith, REST } from '../../support/extensionBundle';

let outputs: Metafile['outputs'];

beforeAll(async () => {
  outputs = await bundledOutputs();
}, 60_000);

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
    const files = loadedWith(outputs, ENTRY);
    await expect(modulesOf(files)).toMatchFileSnapshot('activation.txt');
    expect(files).toHaveLength(2);
  });

  it('for the list, right after activation, those in `list.txt`', async () => {
    const before = loadedWith(outputs, ENTRY);
    const files = loadedWith(outputs, LIST).filter((file) => !before.includes(file));
    await expect(modulesOf(files)).toMatchFileSnapshot('list.txt');
    expect(files).toHaveLength(2);
  });

  it('in stages, without a file that only some of the later ones load', () => {
    const files = Object.keys(outputs);
    const stages = files.filter((file) => outputs[file]?.entryPoint?.startsWith('stage:'));
    // Two of each, as of the two above, but one of the last, which no other loads.
    expect(files).toHaveLength(2 * (1 + stages.length) - 1);
    expect(loadedWith(outputs, REST)).toHaveLength(1 + stages.length);
  });
});
