// Builds the extension: one bundle that is loaded at activation, and one for telemetry that is loaded when needed.
const esbuild = require('esbuild');
const path = require('node:path');

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

/** @type {import('esbuild').BuildOptions} */
const options = {
  entryPoints: {
    extension: 'src/extension.ts',
    telemetry: 'src/telemetry/applicationInsights.ts',
  },
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
  sourcemap: development,
  metafile: true,
  logLevel: 'warning',
};

async function main() {
  if (watch) {
    const context = await esbuild.context({ ...options, logLevel: 'info' });
    await context.watch();
    return;
  }
  await esbuild.build(options);
}

module.exports = { options };

if (require.main === module) {
  main().catch(() => {
    process.exitCode = 1;
  });
}
