// The esbuild plugins of the extension's build, which make it activate faster.
const esbuild = require('esbuild');
const fs = require('node:fs/promises');
const path = require('node:path');
const terser = require('terser');

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
 * Creates one chunk of what the entry loads and one of what the hub loads in addition: esbuild would create one for each
 * set of modules that the same chunks share, and the two would load a dozen. If the hub imports the entry, and every
 * later chunk the hub, they share all of these modules.
 *
 * @param {string} entry
 * @param {string} hub the file that the entry imports later
 * @returns {import('esbuild').Plugin}
 */
const fewChunks = (entry, hub) => ({
  name: 'few-chunks',
  setup(build) {
    /**
     * What each file is to import in addition.
     *
     * @type {Map<string, string>}
     */
    const additions = new Map();
    build.onStart(async () => {
      additions.clear();
      for (const file of await dynamicallyImported(build.initialOptions)) additions.set(file, path.resolve(hub));
      additions.set(path.resolve(hub), path.resolve(entry));
    });
    build.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
      const addition = additions.get(file);
      if (addition === undefined) return undefined;
      const source = await fs.readFile(file, 'utf8');
      return { contents: `${source}\nimport ${JSON.stringify(addition)};\n`, loader: 'ts' };
    });
  },
});

/**
 * Returns the files that any other imports with `import()`. By a build of its own, because a file may also be imported
 * in another way, and loaded before that is known.
 *
 * @param {import('esbuild').BuildOptions} options
 * @returns {Promise<string[]>}
 */
async function dynamicallyImported({ plugins = [], ...options }) {
  const { metafile } = await esbuild.build({
    ...options,
    plugins: plugins.filter(({ name }) => name === shareVscodeImport.name),
    metafile: true,
    write: false,
  });
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  return imports.flatMap((each) => (each.kind === 'dynamic-import' && !each.external ? [path.resolve(each.path)] : []));
}

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
          await fs.writeFile(file.path, minify ? await minified(code) : code);
        }),
      );
    });
  },
};

/**
 * Returns a chunk without what esbuild leaves in it: with Terser's second look, the package is 6 kB smaller.
 *
 * @param {string} code
 * @returns {Promise<string>}
 */
async function minified(code) {
  const result = await terser.minify(code, { ecma: 2020, toplevel: true, compress: { passes: 2 } });
  if (result.code === undefined) throw new Error('Terser returned no code');
  return result.code;
}

module.exports = { shareVscodeImport, fewChunks, convertChunksToCjs };
