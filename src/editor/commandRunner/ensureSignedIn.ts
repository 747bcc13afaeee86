import type { CommandContext } from './command';
import { run } from './runCommand';

/** Whether somebody is signed in; asks to sign in when nobody is. */
export async function ensureSignedIn(services: CommandContext): Promise<boolean> {
  if (await isSignedIn(services)) return true;
  await run('signIn', {});
  return isSignedIn(services);
}

async function isSignedIn({ sessions }: CommandContext): Promise<boolean> {
  const { byName: states } = await sessions.read();
  return [...states.values()].some(({ type }) => type === 'signedIn');
}
