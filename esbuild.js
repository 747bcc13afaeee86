// Builds the extension: what activation needs, and what is loaded on first use (each `import()` in the source).
const esbuild = require('esbuild');
const fs = require('node:fs/promises');
const path = require('node:path');
const { bundledPackages } = require('./.ci/bundledPackages.js');
const { convertChunksToCjs, loadInStages, shareVscodeImport } = require('./.ci/esbuildPlugins.js');
const { mappingFileSchema } = require('./.ci/mappingFileSchema.js');
const { numberMessages, writeNumberedMessages } = require('./.ci/numberMessages.js');
const { sbom } = require('./.ci/sbom.js');
const { thirdPartyNotices } = require('./.ci/thirdPartyNotices.js');

const watch = process.argv.includes('--watch');
const development = watch || process.argv.includes('--development');

/** Set for a release. Without it, telemetry has no destination, and is not part of the build. */
const telemetryDestination = process.env['TELEMETRY_CONNECTION_STRING'] ?? '';

/** @satisfies {import('esbuild').BuildOptions} */
const options = {
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // 1DS is Microsoft's own telemetry transport: never used, so not bundled.
  external: ['@microsoft/1ds-*'],
  plugins: [shareVscodeImport],
  // CommonJS entries of some packages load their modules in a way that no bundler can follow.
  mainFields: ['module', 'main'],
  // The entry for Node includes a second fetch, but only VS Code's own uses the user's proxy.
  alias: { ofetch: path.join(path.dirname(require.resolve('ofetch/package.json')), 'dist', 'index.mjs') },
  define: { TELEMETRY_CONNECTION_STRING: JSON.stringify(telemetryDestination) },
  minify: !development,
  sourcemap: development ? 'inline' : false,
  metafile: true,
  logLevel: 'warning',
};

const ENTRY = 'src/extension.ts';

/**
 * What the extension loads after activation, in this order; see `loadInStages`.
 *
 * @type {import('./.ci/esbuildPlugins.js').Stages}
 */
const STAGES = {
  // Right after activation, to show the list.
  list: ['src/editor/services.ts'],
  // In every window, once the list is shown.
  window: ['src/editor/workspaceFiles.ts', 'src/core/presentation/listSummary.ts'],
  // Once an account is signed in, to read.
  requests: [
    'src/core/api/networkMappingClient.ts',
    'src/core/api/onboardingClient.ts',
    'src/core/api/serviceClient.ts',
    'src/core/auth/accessTokenProvider.ts',
    'src/core/auth/session.ts',
    'src/core/crossWindow/fileLock.ts',
    'src/core/failures/signInTitle.ts',
    'src/core/history/changeJournal.ts',
    'src/core/mappings/lookUp.ts',
    'src/core/presentation/rowTooltip.ts',
    'src/editor/telemetry/events.ts',
    'src/editor/tree/rowTooltip.ts',
  ],
  // With the first sign-in, or refresh of an access token.
  signIn: ['src/core/auth/loginWithAmazon.ts', 'src/core/auth/verifyAccessToken.ts'],
  // With the first mapping file or skill project that is opened.
  documents: ['src/editor/mappingFile/comparedDocuments.ts', 'src/editor/skills/skillLenses.ts'],
  // Anything else begins the last stage, with the first command.
};

/** @satisfies {import('esbuild').BuildOptions} */
const extension = {
  ...options,
  entryPoints: { extension: ENTRY },
  chunkNames: 'part-[hash]',
  format: 'esm',
  splitting: true,
  write: false,
  plugins: [shareVscodeImport, loadInStages(ENTRY, STAGES), numberMessages(__dirname), convertChunksToCjs],
};

/** Shares no chunk with the rest. */
const telemetry = { ...options, entryPoints: { telemetry: 'src/editor/telemetry/applicationInsights.ts' } };

/** Published with npm, in a package of its own: one file, so that installing it installs nothing else. */
const commandLine = {
  ...options,
  entryPoints: { 'alexa-network-mapping': 'src/cli/main.ts' },
  outdir: 'dist/cli',
  plugins: [],
};

/** Written by each build, so that it always matches the code beside it. */
const NOTICES = 'ThirdPartyNotices.txt';
/** One of the files of a release, beside the package; the audit reads it too. */
const SBOM = 'alexa-network-mapping.cdx.json';

/** Named in package.json. */
const SCHEMA = path.join('dist', 'network-mappings.schema.json');

async function writeSchema() {
  await fs.mkdir('dist', { recursive: true });
  await fs.writeFile(SCHEMA, await mappingFileSchema());
}

/** Named in package.json. */
const MESSAGES = path.join('dist', 'l10n');

async function main() {
  await writeSchema();
  await writeNumberedMessages(__dirname, MESSAGES);
  if (watch) {
    const context = await esbuild.context({ ...extension, logLevel: 'info' });
    await context.watch();
    return;
  }
  // In sequence: the first build empties the folder.
  const { metafile } = await esbuild.build(extension);
  const others = telemetryDestination === '' ? [] : [(await esbuild.build(telemetry)).metafile];
  const { metafile: ofCommandLine } = await esbuild.build(commandLine);
  const packages = bundledPackages([metafile, ...others, ofCommandLine]);
  await fs.writeFile(path.join('dist', SBOM), sbom(packages, __dirname));
  await writeNotices('dist', [metafile, ...others]);
  await writeNotices(commandLine.outdir, [ofCommandLine]);
}

/**
 * @param {string} folder
 * @param {readonly import('esbuild').Metafile[]} metafiles
 */
async function writeNotices(folder, metafiles) {
  const file = path.join(folder, NOTICES);
  await fs.rm(file, { force: true });
  await fs.writeFile(file, thirdPartyNotices(bundledPackages(metafiles)));
}

module.exports = { options, extension };

if (require.main === module) {
  main().catch((/** @type {unknown} */ error) => {
    // esbuild has already reported its own errors.
    if (!(error instanceof Error && 'errors' in error)) console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
