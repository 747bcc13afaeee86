// Builds the extension: what activation needs, and what is loaded on first use (each `import()` in the source).
const esbuild = require('esbuild');
const fs = require('node:fs/promises');
const path = require('node:path');
const { bundledPackages } = require('./.ci/bundledPackages.js');
const { thirdPartyNotices } = require('./.ci/thirdPartyNotices.js');

const watch = process.argv.includes('--watch');
const development = watch || process.argv.includes('--development');

/**
 * Shares one import of VS Code's API: esbuild would copy the whole API once for each file that imports it, which is
 * most of the cost of loading the bundle.
 *
 * @type {import('esbuild').Plugin}
 */
const oneCopyOfTheApi = {
  name: 'one-copy-of-the-api',
  setup(build) {
    build.onResolve({ filter: /^vscode$/ }, ({ namespace }) =>
      namespace === 'api' ? { path: 'vscode', external: true } : { path: 'vscode', namespace: 'api' },
    );
    build.onLoad({ filter: /^vscode$/, namespace: 'api' }, () => ({ contents: "export * from 'vscode'" }));
  },
};

/**
 * Converts the output to CommonJS, which the extension ships: esbuild splits lazily loaded modules from the rest, with
 * one copy of shared ones, only for ES modules.
 *
 * @type {import('esbuild').Plugin}
 */
const toCommonJs = {
  name: 'to-common-js',
  setup(build) {
    build.onEnd(async ({ outputFiles = [] }) => {
      const dist = path.resolve(build.initialOptions.outdir ?? '');
      await fs.mkdir(dist, { recursive: true });
      // Chunk names change with their contents, so remove those of an earlier build.
      const stale = (await fs.readdir(dist)).filter((name) => name.endsWith('.js') || name.endsWith('.js.map'));
      await Promise.all(stale.map((name) => fs.rm(path.join(dist, name))));
      await Promise.all(
        outputFiles.map(async (file) => {
          const { code } = await esbuild.transform(file.text, {
            format: 'cjs',
            platform: 'node',
            target: options.target,
            // Convert `import()` to `require()`, which VS Code replaces to provide its API.
            supported: { 'dynamic-import': false },
            minify: !development,
            sourcemap: development ? 'inline' : false,
          });
          await fs.writeFile(file.path, code);
        }),
      );
    });
  },
};

/**
 * Creates a single chunk for activation: esbuild would create one for each set of modules that the same chunks share,
 * and the entry would load ten of them. If every chunk imports the entry, all of them share its modules.
 *
 * @type {import('esbuild').Plugin}
 */
const oneFileForActivation = {
  name: 'one-file-for-activation',
  setup(build) {
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
      const entry = path.resolve(extension.entryPoints.extension);
      return { contents: `${await fs.readFile(file, 'utf8')}\nimport ${JSON.stringify(entry)};\n`, loader: 'ts' };
    });
  },
};

/** @type {import('esbuild').BuildOptions & { target: string }} */
const options = {
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // 1DS is Microsoft's own telemetry transport: never used, so not bundled.
  external: ['@microsoft/1ds-*'],
  plugins: [oneCopyOfTheApi],
  // CommonJS entries of some packages load their modules in a way that no bundler can follow.
  mainFields: ['module', 'main'],
  // The entry for Node includes a second fetch, but only VS Code's own uses the user's proxy.
  alias: { ofetch: path.join(path.dirname(require.resolve('ofetch/package.json')), 'dist', 'index.mjs') },
  // Without a connection string (any build but a release), telemetry has no destination and is not loaded.
  define: { TELEMETRY_CONNECTION_STRING: JSON.stringify(process.env.TELEMETRY_CONNECTION_STRING ?? '') },
  minify: !development,
  sourcemap: development ? 'inline' : false,
  metafile: true,
  logLevel: 'warning',
};

/** @type {import('esbuild').BuildOptions & { entryPoints: { extension: string } }} */
const extension = {
  ...options,
  entryPoints: { extension: 'src/extension.ts' },
  chunkNames: 'part-[hash]',
  format: 'esm',
  splitting: true,
  write: false,
  plugins: [oneCopyOfTheApi, oneFileForActivation, toCommonJs],
};

/** Shares no chunk with the rest, and is not loaded at all in most builds. */
const telemetry = { ...options, entryPoints: { telemetry: 'src/editor/telemetry/applicationInsights.ts' } };

/** Written by each build, so that it always matches the code beside it. */
const NOTICES = 'ThirdPartyNotices.txt';

async function main() {
  if (watch) {
    const context = await esbuild.context({ ...extension, logLevel: 'info' });
    await context.watch();
    return;
  }
  // In sequence: the first build empties the folder.
  const { metafile } = await esbuild.build(extension);
  const { metafile: ofTelemetry } = await esbuild.build(telemetry);
  const packages = bundledPackages([metafile, ofTelemetry]);
  const names = packages.map(({ name, version }) => ({ name, version }));
  // Used by the audit.
  await fs.writeFile(path.join('dist', 'bundled-packages.json'), `${JSON.stringify(names, undefined, 2)}\n`);
  await fs.rm(path.join('dist', NOTICES), { force: true });
  await fs.writeFile(path.join('dist', NOTICES), thirdPartyNotices(packages));
}

module.exports = { options, extension };

if (require.main === module) {
  main().catch((error) => {
    // esbuild has already reported its own errors.
    if (!('errors' in error)) console.error(error.message);
    process.exitCode = 1;
  });
}
