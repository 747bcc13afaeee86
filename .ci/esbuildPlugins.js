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
 * The stages in which the extension loads: the name of each, and the files with whose `import()` it begins.
 *
 * @typedef {Readonly<Record<string, readonly string[]>>} Stages
 */

/** The last stage, which begins with any other `import()`. */
const REST = 'rest';

const STAGE = 'stage';

/**
 * Creates one chunk of what the entry loads, and one of what each stage loads in addition. esbuild would create one for
 * each set of modules that the same `import()`s share: five dozen, most of which are so small that their names and what
 * they import from each other are half of them, and that they compress badly.
 *
 * To achieve this, the `import()` of any file of a stage resolves to one module that exports all files of that stage and
 * imports the stage before, as the first one imports the entry. So every stage shares all modules of those before it.
 *
 * @param {string} entry
 * @param {Stages} stages in their order
 * @returns {import('esbuild').Plugin}
 */
const loadInStages = (entry, stages) => ({
  name: 'load-in-stages',
  setup(build) {
    /** @type {Map<string, string>} */
    const stageOf = new Map();
    const names = [...Object.keys(stages), REST];
    build.onStart(async () => {
      const exportsOf = await dynamicallyImported(build.initialOptions);
      const errors = Object.values(stages)
        .flat()
        .filter((file) => !exportsOf.has(file))
        .map((file) => ({ text: `There is no import() of ${file}, with which a stage is to begin.` }));
      stageOf.clear();
      /** @type {Set<string>} */
      const exported = new Set();
      for (const [file, exports] of exportsOf) {
        const stage = names.find((name) => stages[name]?.includes(file)) ?? REST;
        stageOf.set(path.resolve(file), stage);
        for (const name of exports) {
          // `export *` would export neither.
          if (exported.has(`${stage} ${name}`))
            errors.push({ text: `Two files of the stage ${stage} export ${name}.` });
          exported.add(`${stage} ${name}`);
        }
      }
      return { errors };
    });
    build.onResolve({ filter: /^\./ }, async ({ kind, path: imported, importer, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const { path: file } = await build.resolve(imported, { kind: 'import-statement', importer, resolveDir });
      const stage = stageOf.get(file);
      return stage === undefined ? undefined : { path: stage, namespace: STAGE };
    });
    build.onResolve({ filter: /^stage:/ }, ({ path: id }) => ({
      path: id.slice(`${STAGE}:`.length),
      namespace: STAGE,
    }));
    build.onLoad({ filter: /^/, namespace: STAGE }, ({ path: stage }) => {
      const before = names[names.indexOf(stage) - 1];
      const files = [...stageOf.keys()].filter((file) => stageOf.get(file) === stage);
      const contents = [
        `import ${JSON.stringify(before === undefined ? path.resolve(entry) : `${STAGE}:${before}`)};`,
        ...files.map((file) => `export * from ${JSON.stringify(file)};`),
      ].join('\n');
      return { contents, resolveDir: process.cwd() };
    });
  },
});

/**
 * Returns the files that any other imports with `import()`, each with the names that it exports. By a build of its own,
 * because an `import()` may be resolved before all others are known.
 *
 * @param {import('esbuild').BuildOptions} options
 * @returns {Promise<Map<string, readonly string[]>>}
 */
async function dynamicallyImported({ plugins = [], ...options }) {
  const { metafile } = await esbuild.build({
    ...options,
    plugins: plugins.filter(({ name }) => name === shareVscodeImport.name),
    metafile: true,
    write: false,
  });
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  const files = new Set(
    imports.flatMap(({ kind, external, path: file }) => (kind === 'dynamic-import' && !external ? file : [])),
  );
  return new Map(
    Object.values(metafile.outputs).flatMap(({ entryPoint = '', exports }) =>
      files.has(entryPoint) ? [[entryPoint, exports]] : [],
    ),
  );
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

module.exports = { shareVscodeImport, loadInStages, convertChunksToCjs };
