// Builds the extension: what activation needs, and what is loaded when it is first needed (each `import()` in the source).
const esbuild = require('esbuild');
const fs = require('node:fs/promises');
const path = require('node:path');
const { bundledPackages } = require('./.ci/bundledPackages.js');
const { thirdPartyNotices } = require('./.ci/thirdPartyNotices.js');

const watch = process.argv.includes('--watch');
const development = watch || process.argv.includes('--development');

/**
 * esbuild copies the whole API of the editor once for each file that imports it, which is most of what loading the bundle
 * would cost. Behind one module of its own it is copied once.
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
 * esbuild splits what is loaded late from the rest, with one copy of what both need, in the form of ES modules only. The
 * editor's oldest supported version loads CommonJS, so each file is turned into that afterwards.
 *
 * @type {import('esbuild').Plugin}
 */
const toCommonJs = {
  name: 'to-common-js',
  setup(build) {
    build.onEnd(async ({ outputFiles = [] }) => {
      const dist = path.resolve(build.initialOptions.outdir ?? '');
      await fs.mkdir(dist, { recursive: true });
      // Names of parts change with their contents, so those of an earlier build would stay.
      const stale = (await fs.readdir(dist)).filter((name) => name.endsWith('.js') || name.endsWith('.js.map'));
      await Promise.all(stale.map((name) => fs.rm(path.join(dist, name))));
      await Promise.all(
        outputFiles.map(async (file) => {
          const { code } = await esbuild.transform(file.text, {
            format: 'cjs',
            platform: 'node',
            target: options.target,
            // `import()` becomes `require()`: the editor takes the place of that, to hand out its API.
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
 * esbuild would make a file of each set of modules that the same parts share, and the entry would load ten of them. Where all
 * parts import the entry, its modules are shared by all, and are one file.
 *
 * @type {import('esbuild').Plugin}
 */
const oneFileForActivation = {
  name: 'one-file-for-activation',
  setup(build) {
    const late = new Set();
    build.onResolve({ filter: /^\./ }, async ({ kind, path: name, ...from }) => {
      if (kind !== 'dynamic-import') return undefined;
      // Asked as for another kind, or this would be asked again.
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
  // 1DS is Microsoft's own way to send telemetry: never taken, and left out of the second bundle.
  external: ['@microsoft/1ds-*'],
  plugins: [oneCopyOfTheApi],
  // CommonJS entries of some packages load their parts in a way that no bundler can follow.
  mainFields: ['module', 'main'],
  // The entry for Node brings a second fetch along, and only the editor's own knows the user's proxy.
  alias: { ofetch: path.join(path.dirname(require.resolve('ofetch/package.json')), 'dist', 'index.mjs') },
  // Without a connection string (any build that is not a release) telemetry has nowhere to go and is not loaded.
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

/** Shares nothing with the rest, and is not loaded at all in most builds. */
const telemetry = { ...options, entryPoints: { telemetry: 'src/editor/telemetry/applicationInsights.ts' } };

/** Written by each build, so that it is always that of the code beside it. */
const NOTICES = 'ThirdPartyNotices.txt';

async function main() {
  if (watch) {
    const context = await esbuild.context({ ...extension, logLevel: 'info' });
    await context.watch();
    return;
  }
  // One after the other: the first makes the folder empty.
  const { metafile } = await esbuild.build(extension);
  const { metafile: ofTelemetry } = await esbuild.build(telemetry);
  const packages = bundledPackages([metafile, ofTelemetry]);
  const names = packages.map(({ name, version }) => ({ name, version }));
  // For the audit, which asks about these.
  await fs.writeFile(path.join('dist', 'bundled-packages.json'), `${JSON.stringify(names, undefined, 2)}\n`);
  await fs.rm(path.join('dist', NOTICES), { force: true });
  await fs.writeFile(path.join('dist', NOTICES), thirdPartyNotices(packages));
}

module.exports = { options, extension };

if (require.main === module) {
  main().catch((error) => {
    // esbuild has told its own errors already.
    if (!('errors' in error)) console.error(error.message);
    process.exitCode = 1;
  });
}
