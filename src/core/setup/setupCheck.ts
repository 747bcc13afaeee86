import * as l10n from '@vscode/l10n';
import type { Accounts, SessionState } from '../auth/sessionStore';
import type { ApiFailure, FailureKind } from '../failures/apiFailure';
import type { FailureMessage } from '../failures/failureMessage';
import { callingLink, describeFailure } from '../failures/failureMessages';
import type { SignInFailure } from '../failures/signInFailure';
import { missingScopesText } from '../failures/signInMessages';
import type { Existence } from '../mappings/existence';
import { DEFAULT_ACCOUNT, knownAccounts, resolveAccount } from '../model/accounts';
import { CALLING_PERMISSION } from '../model/callingPermission';
import type { ConfiguredProvider } from '../model/configuredProviders';
import { isSameSkillId } from '../model/identifiers';
import type { NetworkMapping } from '../model/networkMapping';
import { MAPPING_SCOPE, missingScopes, requiredScopes } from '../model/scopes';
import type { SkillNames } from '../skills/skillNames';
import { redactDeep } from '../text/redactDeep';

/** What a mapping depends on, in the order of the check: each depends on those before it. */
const SETUP_LINKS = [
  'settings',
  'signIn',
  'permissions',
  'listed',
  'connection',
  'access',
  'availability',
  'serviceProvider',
  'mapping',
  'skill',
  'clock',
] as const;

export type SetupLink = (typeof SETUP_LINKS)[number];

/** What is wrong with a link, and what to do about it. */
export interface SetupProblem extends Pick<FailureMessage, 'title' | 'cause' | 'nextSteps' | 'links'> {
  /** What helps first, if there is a command for it. */
  readonly action?: 'signIn' | 'openSettings';
  /** Why the access token could not be refreshed, for the next sign-in. */
  readonly signIn?: SignInFailure;
}

/** What was found out about a link; `note` is a whole sentence. */
type LinkState =
  | { readonly type: 'ok'; readonly note?: string }
  | { readonly type: 'broken'; readonly problem: SetupProblem }
  /** It comes after a broken one, or nothing tells. */
  | { readonly type: 'notChecked'; readonly note?: string };

export type CheckedLink = LinkState & { readonly link: SetupLink };

/** The result of a check: all links, in their order. */
export interface SetupCheck {
  readonly provider?: Pick<ConfiguredProvider, 'id' | 'name'>;
  /** The account that serves the service provider, or would after a sign-in. */
  readonly account: string;
  /** When it was checked: a Unix time in milliseconds. */
  readonly checkedAtMs: number;
  readonly links: readonly CheckedLink[];
}

/** A setting that is not valid. */
export interface SettingProblem {
  /** The whole key. */
  readonly setting: string;
  readonly problem: string;
}

/** The result of one read of a mapping. All are missing if another request took its place. */
export interface SetupReading {
  readonly failure?: ApiFailure;
  readonly mapping?: NetworkMapping;
  /** Whether the service provider exists, if nothing is mapped. */
  readonly existence?: Existence;
  /** How far the time of the last response is ahead of this computer's clock, in milliseconds, if there was one. */
  readonly aheadMs?: number;
}

/** What the check reads. Nothing here may change anything or ask the user. */
export interface SetupPorts {
  /** Returns what is wrong with the settings that an account uses. */
  readonly settingProblems: (account: string) => readonly SettingProblem[];
  /** Returns the API endpoint in the settings of an account; undefined if it cannot be used. */
  readonly apiEndpoint: (account: string) => string | undefined;
  readonly requestedScopes: () => readonly string[];
  readonly accounts: () => Promise<Accounts>;
  /** Reads a mapping; returns undefined if the user canceled. */
  readonly read: (serviceProviderId: string) => Promise<SetupReading | undefined>;
  /** The skills of the workspace, and what each skill is called. */
  readonly skills: Pick<SkillNames, 'nameAndId' | 'workspaceSkills'>;
}

/** A clock that differs by more than this is wrong, in milliseconds. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

const OK: LinkState = { type: 'ok' };

/**
 * Checks what a mapping depends on, up to the first link that is broken. Sends requests only if all before them holds.
 *
 * @param provider undefined if the list is empty
 * @returns undefined if the user canceled
 */
export async function checkSetup(
  provider: ConfiguredProvider | undefined,
  ports: SetupPorts,
): Promise<SetupCheck | undefined> {
  const accounts = await ports.accounts();
  const names = knownAccounts([...accounts.byName.keys()], accounts.reserved);
  const found = resolveAccount(provider?.account, names);
  const account = found ?? provider?.account ?? DEFAULT_ACCOUNT;
  const state = found === undefined ? undefined : accounts.byName.get(found);
  const early: Partial<Record<SetupLink, LinkState>> = {
    settings: checkSettings(ports.settingProblems(account), ports.apiEndpoint(account)),
    signIn: checkSignIn(accounts, found, state, provider),
    permissions: checkPermissions(state, ports.requestedScopes()),
    listed: provider ? OK : nothingListed(),
  };
  const isBroken = Object.values(early).some(({ type }) => type === 'broken');
  const reading = provider && !isBroken ? await ports.read(provider.id) : {};
  if (!reading) return undefined;
  const links = upToFirstBroken({ ...early, ...linksOf(reading, ports.skills) });
  return {
    ...(provider && { provider: { id: provider.id, ...(provider.name !== undefined && { name: provider.name }) } }),
    account,
    checkedAtMs: Date.now(),
    links,
  };
}

/** Returns all links, none of them checked after the first broken one. */
function upToFirstBroken(states: Partial<Record<SetupLink, LinkState>>): readonly CheckedLink[] {
  const first = SETUP_LINKS.findIndex((link) => states[link]?.type === 'broken');
  return SETUP_LINKS.map((link, index) => {
    const state = first === -1 || index <= first ? states[link] : undefined;
    return { ...(state ?? { type: 'notChecked' }), link };
  });
}

function checkSettings(problems: readonly SettingProblem[], endpoint: string | undefined): LinkState {
  if (problems.length === 0) {
    return endpoint === undefined ? OK : { type: 'ok', note: l10n.t('The API endpoint is {0}.', endpoint) };
  }
  return broken({
    title: l10n.t('A setting cannot be used'),
    cause: problems.map(({ setting, problem }) => `${setting}: ${problem}`).join('; '),
    nextSteps: [...new Set(problems.map(({ setting }) => l10n.t('Correct the setting {0}.', setting)))],
    links: [],
    action: 'openSettings',
  });
}

function checkSignIn(
  { byName, problem }: Accounts,
  account: string | undefined,
  state: SessionState | undefined,
  provider: ConfiguredProvider | undefined,
): LinkState {
  if (problem !== undefined) return broken(storageProblem(problem));
  if (state?.type === 'signedIn') return { type: 'ok', note: l10n.t('The account is {0}.', account ?? '') };
  const isAnySignedIn = [...byName.values()].some(({ type }) => type === 'signedIn');
  const named = account ?? provider?.account;
  const kind = account === undefined && isAnySignedIn ? 'accountMissing' : 'signedOut';
  return brokenBy({ ...NOT_SENT, kind, ...(named !== undefined && { account: named }) });
}

/** A failure without a request, for its texts. */
const NOT_SENT = {
  operation: 'get',
  serviceProviderId: '',
  method: 'GET',
  url: '',
  attempts: [],
  effect: 'none',
} as const;

function storageProblem(problem: NonNullable<Accounts['problem']>): SetupProblem {
  const title = l10n.t('Your stored sign-in could not be read');
  switch (problem) {
    case 'newer':
      return {
        title,
        cause: l10n.t('It was stored by a newer version of this extension.'),
        nextSteps: [l10n.t('Update the extension in this window, or reload the window, then try again.')],
        links: [],
      };
    case 'unavailable':
      return {
        title,
        cause: l10n.t("VS Code's secret storage could not be read."),
        nextSteps: [l10n.t('Unlock the system keyring, then try again.')],
        links: [],
      };
    case 'unreadable':
      return {
        title,
        cause: l10n.t("What is in VS Code's secret storage is damaged."),
        nextSteps: [l10n.t('Sign in again.')],
        links: [],
        action: 'signIn',
      };
  }
}

function checkPermissions(state: SessionState | undefined, requested: readonly string[]): LinkState {
  if (state?.type !== 'signedIn') return { type: 'notChecked' };
  const { scopes } = state.session;
  if (scopes === undefined) {
    return { type: 'notChecked', note: l10n.t('The access token does not tell which permissions it has.') };
  }
  const missing = missingScopes(requiredScopes(requested), scopes);
  if (missing.length === 0) {
    return { type: 'ok', note: l10n.t('Amazon granted {0}.', requiredScopes(requested).join(', ')) };
  }
  if (!missing.includes(MAPPING_SCOPE)) return { type: 'ok', note: missingScopesText(missing) };
  return broken({
    title: l10n.t('The sign-in lacks a permission'),
    cause: l10n.t('Mappings cannot be read or changed, because Amazon did not grant {0}.', missing.join(', ')),
    nextSteps: [
      l10n.t('Check that the client ID has API access in the Alexa Smart Properties console.'),
      l10n.t('Sign in again and allow all permissions.'),
    ],
    links: describeFailure({ ...NOT_SENT, kind: 'signedOut' }).links,
    action: 'signIn',
  });
}

function nothingListed(): LinkState {
  return broken({
    title: l10n.t('There is no service provider in the list'),
    cause: l10n.t('A mapping belongs to a service provider, and the list has none that can be used.'),
    nextSteps: [l10n.t('Run {0}, then check the setup again.', l10n.t('Add Service Provider…'))],
    links: [],
  });
}

/** The links that failures of a read belong to, unless it is the access to the API. */
const BROKEN_BY: Partial<Record<FailureKind, SetupLink>> = {
  invalidEndpoint: 'settings',
  signedOut: 'signIn',
  accountMissing: 'signIn',
  renewalFailed: 'signIn',
  endpointUnconfirmed: 'signIn',
  contextChanged: 'signIn',
  throttled: 'connection',
  serverError: 'connection',
  unavailable: 'connection',
  timeout: 'connection',
  network: 'connection',
  nameResolution: 'connection',
  certificate: 'connection',
  proxy: 'connection',
  unexpectedResponse: 'connection',
  canceled: 'connection',
  forbidden: 'availability',
  notFound: 'serviceProvider',
  badRequest: 'serviceProvider',
};

/** Returns what a read tells of the links. */
function linksOf(
  { failure, mapping, existence, aheadMs }: SetupReading,
  skills: SetupPorts['skills'],
): Partial<Record<SetupLink, LinkState>> {
  if (!failure && !mapping) return { connection: { type: 'notChecked', note: interrupted() } };
  // A failure without an attempt tells nothing of what a request would have reached.
  const reached = failure?.attempts.length === 0 ? {} : { connection: OK, access: OK, availability: OK };
  if (failure) {
    return {
      ...reached,
      ...(failure.kind === 'forbidden' && { access: { type: 'notChecked', note: untoldAccess() } }),
      [BROKEN_BY[failure.kind] ?? 'access']: brokenBy(failure),
    };
  }
  if (mapping?.type !== 'mapped') {
    return { ...reached, serviceProvider: checkExistence(existence), mapping: nothingMapped() };
  }
  return {
    ...reached,
    serviceProvider: OK,
    mapping: { type: 'ok', note: l10n.t('It is mapped to the skill {0}.', skills.nameAndId(mapping.skillId)) },
    skill: checkSkill(mapping.skillId, skills),
    clock: checkClock(aheadMs),
  };
}

/** A 403 means that the token is valid, and has several possible causes. */
function untoldAccess(): string {
  return l10n.t('The service accepts the access token, but does not tell whether the client ID has API access.');
}

function interrupted(): string {
  return l10n.t('Another request for this service provider took the place of the check. Check the setup again.');
}

function brokenBy(failure: ApiFailure): LinkState {
  const shown = redactDeep(failure);
  const { title, cause, nextSteps, links, suggestedActions } = describeFailure(shown);
  const action = suggestedActions.find((each) => each !== 'tryAgain');
  const { signIn } = shown;
  return broken({ title, cause, nextSteps, links, ...(action && { action }), ...(signIn && { signIn }) });
}

/** Checks the manifest of a mapped skill, if the workspace has it. What is deployed may differ. */
function checkSkill(skillId: string, { workspaceSkills }: SetupPorts['skills']): LinkState {
  const found = workspaceSkills.find((each) => each.hasPermission !== undefined && isSameSkillId(each.id, skillId));
  if (!found) return { type: 'notChecked', note: l10n.t('The workspace has no manifest of this skill.') };
  const { hasPermission, source } = found;
  if (hasPermission) {
    return { type: 'ok', note: l10n.t('The manifest in {0} has {1}.', source.folder, CALLING_PERMISSION) };
  }
  return broken({
    title: l10n.t('The manifest of the skill lacks a permission'),
    cause: l10n.t(
      'The skill is mapped, but its manifest in {0} does not have the permission {1}, which calls depend on.',
      source.folder,
      CALLING_PERMISSION,
    ),
    nextSteps: [
      l10n.t('Add the permission {0} to the manifest of the skill, and deploy the skill.', CALLING_PERMISSION),
    ],
    links: [callingLink()],
  });
}

function checkClock(aheadMs: number | undefined): LinkState {
  if (aheadMs === undefined) return { type: 'notChecked', note: l10n.t('No response told the time.') };
  if (Math.abs(aheadMs) <= CLOCK_TOLERANCE_MS) return OK;
  const minutes = Math.round(Math.abs(aheadMs) / 60_000);
  return broken({
    title: l10n.t('The clock of this computer is wrong'),
    cause:
      aheadMs > 0
        ? l10n.t('It is {0} minutes behind the time of the response.', minutes)
        : l10n.t('It is {0} minutes ahead of the time of the response.', minutes),
    nextSteps: [l10n.t('Correct the time, the date and the time zone of this computer, then check the setup again.')],
    links: [],
  });
}

function checkExistence(existence: Existence | undefined): LinkState {
  switch (existence?.type) {
    case 'exists':
      return OK;
    case 'unknown':
      return brokenBy(existence.failure);
    case 'untold':
      return { type: 'notChecked', note: l10n.t('The service does not tell whether it exists.') };
    case 'pending':
    case 'unanswered':
    case undefined:
      return { type: 'notChecked', note: l10n.t('The service did not answer whether it exists.') };
  }
}

function nothingMapped(): LinkState {
  return broken({
    title: l10n.t('The service provider is not mapped to a skill'),
    cause: l10n.t('The service has no mapping of this service provider.'),
    nextSteps: [l10n.t('Run {0} to map it.', l10n.t('Map to Skill…'))],
    links: [],
  });
}

function broken(problem: SetupProblem): LinkState {
  return { type: 'broken', problem };
}
