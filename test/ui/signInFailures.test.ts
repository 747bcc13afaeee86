import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createSecureServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Notification, Workbench } from '../runner/workbench';
import type { FaultInput } from '../simulator/faults';
import { SKILL } from '../support/builders';
import { allow, allowAndStrand, readAtTheEnd, toAmazon, toAmazonAs } from './browserSteps';
import {
  connection,
  aProvider,
  rowLabels,
  screenshot,
  screenshotOnFailure,
  closeOverlays,
  row,
  UiTestEnvironment,
} from './uiTestEnvironment';

const AURORA = aProvider('Hotel Aurora', SKILL);
const READ = [`Hotel Aurora, mapped to ${SKILL}`];
const SIGNED_OUT = ['Hotel Aurora, signed out'];
const MINUTE_MS = 60_000;
const NO_CONNECTION =
  'The connection to Login with Amazon failed. The connection was not established or was lost, or a proxy requires authentication. Your sign-in state is unchanged. Check the internet connection, the VPN, the firewall, and the proxy settings of VS Code (http.proxy).';

describe('a user whose sign-in fails', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;
  let serviceIsAheadMs = 0;

  beforeAll(async () => {
    stage = await UiTestEnvironment.start('sign-in-failures', {
      now: () => Date.now() + serviceIsAheadMs,
      movableClock: true,
    });
    workbench = await stage.open({ providers: [AURORA] });
  });
  afterAll(() => stage.stop());
  screenshotOnFailure(() => workbench);

  const control = () => stage.simulator.control;
  const rows = () => expect.poll(() => rowLabels(workbench));
  const grants = () =>
    control()
      .requests()
      .filter(({ operation }) => operation === 'token')
      .map(({ status }) => status);
  const signIn = () => connection(workbench).getByRole('button', { name: 'Sign In…' }).click();
  const toConsent = async () => {
    await signIn();
    return toAmazonAs(control().demo, stage, workbench);
  };
  /** Opens Amazon's page without further prompts, since the client was entered before. */
  const tryAgain = async (message: Notification) => {
    const opened = stage.nextPage();
    await message.press('Try Again');
    return opened;
  };
  const boxSays = () => expect.poll(() => workbench.quickInput.words());

  beforeEach(async () => {
    await closeOverlays(workbench);
    for (const page of stage.otherPages(workbench)) await page.close();
    if ((await workbench.page.locator('.notification-toast').count()) > 0) {
      await workbench.command('Notifications: Clear All Notifications');
    }
    control().reset();
    control().seed([AURORA]);
    control().allowReturnUrl(stage.redirectUri);
    if ((await rowLabels(workbench)).join() !== SIGNED_OUT.join()) {
      await workbench.command('Alexa Network Mapping: Sign Out');
    }
    await rows().toEqual(SIGNED_OUT);
  });

  it('because the return URL is not listed sees that while it still waits, and continues when it is', async () => {
    control().setClient({ clientId: control().demo.clientId, allowedReturnUrls: ['http://127.0.0.1:9090/cb'] });
    const refusal = await toConsent();
    expect(await refusal.locator('main').innerText()).toContain('The redirect URI is not on the list');
    await workbench.page.bringToFront();
    await stage.passTime(30_000);
    await boxSays().toBe(
      `If Amazon's page rejects the return URL, add exactly ${stage.redirectUri} to Allowed Return URLs of the security profile. If it rejects a scope, check the setting alexaNetworkMapping.scopes. If the last page cannot be reached, paste its address here.`,
    );
    await screenshot(workbench, 'sign-in-failures-01-return-url');

    control().allowReturnUrl(stage.redirectUri);
    const opened = stage.nextPage();
    await workbench.quickInput.button('Open the Sign-In Page Again').click();
    expect(await allow(await opened)).toContain('You are signed in');
    await rows().toEqual(READ);
  });

  it('because the port is in use is told so, and continues by pasting the address', async () => {
    const other = createServer((_request, response) => response.end('Another program.'));
    other.listen(Number(new URL(stage.redirectUri).port), '127.0.0.1');
    await once(other, 'listening');
    try {
      const consent = await toConsent();
      await workbench.page.bringToFront();
      await boxSays().toBe(
        'The sign-in port is in use. Paste the address of the last page in the browser, or close the program that is using the port and try again.',
      );
      await screenshot(workbench, 'sign-in-failures-02-port-taken');
      await consent.getByRole('button', { name: 'Allow' }).click();
      await consent.getByText('Another program.').waitFor();
      await workbench.quickInput.fill(consent.url());
      await workbench.quickInput.accept();
      await rows().toEqual(READ);
    } finally {
      other.close();
      other.closeAllConnections();
    }
  });

  it('because the client secret is wrong sees that, and is prompted for both again', async () => {
    const { clientId, clientSecret } = control().demo;
    await signIn();
    const consent = await toAmazonAs({ clientId, clientSecret: `amzn1.oa2-cs.v1.${'0'.repeat(64)}` }, stage, workbench);
    expect(await allow(consent)).toBe(
      'Login with Amazon refused the client ID or the client secret You can close this page and go back to code-server.',
    );
    const message = workbench.notification('Login with Amazon refused the client ID');
    expect(await message.text()).toBe(
      'Login with Amazon refused the client ID or the client secret. The client ID is unknown, or the client secret does not match it. Both must be from the same security profile. In the Login with Amazon console, open Web Settings of the security profile, and copy the client ID and the client secret.',
    );
    await screenshot(workbench, 'sign-in-failures-03-wrong-secret');
    expect(await stage.secretStorage(workbench)).toEqual({});
    await message.press('Sign In…');
    const again = await toAmazonAs({ clientId, clientSecret }, stage, workbench, 'Sign In to the Account default');
    await allow(again);
    await rows().toEqual(READ);
  });

  it('because the client secret was replaced is prompted for the new one, although one is stored', async () => {
    await allow(await toConsent());
    await rows().toEqual(READ);
    const { clientId } = control().demo;
    const clientSecret = stage.secret(`amzn1.oa2-cs.v1.${'1'.repeat(64)}`);
    control().setClient({ clientId, clientSecret });
    await workbench.command('Alexa Network Mapping: Sign In…');
    await allow(await toAmazon(stage, workbench));
    await workbench.notification('Login with Amazon refused the client ID').press('Sign In…');
    await workbench.quickInput.pick('Sign In to the Account default', 'Sign in with the browser');
    await workbench.quickInput.titled('Sign In with the Browser (1/2)');
    expect(await workbench.quickInput.input.inputValue()).toBe(clientId);
    await workbench.quickInput.accept();
    await workbench.quickInput.titled('Sign In with the Browser (2/2)');
    await workbench.quickInput.fill(clientSecret);
    const opened = stage.nextPage();
    await workbench.quickInput.accept();
    expect(await allow(await opened)).toContain('You are signed in');
    // Otherwise its reads would go on during the next test.
    await rows().toEqual(READ);
  });

  it('because the code has expired sees that', async () => {
    const consent = await toConsent();
    const address = await allowAndStrand(stage, consent);
    serviceIsAheadMs += 6 * MINUTE_MS;
    await workbench.quickInput.fill(address);
    await workbench.quickInput.accept();
    const message = workbench.notification('Login with Amazon refused the sign-in code.');
    expect(await message.text()).toBe(
      'Login with Amazon refused the sign-in code. A code can be used once, within five minutes. This one expired, was used before, or is from another sign-in. Sign in again.',
    );
    await screenshot(workbench, 'sign-in-failures-04-code-expired');
    expect(grants()).toEqual([400]);
    expect(await allow(await tryAgain(message))).toContain('You are signed in');
    await rows().toEqual(READ);
  });

  it('because they denied access sees that, in the browser too', async () => {
    const consent = await toConsent();
    await consent.getByRole('button', { name: 'Deny' }).click();
    expect(await readAtTheEnd(consent)).toBe(
      'Access was not granted on the consent page You can close this page and go back to code-server.',
    );
    const message = workbench.notification('Access was not granted on the consent page.');
    expect(await message.text()).toBe(
      'Access was not granted on the consent page. Your sign-in state is unchanged. Sign in again, and allow access on the consent page.',
    );
    await screenshot(workbench, 'sign-in-failures-05-denied');
    expect(grants()).toEqual([]);
    expect(await allow(await tryAgain(message))).toContain('You are signed in');
    await rows().toEqual(READ);
  });

  it.each<[what: string, fault: FaultInput, words: string]>([
    [
      'a proxy requires authentication',
      { kind: 'answer', status: 407, body: 'html', requestId: 'missing', operation: 'token' },
      // Fetch does not expose that it was a 407.
      NO_CONNECTION,
    ],
    [
      'a captive portal responds instead',
      { kind: 'answer', status: 200, body: 'html', requestId: 'missing', operation: 'token' },
      'Unexpected response from Login with Amazon. Something else may have responded instead, such as a proxy or the sign-in page of a network. Your sign-in state is unchanged. Check in the browser whether the network asks you to sign in first.',
    ],
    [
      'a proxy responds with 401 and a page',
      { name: 'unauthorizedHtml', operation: 'token' },
      'Unexpected response from Login with Amazon. Something else may have responded instead, such as a proxy or the sign-in page of a network. Your sign-in state is unchanged. Check in the browser whether the network asks you to sign in first.',
    ],
    ['the connection breaks', { name: 'resetBeforeWrite', operation: 'token' }, NO_CONNECTION],
    [
      'Login with Amazon is down',
      { name: 'unavailable', operation: 'token' },
      'Login with Amazon is not available. The reason may be maintenance, too much load, or a gateway. Your sign-in state is unchanged. Try again in a few minutes.',
    ],
  ])('because %s sees that, and retries when it is resolved', async (what, fault, words) => {
    control().addFault(fault);
    const title = words.slice(0, words.indexOf('. '));
    expect(await allow(await toConsent())).toBe(`${title} You can close this page and go back to code-server.`);
    const message = workbench.notification(title);
    expect(await message.text()).toBe(words);
    await screenshot(workbench, `sign-in-failures-06-${what.replaceAll(' ', '-')}`);
    expect(await rowLabels(workbench)).toEqual(SIGNED_OUT);

    control().clearFaults();
    expect(await allow(await tryAgain(message))).toContain('You are signed in');
    await rows().toEqual(READ);
  });

  it('while Login with Amazon is down stays signed in and sees that on the row, until it is available again', async () => {
    await allow(await toConsent());
    await rows().toEqual(READ);
    control().addFault({ name: 'unavailable', operation: 'token' });
    control().expireAllAccessTokens();
    await workbench.command('Alexa Network Mapping: Refresh');
    await rows().toEqual(['Hotel Aurora, could not be read: Login with Amazon is unavailable']);
    const message = workbench.notification(
      'The mapping of Hotel Aurora could not be read. Login with Amazon is not available.',
    );
    await screenshot(workbench, 'sign-in-failures-07-renewal');
    control().clearFaults();
    // A failed renewal is not retried immediately, whatever the trigger.
    await expect
      .poll(
        async () => {
          if (await message.toast.isVisible()) await message.press('Try Again');
          return rowLabels(workbench);
        },
        { interval: 1_000 },
      )
      .toEqual(READ);
  });

  it.each([
    [401, 'access token refused', '401 Unauthorized'],
    [403, 'not allowed', '403 Forbidden'],
  ] as const)(
    'partly, without the scope that mappings need, sees that immediately, and again after a %i',
    async (noAccess, reason, status) => {
      control().setSwitches({ noAccess });
      const consent = await toConsent();
      await consent.getByRole('checkbox', { name: 'Manage the service providers' }).uncheck();
      expect(await allow(consent)).toContain('You are signed in');
      const message = workbench.notification('You are signed in, but mappings cannot be read');
      expect(await message.text()).toBe(
        'You are signed in, but mappings cannot be read or changed, because Amazon did not grant amazon_communication::service_provider. Give the client ID API access in the Alexa Smart Properties console, then sign in again and select all permissions.',
      );
      await rows().toEqual([`Hotel Aurora, could not be read: ${reason}`]);
      await screenshot(workbench, `sign-in-failures-08-scope-missing-${noAccess}`);
      await workbench.contextMenu(row(workbench, 'Hotel Aurora'), 'Show Error Details');
      // The page stays open, so that the second one is shown in the first one's place: a page that is opened soon after the
      // last one was closed may stay empty in the browser.
      await workbench.webview().getByRole('definition').filter({ hasText: status }).waitFor();
      await workbench
        .webview()
        .getByText(
          'You signed in without the permission amazon_communication::service_provider. Sign in again and allow it.',
        )
        .waitFor();
      await screenshot(workbench, `sign-in-failures-09-scope-details-${noAccess}`);
      const opened = stage.nextPage();
      await message.press('Sign In Again…');
      expect(await allow(await opened)).toContain('You are signed in');
      await rows().toEqual(READ);
    },
  );

  it('leaves no secret in anything that was written', async () => {
    expect(await stage.leaks()).toEqual([]);
  });
});

describe('a user whose settings request a scope that the client may not use', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;

  beforeAll(async () => {
    stage = await UiTestEnvironment.start('sign-in-scope', {
      settings: {
        'alexaNetworkMapping.scopes': [
          'alexa::enterprise:management',
          'amazon_communication::service_provider',
          'alexa::not:known',
        ],
      },
    });
    workbench = await stage.open({ providers: [AURORA] });
  });
  afterAll(() => stage.stop());
  screenshotOnFailure(() => workbench);

  it('sees which one to remove', async () => {
    await connection(workbench).getByRole('button', { name: 'Sign In…' }).click();
    const page = await toAmazonAs(stage.simulator.control.demo, stage, workbench);
    expect(await readAtTheEnd(page)).toBe(
      'Login with Amazon refused a scope You can close this page and go back to code-server.',
    );
    const message = workbench.notification('Login with Amazon refused a scope.');
    expect(await message.text()).toBe(
      'Login with Amazon refused a scope. The client ID is not allowed to request one of the scopes in the settings. Remove alexa::not:known from the setting alexaNetworkMapping.scopes, then sign in again.',
    );
    await screenshot(workbench, 'sign-in-failures-10-scope-refused');
    await message.press('Open Settings');
    await workbench.page.locator('.settings-editor').getByText('alexa::not:known').waitFor();
    await screenshot(workbench, 'sign-in-failures-11-scope-settings');
    expect(await rowLabels(workbench)).toEqual(SIGNED_OUT);
  });

  it('leaves no secret in anything that was written', async () => {
    expect(await stage.leaks()).toEqual([]);
  });
});

describe('a user whose company inspects the traffic with its own certificate', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;
  const heard: string[] = [];
  let inspector: Server;

  beforeAll(async () => {
    // Generated for this test, so it is not trusted.
    const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }]);
    inspector = createSecureServer({ key, cert }, (request, response) => {
      heard.push(request.url ?? '');
      response.end();
    });
    inspector.listen(0, '127.0.0.1');
    await once(inspector, 'listening');
    const { port } = inspector.address() as AddressInfo;
    stage = await UiTestEnvironment.start('sign-in-certificate', {
      settings: { 'alexaNetworkMapping.tokenEndpoint': `https://127.0.0.1:${port}/auth/o2/token` },
    });
    workbench = await stage.open({ providers: [AURORA] });
  });
  afterAll(async () => {
    inspector.close();
    await stage.stop();
  });
  screenshotOnFailure(() => workbench);

  it('sees that the certificate is not trusted, and no secret was sent', async () => {
    await connection(workbench).getByRole('button', { name: 'Sign In…' }).click();
    const consent = await toAmazonAs(stage.simulator.control.demo, stage, workbench);
    expect(await allow(consent)).toBe(
      'The certificate of Login with Amazon is not trusted You can close this page and go back to code-server.',
    );
    const message = workbench.notification('The certificate of Login with Amazon is not trusted.');
    expect(await message.text()).toBe(
      "The certificate of Login with Amazon is not trusted. A company proxy may be inspecting the traffic with its own certificate. No secrets were sent. Your sign-in state is unchanged. Add your company's certificate to the system, and restart VS Code.",
    );
    await screenshot(workbench, 'sign-in-failures-12-certificate');
    expect(heard).toEqual([]);
    expect(await rowLabels(workbench)).toEqual(SIGNED_OUT);
  });

  it('leaves no secret in anything that was written', async () => {
    expect(await stage.leaks()).toEqual([]);
  });
});
