import * as vscode from 'vscode';
import type { ChangeSender } from '../../core/model/networkMapping';
import { escapeIcons } from '../prompts/escapeUiText';
import { namesOfAccountsSetting } from '../settings/accountSettings';
import { readApiEndpoint } from '../settings/apiEndpoint';
import type { CommandContext } from './command';
import { ensureSignedIn } from './ensureSignedIn';
import { run } from './runCommand';

/** The account that a service provider to create will belong to. */
interface Owner {
  readonly account: string;
  /** Whether the entry in the list has to name it: there are others, or an entry without an account is for another one. */
  readonly isToBeNamed: boolean;
}

/**
 * Returns the account for a new service provider: the only one that is signed in, or that the list or the setting
 * `accounts` names, or the one that the user picks. Offers to sign in to it.
 *
 * @param decided the account, if it is decided
 * @returns undefined if the user leaves
 */
export async function chooseOwner(services: CommandContext, decided?: string): Promise<Owner | undefined> {
  let names = await accountNames(services);
  if (names.length === 0) {
    if (!(await ensureSignedIn(services))) return undefined;
    names = await accountNames(services);
  }
  const isOneOfSeveral = names.length > 1;
  const isKnown = decided !== undefined && names.includes(decided);
  const account = isKnown ? decided : isOneOfSeveral ? await pickOwner(names, services) : names[0];
  if (account === undefined) return undefined;
  if (!(await sessionOf(account, services))) await run('signIn', { options: { account } });
  if ((await sessionOf(account, services)) === undefined) return undefined;
  return { account, isToBeNamed: isOneOfSeveral || services.providers.sender('').account !== account };
}

/** Returns who would send a request for an account now, and where to. */
export async function senderFor(account: string, services: CommandContext): Promise<ChangeSender> {
  const endpoint = readApiEndpoint(account);
  const session = await sessionOf(account, services);
  return { endpoint: endpoint.ok ? endpoint.url : '', account, ...(session !== undefined && { session }) };
}

async function accountNames({ sessions, providers }: CommandContext): Promise<readonly string[]> {
  const { byName } = await sessions.read();
  const listed = providers.providers.flatMap(({ account }) => account ?? []);
  return [...new Set([...byName.keys(), ...listed, ...namesOfAccountsSetting()])];
}

async function sessionOf(account: string, { sessions }: CommandContext): Promise<string | undefined> {
  const state = (await sessions.read()).byName.get(account);
  return state?.type === 'signedIn' ? state.session.id : undefined;
}

async function pickOwner(names: readonly string[], services: CommandContext): Promise<string | undefined> {
  const items = await Promise.all(
    names.map(async (name) => {
      const endpoint = readApiEndpoint(name);
      const isSignedIn = (await sessionOf(name, services)) !== undefined;
      return {
        name,
        label: escapeIcons(name),
        description: isSignedIn ? vscode.l10n.t('signed in') : vscode.l10n.t('signed out'),
        ...(endpoint.ok && { detail: escapeIcons(new URL(endpoint.url).host) }),
      };
    }),
  );
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Create Service Provider'),
    placeHolder: vscode.l10n.t('Which account will the service provider belong to?'),
    ignoreFocusOut: true,
  });
  return picked?.name;
}
