import * as vscode from 'vscode';
import type { Accounts } from '../../core/auth/sessionStore';
import { resolveAccount, knownAccounts } from '../../core/model/accounts';
import { signedOutText, waitingForAccountText } from '../../core/presentation/sessionText';
import { escapeIcons } from '../prompts/escapeUiText';
import { DISMISSED, type Command, type CommandOutcome, type CommandContext } from '../commandRunner/command';
import { withSecretStorageErrors } from '../commandRunner/secretStorageErrors';

/** Removes the session of an account and all its secrets, in every window, and reports what that means for the list. */
export const signOut: Command<'signOut'> = {
  async run(_call, services) {
    const { sessions } = services;
    const before = await sessions.read();
    const names = [...before.byName.keys()];
    const [only] = names;
    if (only === undefined && before.problem === undefined) {
      return { type: 'rejected', message: vscode.l10n.t('You are not signed in.') };
    }
    const chosen = names.length > 1 ? await pickAccounts(names) : names;
    if (!chosen) return DISMISSED;
    return withSecretStorageErrors(async () => {
      await sessions.remove(chosen);
      return endingOf(chosen, before, await sessions.read(), services);
    });
  },
};

function endingOf(
  left: readonly string[],
  before: Accounts,
  after: Accounts,
  { providers: { providers }, sessions }: CommandContext,
): CommandOutcome {
  const names = knownAccounts([...before.byName.keys()], before.reserved);
  const wasRead = (account: string | undefined) => account !== undefined && left.includes(account);
  const unread = providers.filter(({ account }) => {
    const served = resolveAccount(account, names);
    return wasRead(served) && before.byName.get(served ?? '')?.type === 'signedIn';
  });
  const done = signedOutText(before.byName.size > 1 ? left : [], unread.length, vscode.env.language);
  const [other, ...others] = after.byName.keys();
  const waiting = unread.filter(({ account }) => account === undefined);
  if (after.reserved === undefined || other === undefined || others.length > 0 || waiting.length === 0) {
    return { type: 'succeeded', message: done };
  }
  return {
    type: 'succeeded',
    message: `${done} ${waitingForAccountText(waiting.length, other)}`,
    actions: [
      {
        label: vscode.l10n.t({
          message: 'Use {0} for Them',
          args: [escapeIcons(other)],
          comment: ['A button: use the account {0} for the service providers that specify no account.'],
        }),
        run: () => sessions.handOver(),
      },
    ],
  };
}

async function pickAccounts(names: readonly string[]): Promise<readonly string[] | undefined> {
  const items = [
    ...names.map((name) => ({ label: escapeIcons(name), names: [name] })),
    { label: vscode.l10n.t('All Accounts'), iconPath: new vscode.ThemeIcon('sign-out'), names },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Sign Out'),
    placeHolder: vscode.l10n.t('Which account do you want to sign out of?'),
  });
  return picked?.names;
}
