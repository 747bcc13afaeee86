import * as vscode from 'vscode';
import * as l10n from '@vscode/l10n';
import { NetworkMappingClient } from './api/networkMappingClient';
import { FileLock } from './auth/fileLock';
import { SessionStore } from './auth/sessionStore';
import { SessionTokens } from './auth/sessionTokens';
import { SharedWrites } from './auth/sharedWrites';
import type { Door } from './commands/door';
import { PREFIX } from './commands/run';
import { endsSession } from './core/signInFailure';
import { rememberSkill } from './core/skillChoices';
import { logAttempt } from './log/requestLog';
import { logRenewal, logSignIn } from './log/signInLog';
import { onDidChangeApiEndpoint, readApiEndpoint } from './settings/apiEndpoint';
import { onDidChangeScopes, readScopes, readTokenEndpoint } from './settings/loginWithAmazonSettings';
import { openServiceProvidersSetting, ServiceProvidersSetting } from './settings/serviceProvidersSetting';
import { LoginWithAmazonProvider } from './signIn/authenticationProvider';
import type { SignInServices } from './signIn/signInServices';
import { ServiceProviders } from './state/serviceProviders';
import { COMMAND_NAMES } from './telemetry/events';
import { createTelemetry } from './telemetry/telemetry';
import { OPEN_SETTING_COMMAND } from './tree/serviceProvidersTree';
import { ServiceProvidersView } from './tree/serviceProvidersView';

/** Needed at a sign-in or a renewal only, so it is loaded then. */
const loginWithAmazon = () => import('./auth/loginWithAmazon');

/** The panel's type, as the manifest and `webview/errorDetails.ts` have it. */
const ERROR_DETAILS = 'alexaNetworkMapping.errorDetails';

/** How long to wait before secret storage is asked again that could not be read. */
const KEYRING_CHECK_MS = 10_000;

const USED_SKILLS = 'usedSkills';

let sendLastEvents: (() => Promise<void>) | undefined;

/** VS Code waits for this, unlike for the disposal of subscriptions. */
export async function deactivate(): Promise<void> {
  await sendLastEvents?.();
}

/** Composes the extension: who owns what is decided here, everything else is decided by the owners. */
export function activate(context: vscode.ExtensionContext): void {
  if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });
  const log = vscode.window.createOutputChannel('Alexa Network Mapping', { log: true });
  const telemetry = createTelemetry({ isEnabled: () => vscode.env.isTelemetryEnabled });
  sendLastEvents = () => telemetry.dispose();
  const setting = new ServiceProvidersSetting();
  const writes = new SharedWrites(new FileLock(vscode.Uri.joinPath(context.globalStorageUri, 'locks').fsPath));
  const sessions = new SessionStore(context.secrets, writes);
  const signInServices: SignInServices = {
    sessions,
    loginWithAmazon,
    namedAccounts: () => providers.providers.flatMap(({ account }) => account ?? []),
    onOutcome: (outcome) => {
      logSignIn(log, outcome);
    },
  };
  const tokens: SessionTokens = new SessionTokens({
    store: sessions,
    writes,
    loginWithAmazon,
    tokenEndpoint: readTokenEndpoint,
    wishedScopes: () => {
      const scopes = readScopes();
      return scopes.ok ? scopes.scopes : [];
    },
    accountNamedBy: (serviceProviderId) => providers.provider(serviceProviderId)?.account,
    askForToken: async (account) => {
      const token = await (await door()).replaceAccessToken(account);
      // Before it is used, so that what is read with it counts as read by this session.
      if (token !== undefined) await followSessions();
      return token;
    },
  });
  const client = new NetworkMappingClient({
    endpoint: readApiEndpoint,
    tokens,
    onAttempt: (attempt) => {
      logAttempt(log, attempt);
      telemetry.countRequest(attempt);
    },
  });
  const providers: ServiceProviders = new ServiceProviders(client);
  providers.configure(setting.read());
  const view = new ServiceProvidersView(providers);
  const usedSkills = () => context.globalState.get<readonly string[]>(USED_SKILLS, []);
  // What people ask for is loaded when they first do: showing the list needs none of it, and every window waits for that.
  let opened: Promise<Door> | undefined;
  const door = () =>
    (opened ??= openDoor().catch((error: unknown) => {
      // It may be there the next time, as after an update of the extension.
      opened = undefined;
      throw error;
    }));
  const openDoor = async () => {
    const { Door } = await import('./commands/door');
    const created = new Door(
      {
        providers,
        setting,
        sessions,
        signIn: signInServices,
        usedSkills: {
          get: usedSkills,
          remember: async (skillId) => {
            await context.globalState.update(USED_SKILLS, rememberSkill(usedSkills(), skillId));
          },
        },
        log,
        reveal: (id) => view.reveal(id),
      },
      telemetry,
      context.extensionUri,
    );
    context.subscriptions.push(created);
    return created;
  };
  tokens.events.on('renewal', (renewal) => {
    logRenewal(log, renewal);
    const { account, failure } = renewal;
    if (failure && endsSession(failure.kind)) void door().then((each) => each.tellEnd(account, failure));
  });
  let toldProblem: string | undefined;
  let keyringCheck: NodeJS.Timeout | undefined;
  const followSessions = async () => {
    const { states, problem } = await sessions.read();
    if (problem && problem !== toldProblem) log.warn(`signed out: the stored sessions are ${problem}`);
    toldProblem = problem;
    // A keyring that is unlocked later says nothing.
    clearTimeout(keyringCheck);
    if (problem === 'unavailable') {
      keyringCheck = setTimeout(() => sessions.events.emit('changed'), KEYRING_CHECK_MS).unref();
    }
    tokens.note(states.values());
    providers.setAccounts(
      new Map([...states].map(([name, state]) => [name, state.type === 'signedIn' ? state.session.id : undefined])),
    );
  };
  sessions.events.on('changed', () => void followSessions());
  void followSessions();
  context.subscriptions.push(
    log,
    sessions,
    view,
    new LoginWithAmazonProvider({
      sessions,
      accessTokenOf: (account) => tokens.ofAccount(account),
      signIn: async (wish) => (await door()).signInForOthers(wish),
    }),
    setting.onDidChange(() => {
      providers.configure(setting.read());
    }),
    onDidChangeApiEndpoint(() => {
      providers.forget();
    }),
    onDidChangeScopes(() => void door().then((each) => each.tellConsentAgain())),
    vscode.window.registerWebviewPanelSerializer(ERROR_DETAILS, {
      deserializeWebviewPanel: async (panel, kept: unknown) => {
        (await door()).restoreErrorDetails(panel, kept);
      },
    }),
    vscode.commands.registerCommand(OPEN_SETTING_COMMAND, openServiceProvidersSetting),
    ...COMMAND_NAMES.map((name) =>
      vscode.commands.registerCommand(PREFIX + name, async (...args: unknown[]) => {
        await (await door()).call(name, args);
      }),
    ),
  );
}
