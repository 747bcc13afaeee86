import type { CommandContext } from './command';
import { run } from './runCommand';

/** Returns whether an account is signed in, after offering to sign in if none is. */
export async function ensureSignedIn(services: CommandContext): Promise<boolean> {
  if (await isSignedIn(services)) return true;
  await run('signIn', {});
  return isSignedIn(services);
}

/** Whether any account is signed in. */
export async function isSignedIn({ sessions }: Pick<CommandContext, 'sessions'>): Promise<boolean> {
  const { byName } = await sessions.read();
  return [...byName.values()].some(({ type }) => type === 'signedIn');
}
