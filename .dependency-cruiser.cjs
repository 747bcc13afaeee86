// Which way dependencies point: what is shown depends on what is known, and nothing of that on the editor.
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
    {
      name: 'no-editor-below-the-surface',
      comment: 'All below the surface runs and is tested in plain Node.js.',
      severity: 'error',
      from: { path: '^src/(core|acrossWindows|api|auth|journal|state|log)/' },
      to: { path: '^vscode$|@types/vscode/' },
    },
    {
      name: 'core-depends-on-nothing',
      severity: 'error',
      from: { path: '^src/core/(?!operations/)' },
      to: { path: '^src/(?!core/(?!operations/))' },
    },
    {
      name: 'operations-depend-on-state-and-journal-only',
      comment: 'What can be done to mappings, whichever front asks for it.',
      severity: 'error',
      from: { path: '^src/core/operations/' },
      to: { path: '^src/(?!core/|state/|journal/)' },
    },
    {
      name: 'api-depends-on-core-only',
      severity: 'error',
      from: { path: '^src/api/' },
      to: { path: '^src/(?!core/|api/)' },
    },
    {
      name: 'windows-get-along-by-themselves',
      severity: 'error',
      from: { path: '^src/acrossWindows/' },
      to: { path: '^src/(?!core/|acrossWindows/)' },
    },
    {
      name: 'auth-depends-on-core-and-api-only',
      severity: 'error',
      from: { path: '^src/auth/' },
      to: { path: '^src/(?!core/|api/|auth/|acrossWindows/)' },
    },
    {
      name: 'journal-depends-on-core-only',
      severity: 'error',
      from: { path: '^src/journal/' },
      to: { path: '^src/(?!core/|journal/|acrossWindows/)' },
    },
    {
      name: 'state-depends-on-core-and-api-only',
      severity: 'error',
      from: { path: '^src/state/' },
      to: { path: '^src/(?!core/|api/|state/)' },
    },
    {
      name: 'surfaces-know-nothing-of-commands',
      comment: 'Commands put the surfaces to use; a surface that called one would make a circle.',
      severity: 'error',
      from: { path: '^src/(tree|webview|prompts|settings|telemetry|log)/' },
      to: { path: '^src/commands/' },
    },
    {
      name: 'the-tree-does-no-requests',
      severity: 'error',
      from: { path: '^src/tree/' },
      to: { path: '^src/(api|auth)/' },
    },
    {
      name: 'simulator-is-independent',
      comment: 'It is the conformance test of the client, so it must not share its mistakes.',
      severity: 'error',
      from: { path: '^test/simulator/' },
      to: { path: '^src/' },
    },
    {
      name: 'product-knows-no-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
