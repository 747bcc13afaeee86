import * as vscode from 'vscode';
import { DONE, type Command } from './command';
import { writeSession } from './writeSession';

/** Forgets the session and its tokens, in every window. */
export const signOut: Command = {
  id: 'signOut',
  async run(_invocation, { sessions }) {
    const state = await sessions.read();
    if (state.type === 'signedOut' && state.reason === 'none') {
      return { type: 'refused', message: vscode.l10n.t('You are not signed in.') };
    }
    return writeSession(async () => {
      await sessions.remove();
      return DONE;
    });
  },
};
