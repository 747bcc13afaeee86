import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reasonOf } from '../../src/core/failures/failureReason';
import { describeFailure } from '../../src/core/failures/failureMessages';
import type { Workbench } from '../runner/workbench';
import { aFailure, SKILL } from '../support/builders';
import { PSEUDO } from '../support/pseudoLocale';
import { textsIn, translator } from '../support/translated';
import { aProvider, screenshotOnFailure, UiTestEnvironment } from './uiTestEnvironment';

const root = path.join(import.meta.dirname, '../..');

const { numberedMessages } = createRequire(import.meta.url)('../../.ci/messageNumbers.js') as {
  numberedMessages: (keys: readonly string[], translated: Readonly<Record<string, string>>) => string;
};

const AURORA = aProvider('Aurora', SKILL);
const BELVEDERE = aProvider('Belvedere');
const CASTELLO = aProvider('Castello', SKILL);

const FORBIDDEN = aFailure('forbidden');

/** A copy of the built extension, with the pseudo-locale. */
async function withPseudoLocale(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pseudo-locale-'));
  const shipped = ['dist', 'media', 'package.json', ...['', '.de', '.fr'].map((suffix) => `package.nls${suffix}.json`)];
  await Promise.all(shipped.map((file) => cp(path.join(root, file), path.join(folder, file), { recursive: true })));
  const { manifest, code } = textsIn(PSEUDO);
  await writeFile(path.join(folder, `package.nls.${PSEUDO}.json`), JSON.stringify(manifest));
  await mkdir(path.join(folder, 'dist/l10n'), { recursive: true });
  await writeFile(path.join(folder, `dist/l10n/bundle.l10n.${PSEUDO}.json`), numberedMessages(Object.keys(code), code));
  return folder;
}

describe.each(['de', 'fr', PSEUDO])('VS Code in the language %s', { timeout: 180_000 }, (language) => {
  let folder: string;
  let stage: UiTestEnvironment;
  let workbench: Workbench;

  beforeAll(async () => {
    folder = await withPseudoLocale();
    stage = await UiTestEnvironment.start(`language-${language}`, { extension: folder });
  }, 120_000);
  afterAll(async () => {
    await stage.stop();
    await rm(folder, { recursive: true });
  });
  screenshotOnFailure(() => workbench);

  const texts = textsIn(language);
  const t = translator(texts);
  const title = (command: string) => texts.manifest[`command.${command}.title`] ?? '';

  const list = () =>
    workbench.page.locator('.part.sidebar').getByRole('tree', { name: texts.manifest['view.serviceProviders'] ?? '' });
  const labels = () =>
    list()
      .getByRole('treeitem')
      .evaluateAll((rows: { ariaLabel: string | null }[]) => rows.map(({ ariaLabel }) => ariaLabel ?? ''));
  const row = (name: string) => list().getByRole('treeitem', { name: new RegExp(`^[^\\p{L}]*${name}`, 'u') });
  const heading = () => workbench.webview().getByRole('heading', { level: 1 });
  const take = (name: string) => workbench.screenshot(`${language}-${name}`);

  it('asks to sign in, and then shows the state of each mapping', async () => {
    workbench = await stage.open({ providers: [AURORA, BELVEDERE, CASTELLO], language });
    const signIn = workbench.page.locator('.part.sidebar').getByRole('button', { name: title('signIn') });
    const signedOut = ({ name }: { readonly name: string }) => t('{0}, {1}', name, t('signed out'));
    await expect.poll(labels).toEqual([AURORA, BELVEDERE, CASTELLO].map(signedOut));
    await take('01-signed-out');

    stage.simulator.control.addFault({
      name: 'forbidden',
      operation: 'get',
      serviceProviderId: CASTELLO.serviceProviderId,
    });
    await signIn.click();
    await workbench.quickInput.pick(t('Sign In'), t('Paste an access token'));
    await workbench.quickInput.answer(t('Sign In with an Access Token'), stage.newToken());
    await expect
      .poll(labels)
      .toEqual([
        t('{0}, {1}', 'Aurora', t('mapped to {0}', SKILL)),
        t('{0}, {1}', 'Belvedere', t('not mapped')),
        t('{0}, {1}', 'Castello', t('could not be read: {0}', t(reasonOf(FORBIDDEN)))),
      ]);
    await take('02-states');
  });

  it('asks before it deletes a mapping', async () => {
    await workbench.contextMenu(row('Aurora'), title('deleteMapping'));
    expect(await workbench.dialog.buttons()).toContain(t('Delete Mapping'));
    await take('03-delete');
    await workbench.page.keyboard.press('Escape');
  });

  it('explains an error', async () => {
    await workbench.contextMenu(row('Castello'), title('showErrorDetails'));
    await expect.poll(() => heading().innerText()).toBe(t(describeFailure(FORBIDDEN).title));
    expect(await workbench.webview().locator('html').getAttribute('lang')).toBe(language);
    await take('04-error-details');
  });

  it('checks the setup', async () => {
    await workbench.contextMenu(row('Belvedere'), title('checkSetup'));
    await expect.poll(() => heading().innerText()).toBe(t('The service provider is not mapped to a skill'));
    await take('05-setup');
  });

  it('shows the change history', async () => {
    await workbench.contextMenu(row('Aurora'), title('showHistory'));
    await expect.poll(() => heading().innerText()).toBe(t('Change History'));
    await take('06-history');
  });

  it('shows the walkthrough', async () => {
    workbench = await stage.open({ language });
    const [, link = ''] =
      /\[([^\]]+)\]\(command:workbench\.action\.openWalkthrough/.exec(texts.manifest['welcome.noProviders'] ?? '') ??
      [];
    const button = workbench.page.locator('.part.sidebar .welcome-view').getByRole('button', { name: link });
    await button.waitFor();
    await take('07-empty');
    await button.click();
    const page = workbench.page.locator('.gettingStartedContainer');
    await expect
      .poll(() => page.locator('.getting-started-step .step-title').allInnerTexts())
      .toEqual(
        ['securityProfile', 'signIn', 'addServiceProvider', 'mapSkill'].map(
          (step) => texts.manifest[`walkthrough.${step}.title`],
        ),
      );
    await take('08-walkthrough');
  });
});
