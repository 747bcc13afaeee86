import type { Services } from './command';
import { run } from './door';

/** Whether somebody is signed in; asks to sign in when nobody is. */
export async function signedIn({ sessions }: Services): Promise<boolean> {
  if ((await sessions.read()).type === 'signedIn') return true;
  await run('signIn', {});
  return (await sessions.read()).type === 'signedIn';
}
