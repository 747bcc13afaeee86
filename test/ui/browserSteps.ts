import type { Page } from 'playwright-core';
import type { Workbench } from '../runner/workbench';
import type { UiTestEnvironment } from './uiTestEnvironment';

/** The credentials of a security profile. */
interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Chooses the browser sign-in in the quick pick, and returns Amazon's page that VS Code opens in the browser. */
export async function toAmazon(stage: UiTestEnvironment, workbench: Workbench, title = 'Sign In'): Promise<Page> {
  await workbench.quickInput.titled(title);
  const opened = stage.nextPage();
  await workbench.quickInput.row('Sign in with the browser').click();
  return opened;
}

/** The same if no client is stored, so that the prompts for it come first. */
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

/** Allows the selected scopes on the consent page, returns the text of the next page, and closes it. */
export async function allow(consent: Page): Promise<string> {
  await consent.getByRole('button', { name: 'Allow' }).click();
  return readAtTheEnd(consent);
}

/** Returns the text of the last page of a sign-in, and closes it. */
export async function readAtTheEnd(page: Page): Promise<string> {
  await page.getByText('You can close this page').waitFor();
  const text = await page.locator('body').innerText();
  await page.close();
  return text.replace(/\s+/g, ' ').trim();
}

/**
 * Allows the selected scopes on the consent page in a browser that cannot reach the listener, such as one on another computer.
 *
 * @returns the URL that the browser was redirected to
 */
export async function allowAndStrand(stage: UiTestEnvironment, consent: Page): Promise<string> {
  let address = '';
  await consent.route('**/ap/oa', async (route) => {
    // Fetch here without redirects: a redirect that the browser follows cannot be intercepted.
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
