import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import type { Workbench } from '../runner/workbench';
import { OTHER_SKILL, SKILL } from '../support/builders';
import { allow, toAmazon, toAmazonAs } from './browserSteps';
import {
  connection,
  aProvider,
  rowLabels,
  menuItems,
  screenshot,
  screenshotOnFailure,
  row,
  UiTestEnvironment,
} from './uiTestEnvironment';

const AURORA = aProvider('Hotel Aurora', SKILL);
const LAKESIDE = { ...aProvider('Lakeside Clinic', OTHER_SKILL), account: 'other' };
const DEFAULT_READ = `Hotel Aurora, mapped to ${SKILL}`;
const SPAIN_READ = `Lakeside Clinic, mapped to ${OTHER_SKILL}`;

describe('a user with two accounts', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;
  let broken = false;

  beforeAll(async () => {
    stage = await UiTestEnvironment.start('sign-in-accounts');
    stage.simulator.control.allowReturnUrl(stage.redirectUri, stage.simulator.control.demo.otherAccountClientId);
    workbench = await stage.open({
      providers: [AURORA, LAKESIDE],
      settings: {
        'alexaNetworkMapping.serviceProviders': [
          { id: AURORA.serviceProviderId, name: AURORA.name },
          { id: LAKESIDE.serviceProviderId, name: LAKESIDE.name, account: 'Spain' },
        ],
      },
    });
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
  const rows = () => expect.poll(() => rowLabels(workbench));
  const otherClient = () => ({
    clientId: control().demo.otherAccountClientId,
    clientSecret: control().demo.otherAccountClientSecret,
  });
  const refreshAll = () => workbench.command('Alexa Network Mapping: Refresh');

  it('signs in to the first one, and sees on the row that the other one is missing', async () => {
    const { quickInput } = workbench;
    await connection(workbench).getByRole('button', { name: 'Sign In…' }).click();
    await quickInput.titled('Sign In');
    await quickInput.button('Sign In to Another Account').click();
    await quickInput.titled('Sign In');
    await quickInput.row('Spain').waitFor();
    expect(await quickInput.items()).toEqual(['Spain, used in your list of service providers', 'New Account…']);
    await screenshot(workbench, 'sign-in-accounts-01-choose');
    await quickInput.row('New Account…').click();
    await quickInput.titled('Sign In to a New Account');
    await quickInput.fill('   ');
    await expect.poll(() => quickInput.words()).toBe('Enter a name for the account.');
    await quickInput.fill('default');
    await screenshot(workbench, 'sign-in-accounts-02-name');
    await quickInput.accept();
    const consent = await toAmazonAs(control().demo, stage, workbench, 'Sign In to the Account default');
    await allow(consent);
    await rows().toEqual([DEFAULT_READ, 'Lakeside Clinic, could not be read: not signed in to Spain']);
    await screenshot(workbench, 'sign-in-accounts-03-missing');
  });

  it('signs in to the missing one from the menu of its row, with another client', async () => {
    await row(workbench, 'Lakeside Clinic').click({ button: 'right' });
    expect(await menuItems(workbench)).toContain('Sign In…');
    await screenshot(workbench, 'sign-in-accounts-04-menu');
    await workbench.chooseMenuItem('Sign In…');
    const consent = await toAmazonAs(otherClient(), stage, workbench, 'Sign In to the Account Spain');
    expect(await consent.locator('h1').innerText()).toBe('Lakeside Clinic asks for access');
    await allow(consent);
    await rows().toEqual([DEFAULT_READ, SPAIN_READ]);
  });

  it('has both renewed, each with its own refresh token', async () => {
    control().expireAllAccessTokens();
    control().clearRequests();
    await refreshAll();
    const renewals = () =>
      control()
        .requests()
        .filter(({ operation }) => operation === 'token')
        .map(({ status, body }) => [status, (body as { client_id: string }).client_id]);
    await expect
      .poll(() => renewals().sort())
      .toEqual(
        [
          [200, control().demo.clientId],
          [200, control().demo.otherAccountClientId],
        ].sort(),
      );
    await rows().toEqual([DEFAULT_READ, SPAIN_READ]);
  });

  it('chooses which one to sign in to, and its client is known', async () => {
    const { quickInput } = workbench;
    await workbench.command('Alexa Network Mapping: Sign In…');
    await quickInput.pick('Sign In', 'Sign in with the browser');
    await quickInput.row('New Account…').waitFor();
    expect(await quickInput.items()).toEqual([
      'default, replaces its session',
      'Spain, replaces its session',
      'New Account…',
    ]);
    await screenshot(workbench, 'sign-in-accounts-05-which');
    await quickInput.row('New Account…').click();
    await quickInput.titled('Sign In to a New Account');
    await quickInput.fill('Spain');
    await expect.poll(() => quickInput.words()).toBe('This account exists. Its session will be replaced.');
    await quickInput.input.press('Escape');
    await quickInput.row('Spain').waitFor();
    const opened = stage.nextPage();
    await quickInput.row('Spain').click();
    const consent = await opened;
    expect(await consent.locator('h1').innerText()).toBe('Lakeside Clinic asks for access');
    await allow(consent);
    await rows().toEqual([DEFAULT_READ, SPAIN_READ]);
  });

  it('finds both in the Accounts menu, and signs out of one there', async () => {
    await workbench.openAccounts();
    expect(await menuItems(workbench)).toEqual(
      expect.arrayContaining(['default (Login with Amazon)', 'Spain (Login with Amazon)']),
    );
    await screenshot(workbench, 'sign-in-accounts-06-menu');
    await workbench.menuItem('Spain (Login with Amazon)').click();
    await workbench.chooseMenuItem('Sign Out');
    expect(await workbench.dialog.text()).toBe("Sign out of 'Spain'?");
    await workbench.dialog.press('Sign Out');
    await rows().toEqual([DEFAULT_READ, 'Lakeside Clinic, could not be read: not signed in to Spain']);
    const secrets = Object.values(await stage.secretStorage(workbench)).join();
    expect(secrets).toContain(control().demo.clientSecret);
    expect(secrets).not.toContain(control().demo.otherAccountClientSecret);
  });

  it('can fix the missing one from the row and from its error details', async () => {
    await workbench.contextMenu(row(workbench, 'Lakeside Clinic'), 'Show Error Details');
    const details = workbench.webview();
    await details.getByRole('heading', { name: 'You are not signed in to the account “Spain”', level: 1 }).waitFor();
    await screenshot(workbench, 'sign-in-accounts-07-details');
    await details.getByRole('button', { name: 'Sign In…' }).click();
    const consent = await toAmazonAs(otherClient(), stage, workbench, 'Sign In to the Account Spain');
    await allow(consent);
    await rows().toEqual([DEFAULT_READ, SPAIN_READ]);
    await workbench.command('View: Close All Editors');
  });

  it('sees which one Amazon has ended, and the other one continues', async () => {
    const [refreshToken] = /Atzr\|[\w-]+/.exec(
      Object.values(await stage.secretStorage(workbench))
        .join()
        .split('"Spain"')[1] ?? '',
    ) ?? [''];
    control().revokeRefreshToken(refreshToken);
    control().expireAllAccessTokens();
    await refreshAll();
    const message = workbench.notification('You are signed out of the account “Spain”. The refresh token');
    await rows().toEqual([DEFAULT_READ, 'Lakeside Clinic, signed out']);
    await screenshot(workbench, 'sign-in-accounts-08-one-ended');
    await message.press('Sign In…');
    await allow(await toAmazon(stage, workbench, 'Sign In to the Account Spain'));
    await rows().toEqual([DEFAULT_READ, SPAIN_READ]);
  });

  it('chooses which one to sign out of, or all', async () => {
    const { quickInput } = workbench;
    await workbench.command('Alexa Network Mapping: Sign Out');
    await quickInput.titled('Sign Out');
    expect(await quickInput.items()).toEqual(['default', 'Spain', 'All Accounts']);
    await screenshot(workbench, 'sign-in-accounts-09-sign-out');
    await quickInput.row('Spain').click();
    await rows().toEqual([DEFAULT_READ, 'Lakeside Clinic, could not be read: not signed in to Spain']);
    await workbench.command('Alexa Network Mapping: Sign Out');
    await rows().toEqual(['Hotel Aurora, signed out', 'Lakeside Clinic, signed out']);
    await expect.poll(() => stage.secretStorage(workbench)).toEqual({});
  });

  it('leaves no secret in anything that was written', async () => {
    expect(await stage.leaks()).toEqual([]);
  });
});
