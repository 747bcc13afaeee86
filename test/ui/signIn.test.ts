import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import type { Workbench } from '../runner/workbench';
import { SKILL } from '../support/builders';
import { allow, toAmazon, toAmazonAs } from './browserSteps';
import {
  connection,
  aProvider,
  inOldest,
  rowLabels,
  menuItems,
  screenshot,
  screenshotOnFailure,
  UiTestEnvironment,
} from './uiTestEnvironment';

const AURORA = aProvider('Hotel Aurora', SKILL);
const BELVEDERE = aProvider('Hotel Belvedere');
const READ = [`Hotel Aurora, mapped to ${SKILL}`, 'Hotel Belvedere, not mapped'];
const SIGNED_OUT = ['Hotel Aurora, signed out', 'Hotel Belvedere, signed out'];

/** One more renewal after another is the extension's own matter; that it is stored, and stays so, depends on VS Code. */
const EXPIRIES = inOldest ? 1 : 10;

describe('a user who signs in with the browser', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;
  let broken = false;

  beforeAll(async () => {
    stage = await UiTestEnvironment.start('sign-in');
    workbench = await stage.open({ providers: [AURORA, BELVEDERE] });
  });
  afterAll(() => stage.stop());
  screenshotOnFailure(() => workbench);

  // The tests build on each other: after a failed one, the others would fail too, slowly.
  beforeEach((context) => {
    context.skip(broken);
    onTestFailed(() => {
      broken = true;
    });
  });

  const control = () => stage.simulator.control;
  const requests = (operation: string) =>
    control()
      .requests()
      .filter((request) => request.operation === operation);
  const rows = () => expect.poll(() => rowLabels(workbench));
  const refresh = () => workbench.command('Alexa Network Mapping: Refresh');

  /** Anything that could prompt the user, unlike the progress of a slow read. */
  const asked = async () => ({
    boxes: await workbench.page.locator('.quick-input-widget:visible, .monaco-dialog-box').count(),
    messages: await workbench.page
      .locator('.notification-toast')
      .filter({ hasNotText: /Reading (the )?mapping/ })
      .count(),
    pages: stage.otherPages(workbench).length,
  });
  const NOTHING = { boxes: 0, messages: 0, pages: 0 };

  it('chooses among three sign-in methods', async () => {
    await connection(workbench).getByRole('button', { name: 'Sign In…' }).click();
    await workbench.quickInput.titled('Sign In');
    expect(await workbench.quickInput.items()).toEqual([
      'Sign in with the browser, Use the client ID and client secret of your security profile. You stay signed in.',
      'Paste an access token, Use a token you already have. Expires after one hour.',
      'Paste a refresh token, Use it with the client ID and client secret that it was issued to. You stay signed in.',
    ]);
    await screenshot(workbench, 'sign-in-01-ways');
    await workbench.quickInput.row('Sign in with the browser').click();
  });

  it('sees where to find the client ID, and which return URL to allow, with a button to copy it', async () => {
    const { quickInput } = workbench;
    await quickInput.titled('Sign In with the Browser (1/2)');
    expect(await quickInput.words()).toBe(
      `The client ID from the Web Settings of your security profile, at developer.amazon.com under Login with Amazon. Allowed Return URLs of the security profile must contain exactly ${stage.redirectUri} (Press 'Enter' to confirm or 'Escape' to cancel)`,
    );
    await screenshot(workbench, 'sign-in-02-client-id');
    await quickInput.button('Copy the Return URL').click();
    await expect.poll(() => stage.clipboard(workbench)).toBe(stage.redirectUri);
    expect(await quickInput.button('Open the Security Profiles').count()).toBe(1);
  });

  it('sees validation errors while typing, and cannot continue with them', async () => {
    const { quickInput } = workbench;
    const { clientId, clientSecret } = control().demo;
    for (const [pasted, said] of [
      [stage.secret(clientSecret), 'This is a client secret. A client ID starts with amzn1.application-oa2-client.'],
      [stage.newToken(), 'This is an access token. A client ID starts with amzn1.application-oa2-client.'],
      [stage.secret(control().issueRefreshToken()), 'This is a refresh token. A client ID starts with'],
      ['amzn1.comms.csp.id.aurora', 'This is the ID of a service provider. A client ID starts with'],
    ] as const) {
      await quickInput.fill(pasted);
      await expect.poll(() => quickInput.words()).toContain(said);
      await quickInput.accept();
      await quickInput.titled('(1/2)');
    }
    await screenshot(workbench, 'sign-in-03-wrong-paste');
    await quickInput.fill(` ${clientId} `);
    await expect
      .poll(() => quickInput.words())
      .toContain('Allowed Return URLs of the security profile must contain exactly');
    await quickInput.accept();

    await quickInput.titled('Sign In with the Browser (2/2)');
    await quickInput.fill(clientId);
    await expect
      .poll(() => quickInput.words())
      .toContain('This is a client ID. A client secret starts with amzn1.oa2-cs.v1.');
    await quickInput.accept();
    await quickInput.titled('(2/2)');
  });

  it('can go back from the secret to the client ID, which is still there', async () => {
    const { quickInput } = workbench;
    await quickInput.button('Back').click();
    await quickInput.titled('Sign In with the Browser (1/2)');
    expect(await quickInput.input.inputValue()).toBe(control().demo.clientId);
    await quickInput.accept();
    await quickInput.titled('Sign In with the Browser (2/2)');
    expect(await quickInput.words()).toBe(
      `The client secret of the same security profile. Stored in VS Code's secret storage. Allowed Return URLs of the security profile must contain exactly ${stage.redirectUri} (Press 'Enter' to confirm or 'Escape' to cancel)`,
    );
    await quickInput.fill(control().demo.clientSecret);
    expect(await quickInput.input.getAttribute('type')).toBe('password');
    await screenshot(workbench, 'sign-in-04-client-secret');
    expect(requests('authorize')).toEqual([]);
  });

  it('allows access on the page of Amazon, and sees all mappings', async () => {
    const opened = stage.nextPage();
    await workbench.quickInput.accept();
    const consent = await opened;
    await consent.screenshot({ path: 'test-results/screenshots/sign-in-05-consent.png' });
    await workbench.page.bringToFront();
    await workbench.quickInput.titled('Sign In with the Browser');
    expect(await workbench.quickInput.words()).toBe(
      "Sign in on the page that was opened. If the last page cannot be displayed, paste its address here. (Press 'Enter' to confirm or 'Escape' to cancel)",
    );
    await screenshot(workbench, 'sign-in-06-waiting');
    await consent.bringToFront();
    await consent.getByRole('button', { name: 'Allow' }).click();
    await consent.getByText('You can close this page').waitFor();
    expect(await consent.locator('body').innerText()).toBe(
      'You are signed in\n\nYou can close this page and go back to code-server.',
    );
    await consent.screenshot({ path: 'test-results/screenshots/sign-in-07-done.png' });
    await consent.close();
    await rows().toEqual(READ);
    await workbench.page.bringToFront();
    await workbench.notification('Signed in to Login with Amazon.').close();
    await expect.poll(asked).toEqual(NOTHING);
    await connection(workbench).waitFor({ state: 'detached' });
    await screenshot(workbench, 'sign-in-08-read');

    const [asking] = requests('authorize');
    const query = new URL(asking?.url ?? '', stage.simulator.url).searchParams;
    expect(Object.fromEntries(query)).toMatchObject({
      client_id: control().demo.clientId,
      redirect_uri: stage.redirectUri,
      response_type: 'code',
      scope: 'alexa::enterprise:management amazon_communication::service_provider',
      code_challenge_method: 'S256',
    });
    expect(requests('token').map(({ status, body }) => [status, body])).toEqual([
      [200, expect.objectContaining({ grant_type: 'authorization_code', redirect_uri: stage.redirectUri })],
    ]);
    const secrets = await stage.secretStorage(workbench);
    expect(Object.keys(secrets)).toEqual([expect.stringContaining('sessions')]);
    const tokens =
      Object.values(secrets)
        .join()
        .match(/Atz[ar]\|[\w-]+/g) ?? [];
    expect(tokens).toHaveLength(2);
    expect(stage.secretsInUse()).toEqual(expect.arrayContaining(tokens));
  });

  it('stays signed in when the window is reloaded', async () => {
    control().clearRequests();
    await workbench.reload();
    await rows().toEqual(READ);
    expect(requests('token')).toEqual([]);
    expect(await asked()).toEqual(NOTHING);
  });

  it('stays signed in when VS Code is started again', async () => {
    control().clearRequests();
    await stage.restart();
    workbench = await stage.reopen();
    await rows().toEqual(READ);
    expect(requests('token')).toEqual([]);
    expect(await asked()).toEqual(NOTHING);
  });

  it.each([
    ['keeps the refresh token', { refreshTokenOnRefresh: 'omitted' }],
    ['replaces the refresh token', { refreshTokenOnRefresh: 'new', oldRefreshTokens: 'revoked' }],
  ] as const)('stays signed in over expiries and a reload while Amazon %s', async (_what, switches) => {
    control().setSwitches(switches);
    for (let expiry = 1; expiry <= EXPIRIES; expiry++) {
      control().expireAllAccessTokens();
      control().clearRequests();
      await refresh();
      // Each row is rejected once and read once.
      await expect.poll(() => requests('get').filter(({ status }) => status === 200 || status === 404)).toHaveLength(2);
      await rows().toEqual(READ);
      expect(requests('token').map(({ status }) => status)).toEqual([200]);
      expect(await asked()).toEqual(NOTHING);
    }
    control().expireAllAccessTokens();
    control().clearRequests();
    await workbench.reload();
    await rows().toEqual(READ);
    expect(requests('token').map(({ status }) => status)).toEqual([200]);
    expect(await asked()).toEqual(NOTHING);
  });

  it('sees why Amazon ended the session, and need not enter the client again', async () => {
    control().setSwitches({ refreshTokenOnRefresh: 'same', oldRefreshTokens: 'stayValid' });
    control().expireAllAccessTokens();
    control().revokeAllRefreshTokens();
    control().clearRequests();
    await refresh();
    const message = workbench.notification('You are signed out of the account “default”. The refresh token');
    expect(await message.text()).toBe(
      'You are signed out of the account “default”. The refresh token is not valid, for example because the password was changed, or access was revoked.',
    );
    await rows().toEqual(SIGNED_OUT);
    expect(requests('token').map(({ status }) => status)).toEqual([400]);
    await screenshot(workbench, 'sign-in-09-ended');
    await message.press('Sign In…');
    const consent = await toAmazon(stage, workbench, 'Sign In to the Account default');
    expect(await allow(consent)).toContain('You are signed in');
    await rows().toEqual(READ);
    expect(requests('token').map(({ status }) => status)).toEqual([400, 200]);
  });

  it('signs out, which removes all credentials', async () => {
    expect(Object.keys(await stage.secretStorage(workbench))).toHaveLength(1);
    await workbench.command('Alexa Network Mapping: Sign Out');
    await workbench
      .notification('Signed out of Login with Amazon. 2 service providers are no longer read.')
      .toast.waitFor();
    await rows().toEqual(SIGNED_OUT);
    await connection(workbench).getByRole('button', { name: 'Sign In…' }).waitFor();
    await expect.poll(() => stage.secretStorage(workbench)).toEqual({});
    await screenshot(workbench, 'sign-in-10-signed-out');
    control().clearRequests();
    await workbench.reload();
    await rows().toEqual(SIGNED_OUT);
    expect(control().requests()).toEqual([]);
  });

  it('can also sign out from the Accounts menu of VS Code', async () => {
    await connection(workbench).getByRole('button', { name: 'Sign In…' }).click();
    const consent = await toAmazonAs(control().demo, stage, workbench);
    await allow(consent);
    await rows().toEqual(READ);

    await workbench.openAccounts();
    expect(await menuItems(workbench)).toContain('default (Login with Amazon)');
    await screenshot(workbench, 'sign-in-11-accounts');
    await workbench.menuItem('default (Login with Amazon)').click();
    await workbench.chooseMenuItem('Sign Out');
    expect(await workbench.dialog.text()).toContain("Sign out of 'default'?");
    await screenshot(workbench, 'sign-in-12-sign-out');
    await workbench.dialog.press('Sign Out');
    await rows().toEqual(SIGNED_OUT);
    await expect.poll(() => stage.secretStorage(workbench)).toEqual({});
  });

  it('leaves no secret in anything that was written', async () => {
    expect(await stage.leaks()).toEqual([]);
  });
});
