import { SecretStorageError } from '../../core/auth/sessionStore';
import type { CommandOutcome } from './command';

/** Writes sessions, and returns a `refused` outcome if VS Code cannot store them. */
export async function withSecretStorageErrors(write: () => Promise<CommandOutcome>): Promise<CommandOutcome> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof SecretStorageError) return { type: 'rejected', message: error.message };
    throw error;
  }
}
