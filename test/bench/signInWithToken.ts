import type { Workbench } from '../runner/workbench';

/** Signs in through the interface. Keep the window open: VS Code stores the session a moment later. */
export async function signInWithToken(workbench: Workbench, accessToken: string): Promise<void> {
  await workbench.command('Alexa Network Mapping: Sign In…');
  await workbench.quickInput.pick('Sign In', 'Paste an access token');
  await workbench.quickInput.answer('Sign In with an Access Token', accessToken);
  await workbench.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
}
