import { SecretStorageError } from '../../core/auth/sessionStore';
import type { CommandOutcome } from './command';

/** Runs what writes the session, and says what to do when VS Code cannot write it. */
export async function withSecretStorageErrors(write: () => Promise<CommandOutcome>): Promise<CommandOutcome> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof SecretStorageError) return { type: 'refused', message: error.message };
    throw error;
  }
}
