import * as vscode from 'vscode';
import * as l10n from '@vscode/l10n';
import type { AttemptRecord } from './core/api/networkMappingClient';
import { SessionStore } from './core/auth/sessionStore';
import { SessionTokens } from './core/auth/accessTokenProvider';
import { SharedWrites, type Lock } from './core/crossWindow/exclusiveWrites';
import { PREFIX } from './editor/commandRunner/runCommand';
import { knownAccounts } from './core/model/accounts';
import type { RecordedChange } from './core/history/changeRecord';
import { endsSession } from './core/failures/signInFailure';
import { rememberSkill } from './core/presentation/skillSuggestions';
import { logAttempt } from './core/log/requestLog';
import { logRenewal, logSignIn } from './core/log/signInLog';
import { onDidChangeApiEndpoint, readApiEndpoint, readOrigins } from './editor/settings/apiEndpoint';
import { onDidChangeScopes, readScopes, readTokenEndpoint } from './editor/settings/loginWithAmazonSettings';
import { openServiceProvidersSetting, ServiceProvidersSetting } from './editor/settings/serviceProvidersSetting';
import { LoginWithAmazonProvider } from './editor/signIn/authenticationProvider';
import { PASTE_ADDRESS_COMMAND } from './editor/signIn/pasteAddressCommand';
import type { SignInServices } from './core/auth/signInOptions';
import { ServiceProviders } from './core/mappings/mappingStore';
import { COMMAND_NAMES } from './editor/telemetry/events';
import { createTelemetry } from './editor/telemetry/telemetry';
import { OPEN_SETTING_COMMAND } from './editor/tree/serviceProvidersTree';
import { ServiceProvidersView } from './editor/tree/serviceProvidersView';
import { ViewOptions } from './editor/tree/viewOptions';

/** Needed at a sign-in or a renewal only, so it is loaded then. */
const loginWithAmazon = () => import('./core/auth/loginWithAmazon');

/** The panel's type, as the manifest and `editor/webview/errorDetailsPanel.ts` have it. */
const ERROR_DETAILS = 'alexaNetworkMapping.errorDetails';

/** Likewise, and `editor/webview/changeHistoryPanel.ts`. */
const CHANGE_HISTORY = 'alexaNetworkMapping.changeHistory';

/** How long to wait before secret storage is asked again that could not be read. */
const KEYRING_CHECK_MS = 10_000;

/**
 * How long to wait before interrupted changes are looked for again. After a minute, one that has not taken effect is unconfirmed;
 * only after eleven are those found whose window's process ID is in use by another process.
 */
const NEXT_LOOKS_MS = [10_000, 60_000, 11 * 60_000];

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
  const fileLock = late(async () => {
    const { FileLock } = await import('./core/crossWindow/fileLock');
    return new FileLock(vscode.Uri.joinPath(context.globalStorageUri, 'locks').fsPath);
  });
  const lock: Lock = { hold: async (name, act) => (await fileLock()).hold(name, act) };
  const writes = new SharedWrites(lock);
  const setting = new ServiceProvidersSetting(writes, context.globalStorageUri);
  const sessions = new SessionStore(context.secrets, writes, Date.now, readOrigins);
  const onAttempt = (attempt: AttemptRecord) => {
    logAttempt(log, attempt);
    telemetry.countRequest(attempt);
  };
  const signInServices: SignInServices = {
    sessions,
    loginWithAmazon,
    providers: () => providers.providers,
    verify: async (accessToken, serviceProviderId, signal) => {
      const { verifyAccessToken } = await import('./core/auth/verifyAccessToken');
      return verifyAccessToken(accessToken, serviceProviderId, { endpoint: readApiEndpoint, onAttempt }, signal);
    },
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
    apiEndpoint: readApiEndpoint,
    confirmHost: async (account, host) => (await door()).confirmHost(account, host),
    askForToken: async (account) => {
      const token = await (await door()).replaceAccessToken(account);
      // Before it is used, so that what is read with it counts as read by this session.
      if (token !== undefined) await followSessions();
      return token;
    },
  });
  const client = late(async () => {
    const { NetworkMappingClient } = await import('./core/api/networkMappingClient');
    return new NetworkMappingClient({
      endpoint: readApiEndpoint,
      tokens,
      onAttempt,
    });
  });
  const journal = late(async () => {
    const { ChangeJournal } = await import('./core/history/changeJournal');
    const created = new ChangeJournal(vscode.Uri.joinPath(context.globalStorageUri, 'journal').fsPath, lock);
    created.events.on('changedElsewhere', (ids) => {
      providers.changedElsewhere(ids);
    });
    context.subscriptions.push(created);
    return created;
  });
  const providers: ServiceProviders = new ServiceProviders(
    {
      get: async (...asked) => (await client()).get(...asked),
      change: async (...asked) => (await client()).change(...asked),
    },
    {
      open: async (change) => (await journal()).open(change),
      close: async (...closing) => (await journal()).close(...closing),
    },
    {
      endpoint: () => {
        const endpoint = readApiEndpoint();
        return endpoint.ok ? endpoint.url : '';
      },
    },
  );
  providers.events.on('notNoted', (error) => {
    log.error(`the end of a change could not be noted: ${error instanceof Error ? error.message : ''}`);
  });
  providers.events.on('lateEffect', (...told) => void door().then((each) => each.tellLateEffect(...told)));
  providers.configure(setting.read());
  const viewOptions = new ViewOptions(context.workspaceState);
  const view = new ServiceProvidersView(providers, viewOptions, {
    onMove: (ids, skillId) => void door().then((each) => each.move(ids, skillId)),
    onUnmap: (ids) => void door().then((each) => each.unmap(ids)),
  });
  const usedSkills = () => context.globalState.get<readonly string[]>(USED_SKILLS, []);
  // What people ask for is loaded when they first do: showing the list needs none of it, and every window waits for that.
  const door = late(async () => {
    const { Door } = await import('./editor/commandRunner/commandRunner');
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
        journal: await journal(),
        viewOptions,
        rows: view,
        reveal: (id) => view.reveal(id),
        showProgress: (message) => {
          view.showProgress(message);
        },
      },
      telemetry,
      context.extensionUri,
    );
    context.subscriptions.push(created);
    return created;
  });
  let looks = 0;
  /**
   * Once somebody is signed in, so that what became of them can be read. A window that was closed just now may live on for a
   * moment, so there are some more looks.
   */
  const endInterrupted = async () => {
    const nextLookMs = NEXT_LOOKS_MS[looks];
    if (!providers.signedIn || nextLookMs === undefined) return;
    looks++;
    setTimeout(() => void lookForInterrupted(), nextLookMs).unref();
    // What was unconfirmed when its window ended is read once.
    const isFirst = looks === 1;
    const isDue = ({ closed }: RecordedChange) => !closed || isFirst;
    if (!(await (await journal()).unsettled()).some(isDue)) return;
    await (
      await door()
    ).tellInterrupted(async (change) =>
      isDue(change) ? providers.readAs(change.serviceProviderId, change) : undefined,
    );
  };
  const lookForInterrupted = () =>
    endInterrupted().catch((error: unknown) => {
      log.warn(`interrupted changes could not be looked after: ${error instanceof Error ? error.message : ''}`);
    });
  tokens.events.on('renewal', (renewal) => {
    logRenewal(log, renewal);
    const { account, failure } = renewal;
    if (failure && endsSession(failure.kind)) void door().then((each) => each.tellEnd(account, failure));
  });
  let toldProblem: string | undefined;
  let keyringCheck: NodeJS.Timeout | undefined;
  const followSessions = async () => {
    const { states, reserved, problem } = await sessions.read();
    if (problem && problem !== toldProblem) log.warn(`signed out: the stored sessions are ${problem}`);
    toldProblem = problem;
    // A keyring that is unlocked later says nothing.
    clearTimeout(keyringCheck);
    if (problem === 'unavailable') {
      keyringCheck = setTimeout(() => sessions.events.emit('changed'), KEYRING_CHECK_MS).unref();
    }
    tokens.note(states.values());
    const sessionOf = (name: string) => {
      const state = states.get(name);
      return state?.type === 'signedIn' ? state.session.id : undefined;
    };
    const names = knownAccounts([...states.keys()], reserved);
    providers.setAccounts(new Map(names.map((name) => [name, sessionOf(name)])));
    if (looks === 0) await lookForInterrupted();
  };
  sessions.events.on('changed', () => void followSessions());
  void followSessions();
  const listenToOthers = () =>
    journal()
      .then((each) => each.watch())
      .catch((error: unknown) => {
        log.warn(`other windows' changes are not heard of: ${error instanceof Error ? error.message : ''}`);
      });
  // Loading it is not what the first rows are to wait for.
  setImmediate(() => void listenToOthers());
  context.subscriptions.push(
    log,
    sessions,
    view,
    viewOptions,
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
    vscode.window.registerWebviewPanelSerializer(CHANGE_HISTORY, {
      deserializeWebviewPanel: async (panel, kept: unknown) => {
        (await door()).restoreChangeHistory(panel, kept);
      },
    }),
    vscode.commands.registerCommand(OPEN_SETTING_COMMAND, (index?: number) => openServiceProvidersSetting(index)),
    vscode.commands.registerCommand(PASTE_ADDRESS_COMMAND, async () => {
      (await door()).pasteSignInAddress();
    }),
    ...COMMAND_NAMES.map((name) =>
      vscode.commands.registerCommand(PREFIX + name, async (...args: unknown[]) => {
        await (await door()).call(name, args);
      }),
    ),
  );
}

/** Loads a part when it is first needed; one that could not be loaded, as during an update of the extension, is tried again. */
function late<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () =>
    (loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    }));
}
