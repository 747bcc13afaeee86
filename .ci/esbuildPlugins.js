// The esbuild plugins of the extension's build, which make it activate faster.
const esbuild = require('esbuild');
const fs = require('node:fs/promises');
const path = require('node:path');

/**
 * Shares one import of VS Code's API: esbuild would copy the whole API once for each file that imports it, which is
 * most of the cost of loading the bundle.
 *
 * @type {import('esbuild').Plugin}
 */
const shareVscodeImport = {
  name: 'share-vscode-import',
  setup(build) {
    build.onResolve({ filter: /^vscode$/ }, ({ namespace }) =>
      namespace === 'api' ? { path: 'vscode', external: true } : { path: 'vscode', namespace: 'api' },
    );
    build.onLoad({ filter: /^vscode$/, namespace: 'api' }, () => ({ contents: "export * from 'vscode'" }));
  },
};

/**
 * Creates a single chunk for activation: esbuild would create one for each set of modules that the same chunks share,
 * and the entry would load ten of them. If every chunk imports the entry, all of them share its modules.
 *
 * @param {string} entry the file of the entry
 * @returns {import('esbuild').Plugin}
 */
const singleActivationChunk = (entry) => ({
  name: 'single-activation-chunk',
  setup(build) {
    /** @type {Set<string>} */
    const late = new Set();
    build.onResolve({ filter: /^\./ }, async ({ kind, path: name, ...from }) => {
      if (kind !== 'dynamic-import') return undefined;
      // Resolve as another kind, or this would recurse.
      const resolved = await build.resolve(name, { ...from, kind: 'import-statement' });
      late.add(resolved.path);
      return resolved;
    });
    build.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
      if (!late.has(file)) return undefined;
      const source = await fs.readFile(file, 'utf8');
      return { contents: `${source}\nimport ${JSON.stringify(path.resolve(entry))};\n`, loader: 'ts' };
    });
  },
});

/**
 * Converts the chunks to CommonJS and writes them: esbuild creates chunks only of ES modules. Everything else was
 * measured to activate more slowly: one single file, chunks without these plugins, and ES modules, which VS Code could
 * load as well.
 *
 * @type {import('esbuild').Plugin}
 */
const convertChunksToCjs = {
  name: 'convert-chunks-to-cjs',
  setup(build) {
    build.onEnd(async ({ outputFiles = [] }) => {
      const { outdir = '', target = 'esnext', minify = false, sourcemap = false } = build.initialOptions;
      const dist = path.resolve(outdir);
      await fs.mkdir(dist, { recursive: true });
      // Chunk names change with their contents, so remove those of an earlier build.
      const stale = (await fs.readdir(dist)).filter((name) => name.endsWith('.js') || name.endsWith('.js.map'));
      await Promise.all(stale.map((name) => fs.rm(path.join(dist, name))));
      await Promise.all(
        outputFiles.map(async (file) => {
          const { code } = await esbuild.transform(file.text, {
            format: 'cjs',
            platform: 'node',
            target,
            // Convert `import()` to `require()`, which VS Code replaces to provide its API.
            supported: { 'dynamic-import': false },
            minify,
            sourcemap,
          });
          await fs.writeFile(file.path, code);
        }),
      );
    });
  },
};

module.exports = { shareVscodeImport, singleActivationChunk, convertChunksToCjs };
