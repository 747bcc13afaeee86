import * as vscode from 'vscode';
import { inertLabel } from '../prompts/inertText';
import { DISMISSED, DONE, type Command } from './command';
import { writeSession } from './writeSession';

/** Forgets the session of an account and all its secrets, in every window. */
export const signOut: Command = {
  id: 'signOut',
  async run(_invocation, { sessions }) {
    const { states, problem } = await sessions.read();
    const names = [...states.keys()];
    const [only] = names;
    if (only === undefined && problem === undefined) {
      return { type: 'refused', message: vscode.l10n.t('You are not signed in.') };
    }
    const chosen = names.length > 1 ? await pickAccounts(names) : names;
    if (!chosen) return DISMISSED;
    return writeSession(async () => {
      await sessions.remove(chosen);
      return DONE;
    });
  },
};

async function pickAccounts(names: readonly string[]): Promise<readonly string[] | undefined> {
  const items = [
    ...names.map((name) => ({ label: inertLabel(name), names: [name] })),
    { label: vscode.l10n.t('All Accounts'), iconPath: new vscode.ThemeIcon('sign-out'), names },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Sign Out'),
    placeHolder: vscode.l10n.t('Which account do you want to sign out of?'),
  });
  return picked?.names;
}
