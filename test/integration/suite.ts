import { writeFile } from 'node:fs/promises';
import Mocha from 'mocha';
import { environment, type IntegrationResults } from './results';

/** Called by VS Code in the extension host; rejects if a test has failed. */
export async function run(): Promise<void> {
  // Long timeouts: they are for prompts that a test does not answer, and a busy computer is slow.
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 30_000,
    slow: 1_000,
    forbidOnly: true,
    failZero: true,
    color: false,
  });
  mocha.suite.emit(Mocha.Suite.constants.EVENT_FILE_PRE_REQUIRE, globalThis, '', mocha);
  // The first file checks the window as it starts, the last one what remains at the end.
  await import('./activation.test');
  await import('./manifest.test');
  await import('./tree.test');
  await import('./longList.test');
  await import('./treeGroups.test');
  await import('./session.test');
  await import('./prompts.test');
  await import('./accounts.test');
  await import('./accountEndpoints.test');
  await import('./renewal.test');
  await import('./refreshTokenSignIn.test');
  await import('./browserSignIn.test');
  await import('./scopes.test');
  await import('./authenticationProvider.test');
  await import('./commands.test');
  await import('./skillPick.test');
  await import('./skillNames.test');
  await import('./skillFiles.test');
  await import('./mappingFiles.test');
  await import('./mappingsInFiles.test');
  await import('./bulk.test');
  await import('./undo.test');
  await import('./onboarding.test');
  await import('./languageModelTools.test');
  await import('./importExport.test');
  await import('./listInSettings.test');
  await import('./endpoint.test');
  await import('./hostileInput.test');
  await import('./networkConditions.test');
  await import('./userSettings.test');
  await import('./errorDetails.test');
  await import('./checkSetup.test');
  await import('./secrecy.test');
  await import('./deactivation.test');
  const results = await resultsOf(mocha);
  await writeFile(process.env[environment.results] ?? '', JSON.stringify(results));
  if (results.failed > 0) throw new Error(`${results.failed} integration tests failed`);
}

function resultsOf(mocha: Mocha): Promise<IntegrationResults> {
  return new Promise((resolve) => {
    const failures: { test: string; message: string }[] = [];
    const runner = mocha.run((failed) => {
      const { passes = 0, pending = 0, duration = 0 } = runner.stats ?? {};
      // `failed` also counts hooks.
      resolve({ passed: passes, failed, skipped: pending, durationMs: duration, failures });
    });
    runner.on(Mocha.Runner.constants.EVENT_TEST_FAIL, (test, error: Error) => {
      failures.push({ test: test.fullTitle(), message: error.message });
    });
  });
}
