import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import type { Workbench } from '../runner/workbench';
import { OTHER_SKILL, SKILL, THIRD_SKILL } from '../support/builders';
import { allow, toAmazonAs } from './browserSteps';
import { connection, aProvider, rowLabels, screenshotOnFailure, row, UiTestEnvironment } from './uiTestEnvironment';

const AURORA = aProvider('Aurora', SKILL);
const BELVEDERE = aProvider('Belvedere', OTHER_SKILL);
const READ = [`Aurora, mapped to ${SKILL}`, `Belvedere, mapped to ${OTHER_SKILL}`];

/** The secrets that a service may return to its client; codes and verifiers are never sent to the mapping API. */
const RETURNABLE = /^(?:Atz[ar]\||amzn1\.oa2-cs\.)/;
const echo = (secrets: readonly string[]) => {
  const known = secrets.filter((secret) => RETURNABLE.test(secret));
  for (const mark of ['Atza|', 'Atzr|', 'amzn1.oa2-cs.']) {
    expect(known.filter((secret) => secret.startsWith(mark))).not.toEqual([]);
  }
  return `Refused: Bearer ${[...known, ...known.map(encodeURIComponent)].join(' and ')}`;
};

/**
 * Uses every feature of the extension, with the most verbose log level and a service that returns the secrets it was sent. Records all
 * documents of the window after each step, and at the end searches everything that was shown or written.
 */
describe('a user who uses every feature', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;
  let broken = false;

  beforeAll(async () => {
    stage = await UiTestEnvironment.start('leak-hunt');
    workbench = await stage.open({ providers: [AURORA, BELVEDERE] });
  });
  afterAll(() => stage.stop());
  screenshotOnFailure(() => workbench);
  beforeEach((context) => {
    context.skip(broken);
    onTestFailed(() => {
      broken = true;
    });
  });

  const control = () => stage.simulator.control;
  const rows = () => expect.poll(() => rowLabels(workbench));

  /** Records all documents of the window: text, labels, hidden elements, and the stored state of a page. */
  async function recordDocuments(): Promise<void> {
    for (const frame of workbench.page.frames()) stage.recordText(await frame.content().catch(() => ''));
  }

  const accessTokens = () => stage.secretsInUse().filter((secret) => secret.startsWith('Atza|'));

  async function press(button: string): Promise<void> {
    await workbench.webview().getByRole('button', { name: button, exact: true }).click();
  }

  async function useSkill(title: string, skillId: string): Promise<void> {
    await workbench.quickInput.titled(title);
    await workbench.quickInput.fill(skillId);
    await expect.poll(async () => (await workbench.quickInput.items())[0]).toContain(skillId);
    await workbench.quickInput.accept();
  }

  /** Accepts the file that a dialog proposes, and records what was written to it. */
  async function saved(title: string, proposal: string): Promise<string> {
    await workbench.quickInput.titled(title);
    await expect.poll(() => workbench.quickInput.input.inputValue()).toContain(proposal);
    expect(await workbench.quickInput.items()).toContain('..');
    const file = await workbench.quickInput.input.inputValue();
    await workbench.quickInput.accept();
    await expect.poll(() => readFile(file, 'utf8').catch(() => '')).not.toBe('');
    return stage.recordText(await readFile(file, 'utf8'));
  }

  it('sets the log level to Trace', async () => {
    await rows().toEqual(['Aurora, signed out', 'Belvedere, signed out']);
    // Show the log first: the command offers only the logs that exist already.
    await workbench.command('Alexa Network Mapping: Show Log');
    await workbench.page.locator('.part.panel .view-lines').waitFor();
    await workbench.command('Developer: Set Log Level...');
    await workbench.quickInput.row('Alexa Network Mapping').click();
    await workbench.quickInput.row('Trace').click();
    await workbench.command('View: Hide Panel');
  });

  it('signs in with the browser', async () => {
    await connection(workbench).getByRole('button', { name: 'Sign In…' }).click();
    const consent = await toAmazonAs(control().demo, stage, workbench);
    await recordDocuments();
    stage.recordText(await allow(consent));
    await rows().toEqual(READ);
    await recordDocuments();
  });

  it('stays signed in while Amazon replaces every token', async () => {
    control().setSwitches({ refreshTokenOnRefresh: 'new', oldRefreshTokens: 'revoked' });
    for (let expiry = 0; expiry < 2; expiry++) {
      control().expireAllAccessTokens();
      control().clearRequests();
      await workbench.command('Alexa Network Mapping: Refresh');
      await expect
        .poll(() =>
          control()
            .requests()
            .filter(({ operation, status }) => operation === 'get' && status === 200),
        )
        .toHaveLength(2);
    }
    await rows().toEqual(READ);
    await recordDocuments();
  });

  it('sees responses of a service that repeats the token', async () => {
    const message = echo(stage.secretsInUse());
    const headers = { 'x-amzn-RequestId': `of ${accessTokens().at(-1)}` };
    control().addFault({ kind: 'answer', status: 403, message, operation: 'get', headers, requestId: 'missing' });
    await workbench.contextMenu(row(workbench, 'Belvedere'), 'Refresh Service Provider');
    const toast = workbench.notification(
      'The mapping of Belvedere could not be read. The service does not allow this request.',
    );
    await recordDocuments();
    await toast.press('Show Details');
    await expect.poll(() => workbench.webview().locator('body').innerText()).toContain('Refused: ');
    await expect.poll(() => workbench.webview().locator('body').innerText()).toContain('of [redacted]');
    await recordDocuments();
    await press('Copy Report');
    await expect.poll(() => stage.clipboard(workbench)).toContain('# The service does not allow this request');
    await press('Copy as cURL');
    await expect.poll(() => stage.clipboard(workbench)).toContain('$LWA_ACCESS_TOKEN');
    await press('Show Log');
    await expect.poll(() => workbench.page.locator('.part.panel .view-lines').innerText()).toContain('403');
    await recordDocuments();
    await workbench.command('View: Hide Panel');
    control().clearFaults();
    await press('Try Again');
    await rows().toEqual(READ);
  });

  it('remaps one, then both, and undoes it', async () => {
    control().addFault({
      kind: 'answer',
      status: 400,
      message: echo(stage.secretsInUse()),
      operation: 'update',
      count: 1,
    });
    await workbench.contextMenu(row(workbench, 'Aurora'), 'Remap to Skill…');
    await useSkill('Remap Aurora to Skill', THIRD_SKILL);
    await workbench.dialog.press('Remap');
    await workbench.notification('Aurora was not remapped').close();
    await row(workbench, 'Aurora').click();
    await row(workbench, 'Belvedere').click({ modifiers: ['Shift'] });
    await workbench.contextMenu(row(workbench, 'Belvedere'), 'Remap to Skill…');
    await useSkill('Remap 2 Service Providers to Skill', THIRD_SKILL);
    await recordDocuments();
    await workbench.dialog.press('Remap');
    await rows().toEqual([`Aurora, mapped to ${THIRD_SKILL}`, `Belvedere, mapped to ${THIRD_SKILL}`]);
    await workbench.command('Alexa Network Mapping: Undo Last Mapping Change');
    await recordDocuments();
    await workbench.dialog.press('Undo');
    await rows().toEqual(READ);
  });

  it('deletes a mapping and recreates it', async () => {
    await row(workbench, 'Belvedere').click();
    await workbench.contextMenu(row(workbench, 'Belvedere'), 'Delete Mapping…');
    await workbench.dialog.press('Delete Mapping');
    await rows().toEqual([READ[0], 'Belvedere, not mapped']);
    const message = echo(stage.secretsInUse());
    control().addFault({ kind: 'answer', status: 409, message, operation: 'create', count: 1 });
    for (const isStruck of [true, false]) {
      await workbench.contextMenu(row(workbench, 'Belvedere'), 'Map to Skill…');
      await useSkill('Map Belvedere to Skill', OTHER_SKILL);
      if (isStruck) await workbench.notification('Belvedere was not mapped').close();
    }
    await rows().toEqual(READ);
    await recordDocuments();
  });

  it('imports a list that contains a token', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'ui-import-'));
    const file = path.join(folder, 'list.csv');
    const [token = ''] = accessTokens();
    await writeFile(
      file,
      `id,name\namzn1.comms.csp.id.cedar,${token}\n${token},Cedar\namzn1.comms.csp.id.dahlia,Bearer ${token}\n`,
    );
    await workbench.command('Alexa Network Mapping: Import Service Providers…');
    await workbench.quickInput.titled('Import Service Providers');
    // The dialog fills in its own folder, and then lists its contents.
    expect(await workbench.quickInput.items()).toContain('..');
    await workbench.quickInput.fill(file);
    await expect.poll(() => workbench.quickInput.items()).toContain('list.csv');
    await workbench.quickInput.accept();
    await workbench.quickInput.row('Line 2').waitFor();
    expect((await workbench.quickInput.items()).join()).toContain('contains a Login with Amazon secret');
    await recordDocuments();
    await workbench.quickInput.cancel();
    await rm(folder, { recursive: true });
  });

  it('opens the history, and exports it and the list', async () => {
    await workbench.command('Alexa Network Mapping: Show Change History');
    await expect.poll(() => workbench.webview().locator('.count').innerText()).toBe('8 changes');
    await recordDocuments();
    for (const [name, extension] of [
      ['CSV', 'csv'],
      ['JSON', 'json'],
    ] as const) {
      await press(`Export as ${name}…`);
      expect(await saved('Export Change History', `mapping-changes.${extension}`)).toContain(AURORA.serviceProviderId);
    }
    await workbench.command('Alexa Network Mapping: Export Service Providers…');
    expect(await saved('Export Service Providers', 'service-providers')).toContain(AURORA.serviceProviderId);
    await recordDocuments();
  });

  it('signs in to a second account, and signs out of it', async () => {
    const { otherAccountClientId: clientId, otherAccountClientSecret: clientSecret } = control().demo;
    control().allowReturnUrl(stage.redirectUri, clientId);
    await workbench.command('Alexa Network Mapping: Sign In…');
    await workbench.quickInput.button('Sign In to Another Account').click();
    await workbench.quickInput.row('New Account…').click();
    await workbench.quickInput.answer('Sign In to a New Account', 'Spain');
    const consent = await toAmazonAs({ clientId, clientSecret }, stage, workbench, 'Sign In to the Account Spain');
    stage.recordText(await allow(consent));
    await workbench.openAccounts();
    await workbench.menuItem('Spain (Login with Amazon)').waitFor();
    await recordDocuments();
    await workbench.page.keyboard.press('Escape');
    await workbench.command('Alexa Network Mapping: Sign Out');
    await workbench.quickInput.pick('Sign Out', 'Spain');
    await rows().toEqual(READ);
  });

  it('is signed out by a response that repeats the refresh token, and pastes another', async () => {
    const { quickInput } = workbench;
    control().expireAllAccessTokens();
    const description = echo(stage.secretsInUse());
    const headers = { 'x-amzn-RequestId': stage.secretsInUse().findLast((secret) => secret.startsWith('Atzr|')) ?? '' };
    const refused = { status: 400, body: 'oauthError', message: 'invalid_grant', description } as const;
    control().addFault({ kind: 'answer', operation: 'token', count: 1, headers, requestId: 'missing', ...refused });
    await workbench.command('Alexa Network Mapping: Refresh');
    const message = workbench.notification('You are signed out of the account “default”.');
    await rows().toEqual(['Aurora, signed out', 'Belvedere, signed out']);
    await recordDocuments();
    await message.press('Sign In…');
    await quickInput.pick('Sign In to the Account default', 'Paste a refresh token');
    const refreshToken = stage.secret(control().issueRefreshToken());
    await quickInput.answer('Sign In with a Refresh Token (1/3)', refreshToken);
    await quickInput.titled('Sign In with a Refresh Token (2/3)');
    await quickInput.accept();
    await quickInput.answer('Sign In with a Refresh Token (3/3)', control().demo.clientSecret);
    await rows().toEqual(READ);
    await recordDocuments();
  });

  it('signs in by pasting, and signs out', async () => {
    await workbench.command('Alexa Network Mapping: Sign Out');
    await rows().toEqual(['Aurora, signed out', 'Belvedere, signed out']);
    await stage.signIn(workbench);
    await rows().toEqual(READ);
    await recordDocuments();
    expect(Object.keys(await stage.secretStorage(workbench))).toHaveLength(1);
  });

  it('finds no secret in any of the recorded places, none of which is empty', async () => {
    const written = await readdir(stage.globalStorage, { recursive: true });
    expect(written.filter((name) => name.endsWith('.jsonl'))).not.toEqual([]);
    const logs = await stage.logs();
    for (const line of ['GET /v1/communications/', 'request ID: ', 'renewed', 'signed in to'])
      expect(logs).toContain(line);
    await expect.poll(() => stage.stored()).toContain('alexaNetworkMapping');
    // Access tokens, refresh tokens, the client secret, the code and its verifier, the state.
    expect(stage.secretsInUse().length).toBeGreaterThanOrEqual(8);
    expect(await stage.leaks()).toEqual([]);
  });
});
