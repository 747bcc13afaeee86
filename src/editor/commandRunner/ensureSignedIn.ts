import type { CommandContext } from './command';
import { run } from './runCommand';

/** Returns whether an account is signed in, after offering to sign in if none is. */
export async function ensureSignedIn(services: CommandContext): Promise<boolean> {
  if (await isSignedIn(services)) return true;
  await run('signIn', {});
  return isSignedIn(services);
}

async function isSignedIn({ sessions }: CommandContext): Promise<boolean> {
  const { byName: states } = await sessions.read();
  return [...states.values()].some(({ type }) => type === 'signedIn');
}
