import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Workbench } from '../runner/workbench';
import { SKILL } from '../support/builders';
import { allow, allowAndStrand, readAtTheEnd, toAmazonAs } from './browserSteps';
import {
  connection,
  aProvider,
  rowLabels,
  screenshot,
  screenshotOnFailure,
  closeOverlays,
  UiTestEnvironment,
} from './uiTestEnvironment';

const AURORA = aProvider('Hotel Aurora', SKILL);
const READ = [`Hotel Aurora, mapped to ${SKILL}`];
const SIGNED_OUT = ['Hotel Aurora, signed out'];

describe('a user who pastes', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;

  beforeAll(async () => {
    stage = await UiTestEnvironment.start('sign-in-pasted');
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
      .map(({ status, body }) => [status, (body as { grant_type: string }).grant_type]);
  const signIn = () => connection(workbench).getByRole('button', { name: 'Sign In…' }).click();

  beforeEach(async () => {
    await closeOverlays(workbench);
    for (const page of stage.otherPages(workbench)) await page.close();
    if ((await rowLabels(workbench)).join() !== SIGNED_OUT.join()) {
      await workbench.command('Alexa Network Mapping: Sign Out');
    }
    await rows().toEqual(SIGNED_OUT);
    control().clearRequests();
  });

  describe('a refresh token', () => {
    const TITLE = 'Sign In with a Refresh Token';

    it('enters it with its client, step by step and back, and stays signed in', async () => {
      const { quickInput } = workbench;
      const { clientId, clientSecret } = control().demo;
      const refreshToken = stage.secret(control().issueRefreshToken());
      await signIn();
      await quickInput.pick('Sign In', 'Paste a refresh token');
      await quickInput.titled(`${TITLE} (1/3)`);
      expect(await quickInput.words()).toBe(
        "Stored in VS Code's secret storage and sent only to your token endpoint. (Press 'Enter' to confirm or 'Escape' to cancel)",
      );
      expect(await quickInput.input.getAttribute('type')).toBe('password');
      await quickInput.fill(stage.newToken());
      await expect.poll(() => quickInput.words()).toBe('This is an access token. A refresh token starts with Atzr|');
      await quickInput.accept();
      await quickInput.titled('(1/3)');
      await screenshot(workbench, 'sign-in-pasted-01-access-token-as-refresh-token');
      await quickInput.fill(clientSecret);
      await expect.poll(() => quickInput.words()).toContain('This is the client ID or secret of a security profile.');
      await quickInput.fill(refreshToken);
      await quickInput.accept();

      await quickInput.titled(`${TITLE} (2/3)`);
      await quickInput.button('Back').click();
      await quickInput.answer(`${TITLE} (1/3)`, refreshToken);
      await quickInput.answer(`${TITLE} (2/3)`, clientId);
      await quickInput.titled(`${TITLE} (3/3)`);
      await quickInput.button('Back').click();
      await quickInput.titled(`${TITLE} (2/3)`);
      expect(await quickInput.input.inputValue()).toBe(clientId);
      expect(await quickInput.words()).not.toContain('Allowed Return URLs');
      await screenshot(workbench, 'sign-in-pasted-02-client-id');
      await quickInput.accept();
      await quickInput.answer(`${TITLE} (3/3)`, stage.secret(clientSecret));
      await rows().toEqual(READ);
      expect(grants()).toEqual([[200, 'refresh_token']]);

      control().expireAllAccessTokens();
      await workbench.reload();
      await rows().toEqual(READ);
      expect(grants()).toHaveLength(2);
    });

    it('sees that the client secret is wrong, and is prompted for the client again', async () => {
      const { quickInput } = workbench;
      const { clientId, clientSecret } = control().demo;
      await signIn();
      await quickInput.pick('Sign In', 'Paste a refresh token');
      await quickInput.answer(`${TITLE} (1/3)`, stage.secret(control().issueRefreshToken()));
      await quickInput.answer(`${TITLE} (2/3)`, clientId);
      await quickInput.answer(`${TITLE} (3/3)`, stage.secret(`amzn1.oa2-cs.v1.${'0'.repeat(64)}`));
      const message = workbench.notification('Login with Amazon refused the client ID or the client secret.');
      expect(await message.text()).toBe(
        'Login with Amazon refused the client ID or the client secret. The client ID is unknown, or the client secret does not match it. Both must be from the same security profile. In the Login with Amazon console, open Web Settings of the security profile, and copy the client ID and the client secret.',
      );
      expect(await rowLabels(workbench)).toEqual(SIGNED_OUT);
      await screenshot(workbench, 'sign-in-pasted-03-wrong-secret');
      await message.press('Sign In…');
      await quickInput.pick('Sign In to the Account default', 'Paste a refresh token');
      await quickInput.answer(`${TITLE} (1/3)`, stage.secret(control().issueRefreshToken()));
      await quickInput.answer(`${TITLE} (2/3)`, clientId);
      await quickInput.answer(`${TITLE} (3/3)`, clientSecret);
      await rows().toEqual(READ);
      expect(grants()).toEqual([
        [401, 'refresh_token'],
        [200, 'refresh_token'],
      ]);
    });

    it('sees that it is no longer valid', async () => {
      const { quickInput } = workbench;
      const refreshToken = stage.secret(control().issueRefreshToken());
      control().revokeRefreshToken(refreshToken);
      await signIn();
      await quickInput.pick('Sign In', 'Paste a refresh token');
      await quickInput.answer(`${TITLE} (1/3)`, refreshToken);
      await quickInput.answer(`${TITLE} (2/3)`, control().demo.clientId);
      await quickInput.answer(`${TITLE} (3/3)`, stage.secret(control().demo.clientSecret));
      const message = workbench.notification('Login with Amazon refused the refresh token.');
      expect(await message.text()).toBe(
        'Login with Amazon refused the refresh token. The refresh token is not valid, for example because the password was changed, or access was revoked. Sign in again.',
      );
      await screenshot(workbench, 'sign-in-pasted-04-revoked');
      await message.close();
      expect(await stage.secretStorage(workbench)).toEqual({});
    });
  });

  describe('the address of the last page in the browser', () => {
    const WHERE = () => `Paste the full address of the last page in the browser. It starts with ${stage.redirectUri}`;
    const FOREIGN = 'This address is from another sign-in, was used before, or is incomplete. Nothing was sent.';

    it('is signed in with it, and with no similar address', async () => {
      const { quickInput } = workbench;
      await signIn();
      const consent = await toAmazonAs(control().demo, stage, workbench);
      const address = await allowAndStrand(stage, consent);
      const changed = (change: (query: URLSearchParams) => void) => {
        const url = new URL(address);
        change(url.searchParams);
        return url.href;
      };
      const paste = async (text: string) => {
        await quickInput.fill(text);
        await quickInput.accept();
      };
      await quickInput.titled('Sign In with the Browser');
      expect(await quickInput.input.getAttribute('type')).toBe('password');
      for (const [pasted, said] of [
        ['https://www.amazon.com/ap/signin', WHERE()],
        [address.replace('127.0.0.1', 'localhost'), WHERE()],
        ['what is this', WHERE()],
        [
          changed((query) => {
            query.set('state', 'another-state-that-belongs-to-another-sign-in');
          }),
          FOREIGN,
        ],
        [
          changed((query) => {
            query.delete('state');
          }),
          FOREIGN,
        ],
        [
          changed((query) => {
            query.delete('code');
          }),
          FOREIGN,
        ],
        [
          changed((query) => {
            query.append('code', 'a-second-code');
          }),
          FOREIGN,
        ],
      ] as const) {
        await paste(pasted);
        await expect.poll(() => quickInput.words()).toBe(said);
        // The next input clears the message.
        await quickInput.fill('');
        await expect.poll(() => quickInput.words()).toContain('Sign in on the page that was opened.');
      }
      await paste('https://www.amazon.com/ap/signin');
      await expect.poll(() => quickInput.words()).toBe(WHERE());
      await screenshot(workbench, 'sign-in-pasted-05-foreign-address');
      expect(grants()).toEqual([]);

      await paste(` ${address}\n`);
      await rows().toEqual(READ);
      expect(grants()).toEqual([[200, 'authorization_code']]);
      await workbench.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    });

    it('may omit its scheme, as browsers do', async () => {
      await signIn();
      const consent = await toAmazonAs(control().demo, stage, workbench);
      const address = await allowAndStrand(stage, consent);
      await workbench.quickInput.fill(address.replace('http://', ''));
      await workbench.quickInput.accept();
      await rows().toEqual(READ);
    });

    it('may open the Command Palette meanwhile: a notification can show the box again', async () => {
      const { quickInput } = workbench;
      await signIn();
      const consent = await toAmazonAs(control().demo, stage, workbench);
      await workbench.page.bringToFront();
      await quickInput.titled('Sign In with the Browser');
      await workbench.page.keyboard.press('F1');
      await expect.poll(() => quickInput.input.inputValue()).toBe('>');
      await quickInput.cancel();
      const waiting = workbench.notification('Waiting for the sign-in in the browser');
      expect(await waiting.text()).toBe('Waiting for the sign-in in the browser: Paste Address…');
      expect(await isListenedTo(stage.redirectUri)).toBe(true);
      await screenshot(workbench, 'sign-in-pasted-06-in-background');
      await waiting.toast.locator('.notification-list-item-message a', { hasText: 'Paste Address…' }).click();
      await quickInput.titled('Sign In with the Browser');
      await screenshot(workbench, 'sign-in-pasted-07-box-again');
      await workbench.page.keyboard.press('F1');
      await expect.poll(() => quickInput.input.inputValue()).toBe('>');
      await quickInput.cancel();
      await consent.bringToFront();
      expect(await allow(consent)).toContain('You are signed in');
      await workbench.page.bringToFront();
      await workbench.notification('Signed in to Login with Amazon.').toast.waitFor();
      await waiting.toast.waitFor({ state: 'detached' });
      await rows().toEqual(READ);
      await screenshot(workbench, 'sign-in-pasted-08-done');
    });

    it('can cancel, so that a late redirect fails, and start again immediately', async () => {
      await signIn();
      const abandoned = await toAmazonAs(control().demo, stage, workbench);
      await workbench.page.bringToFront();
      await workbench.quickInput.titled('Sign In with the Browser');
      await workbench.notification('Waiting for the sign-in in the browser').press('Cancel');
      await workbench.notification('The sign-in was canceled. Nothing was stored.').toast.waitFor();
      await expect.poll(() => isListenedTo(stage.redirectUri)).toBe(false);
      expect(await rowLabels(workbench)).toEqual(SIGNED_OUT);

      await signIn();
      const consent = await toAmazonAs(control().demo, stage, workbench);
      await expect.poll(() => workbench.quickInput.words()).toContain('Sign in on the page that was opened.');
      // The first page belongs to a canceled sign-in: its response is rejected, and the second one still waits.
      await abandoned.getByRole('button', { name: 'Allow' }).click();
      expect(await readAtTheEnd(abandoned)).toBe(
        'No sign-in is waiting for this page You can close this page and go back to code-server.',
      );
      expect(grants()).toEqual([]);
      expect(await allow(consent)).toContain('You are signed in');
      await rows().toEqual(READ);
      expect(await isListenedTo(stage.redirectUri)).toBe(false);
    });
  });

  it('leaves no secret in anything that was written', async () => {
    expect(await stage.leaks()).toEqual([]);
  });
});

async function isListenedTo(address: string): Promise<boolean> {
  const socket = connect(Number(new URL(address).port), '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
