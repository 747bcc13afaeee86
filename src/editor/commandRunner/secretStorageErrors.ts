import { SecretStorageFailed } from '../../core/auth/sessionStore';
import type { Ending } from './command';

/** Runs what writes the session, and says what to do when VS Code cannot write it. */
export async function writeSession(write: () => Promise<Ending>): Promise<Ending> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof SecretStorageFailed) return { type: 'refused', message: error.message };
    throw error;
  }
}
