// The permitted dependencies: the user interface depends on the core, never the reverse, and each folder of the core
// only on the folders listed here.
/** For each folder of `src/core/`, the other core folders that it may use. */
const CORE = {
  text: [],
  async: [],
  rateLimit: [],
  crossWindow: ['async'],
  model: ['text'],
  failures: ['model'],
  skills: ['model', 'text'],
  api: ['model', 'failures', 'rateLimit', 'text', 'async'],
  auth: ['model', 'failures', 'api', 'crossWindow', 'text', 'async'],
  history: ['model', 'failures', 'crossWindow', 'skills', 'text'],
  mappings: ['model', 'failures', 'api', 'history', 'text', 'async'],
  onboarding: ['model', 'failures', 'api', 'history', 'mappings', 'skills', 'text'],
  errorReport: ['model', 'failures', 'mappings', 'skills', 'text'],
  presentation: ['model', 'failures', 'mappings', 'skills', 'text'],
  providerList: ['model', 'text'],
  operations: ['model', 'failures', 'mappings', 'history', 'presentation', 'skills', 'text'],
  mappingFile: ['model', 'failures', 'mappings', 'operations', 'presentation', 'providerList', 'skills', 'text'],
  languageModelTools: ['model', 'failures', 'mappings', 'operations', 'skills', 'text'],
  setup: ['model', 'failures', 'mappings', 'auth', 'skills', 'text'],
  log: ['failures', 'api', 'auth', 'text'],
};

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
    {
      name: 'no-vscode-in-core',
      comment: 'The core is shared by all user interfaces and tested in plain Node.js.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: '^vscode$|@types/vscode/|^src/(?!core/)' },
    },
    {
      name: 'core-has-these-folders-only',
      severity: 'error',
      from: {},
      to: { path: `^src/core/(?!(${Object.keys(CORE).join('|')})/)` },
    },
    ...Object.entries(CORE).map(([folder, uses]) => ({
      name: `core-${folder}-uses-what-is-listed-only`,
      severity: 'error',
      from: { path: `^src/core/${folder}/` },
      to: { path: `^src/core/(?!(${[folder, ...uses].join('|')})/)` },
    })),
    {
      name: 'ui-does-not-import-commands',
      comment: 'Commands use the views; a view that imports one would create a cycle.',
      severity: 'error',
      from: { path: '^src/editor/(tree|webview|prompts|settings|telemetry)/' },
      to: { path: '^src/editor/(commands|commandRunner|notifications)/' },
    },
    {
      name: 'tree-sends-no-requests',
      severity: 'error',
      from: { path: '^src/editor/tree/' },
      to: { path: '^src/core/(api|auth)/' },
    },
    {
      name: 'command-line-uses-the-core-only',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: '^vscode$|@types/vscode/|^src/(?!core/|cli/)' },
    },
    {
      name: 'editor-does-not-import-the-command-line',
      severity: 'error',
      from: { path: '^src/(editor/|extension)' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'simulator-is-independent',
      comment: 'The simulator tests the conformance of the client, so it must not share its mistakes.',
      severity: 'error',
      from: { path: '^test/simulator/' },
      to: { path: '^src/' },
    },
    {
      name: 'src-does-not-import-tests',
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
