import type { Page } from 'playwright-core';
import type { Workbench } from '../runner/workbench';
import type { UiTestEnvironment } from './uiTestEnvironment';

/** What a person copies from a security profile. */
interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Goes from the pick of Sign In to Amazon's page, which VS Code opens in the browser. */
export async function toAmazon(stage: UiTestEnvironment, workbench: Workbench, title = 'Sign In'): Promise<Page> {
  await workbench.quickInput.titled(title);
  const opened = stage.nextPage();
  await workbench.quickInput.row('Sign in with the browser').click();
  return opened;
}

/** The same where no client is known, which is asked for before. */
export async function toAmazonAs(
  { clientId, clientSecret }: Client,
  stage: UiTestEnvironment,
  { quickInput }: Workbench,
  title = 'Sign In',
): Promise<Page> {
  await quickInput.pick(title, 'Sign in with the browser');
  await quickInput.answer('Sign In with the Browser (1/2)', clientId);
  await quickInput.titled('Sign In with the Browser (2/2)');
  await quickInput.fill(stage.secret(clientSecret));
  const opened = stage.nextPage();
  await quickInput.accept();
  return opened;
}

/** Allows what is chosen on the consent page, reads what the browser shows then, and closes it. */
export async function allow(consent: Page): Promise<string> {
  await consent.getByRole('button', { name: 'Allow' }).click();
  return readAtTheEnd(consent);
}

/** What the last page of a sign-in says; it is closed. */
export async function readAtTheEnd(page: Page): Promise<string> {
  await page.getByText('You can close this page').waitFor();
  const text = await page.locator('body').innerText();
  await page.close();
  return text.replace(/\s+/g, ' ').trim();
}

/**
 * Allows what is chosen on the consent page in a browser that does not find the listener, such as one on another machine.
 *
 * @returns the address that the browser has ended on
 */
export async function allowAndStrand(stage: UiTestEnvironment, consent: Page): Promise<string> {
  let address = '';
  await consent.route('**/ap/oa', async (route) => {
    // Once the browser follows a redirect, nothing can hold it up.
    const answer = await route.fetch({ maxRedirects: 0 });
    address = answer.headers()['location'] ?? '';
    await route.abort('connectionrefused');
  });
  await consent.getByRole('button', { name: 'Allow' }).click();
  await consent.waitForURL('chrome-error://**');
  await consent.close();
  for (const name of ['code', 'state']) stage.secret(new URL(address).searchParams.get(name) ?? '');
  return address;
}
