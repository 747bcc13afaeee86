import type { Services } from './command';
import { run } from './runCommand';

/** Whether somebody is signed in; asks to sign in when nobody is. */
export async function signedIn(services: Services): Promise<boolean> {
  if (await isSignedIn(services)) return true;
  await run('signIn', {});
  return isSignedIn(services);
}

async function isSignedIn({ sessions }: Services): Promise<boolean> {
  const { states } = await sessions.read();
  return [...states.values()].some(({ type }) => type === 'signedIn');
}
