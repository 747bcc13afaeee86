import * as vscode from 'vscode';
import * as l10n from '@vscode/l10n';
import type { AttemptRecord } from './core/api/networkMappingClient';
import { SessionStore } from './core/auth/sessionStore';
import { AccessTokenProvider } from './core/auth/accessTokenProvider';
import { ExclusiveWrites, type Lock } from './core/crossWindow/exclusiveWrites';
import { PREFIX } from './editor/commandRunner/runCommand';
import { knownAccounts } from './core/model/accounts';
import type { ChangeRecord } from './core/history/changeRecord';
import { invalidatesSession } from './core/failures/signInFailure';
import { addRecentSkill } from './core/presentation/skillSuggestions';
import { logRequest } from './core/log/requestLog';
import { logTokenRefresh, logSignIn } from './core/log/signInLog';
import { onDidChangeApiEndpoint, readApiEndpoint, readOrigins } from './editor/settings/apiEndpoint';
import { onDidChangeScopes, readScopes, readTokenEndpoint } from './editor/settings/loginWithAmazonSettings';
import { openServiceProvidersSetting, ServiceProvidersSetting } from './editor/settings/serviceProvidersSetting';
import { LoginWithAmazonProvider } from './editor/signIn/authenticationProvider';
import { PASTE_ADDRESS_COMMAND } from './editor/signIn/pasteAddressCommand';
import type { SignInServices } from './core/auth/signInOptions';
import { MappingStore } from './core/mappings/mappingStore';
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
const KEYRING_RETRY_MS = 10_000;

/**
 * How long to wait before interrupted changes are looked for again. After a minute, one that has not taken effect is unconfirmed;
 * only after eleven are those found whose window's process ID is in use by another process.
 */
const RECOVERY_RETRY_DELAYS_MS = [10_000, 60_000, 11 * 60_000];

const RECENT_SKILLS = 'recentSkills';

let flushTelemetry: (() => Promise<void>) | undefined;

/** VS Code waits for this, unlike for the disposal of subscriptions. */
export async function deactivate(): Promise<void> {
  await flushTelemetry?.();
}

/** Composes the extension: who owns what is decided here, everything else is decided by the owners. */
export function activate(context: vscode.ExtensionContext): void {
  if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });
  const log = vscode.window.createOutputChannel('Alexa Network Mapping', { log: true });
  const telemetry = createTelemetry({ isEnabled: () => vscode.env.isTelemetryEnabled });
  flushTelemetry = () => telemetry.dispose();
  const fileLock = lazy(async () => {
    const { FileLock } = await import('./core/crossWindow/fileLock');
    return new FileLock(vscode.Uri.joinPath(context.globalStorageUri, 'locks').fsPath);
  });
  const lock: Lock = { withLock: async (name, act) => (await fileLock()).withLock(name, act) };
  const writes = new ExclusiveWrites(lock);
  const setting = new ServiceProvidersSetting(writes, context.globalStorageUri);
  const sessions = new SessionStore(context.secrets, writes, Date.now, readOrigins);
  const onAttempt = (attempt: AttemptRecord) => {
    logRequest(log, attempt);
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
    onDidFinish: (outcome) => {
      logSignIn(log, outcome);
    },
  };
  const tokens: AccessTokenProvider = new AccessTokenProvider({
    store: sessions,
    writes,
    loginWithAmazon,
    tokenEndpoint: readTokenEndpoint,
    requestedScopes: () => {
      const scopes = readScopes();
      return scopes.ok ? scopes.scopes : [];
    },
    configuredAccount: (serviceProviderId) => providers.provider(serviceProviderId)?.account,
    apiEndpoint: readApiEndpoint,
    confirmHost: async (account, host) => (await commandRunner()).confirmHost(account, host),
    promptForToken: async (account) => {
      const token = await (await commandRunner()).replaceAccessToken(account);
      // Before it is used, so that what is read with it counts as read by this session.
      if (token !== undefined) await syncSessions();
      return token;
    },
  });
  const client = lazy(async () => {
    const { NetworkMappingClient } = await import('./core/api/networkMappingClient');
    return new NetworkMappingClient({
      endpoint: readApiEndpoint,
      tokens,
      onAttempt,
    });
  });
  const journal = lazy(async () => {
    const { ChangeJournal } = await import('./core/history/changeJournal');
    const created = new ChangeJournal(vscode.Uri.joinPath(context.globalStorageUri, 'journal').fsPath, lock);
    created.events.on('changedInOtherWindow', (ids) => {
      providers.markChangedInOtherWindow(ids);
    });
    context.subscriptions.push(created);
    return created;
  });
  const providers: MappingStore = new MappingStore(
    {
      get: async (...asked) => (await client()).get(...asked),
      change: async (...asked) => (await client()).change(...asked),
    },
    {
      begin: async (change) => (await journal()).begin(change),
      complete: async (...closing) => (await journal()).complete(...closing),
    },
    {
      endpoint: () => {
        const endpoint = readApiEndpoint();
        return endpoint.ok ? endpoint.url : '';
      },
    },
  );
  providers.events.on('journalWriteFailed', (error) => {
    log.error(`the outcome of a change could not be recorded: ${error instanceof Error ? error.message : ''}`);
  });
  providers.events.on(
    'lateEffect',
    (...notice) => void commandRunner().then((each) => each.notifyLateEffect(...notice)),
  );
  providers.setEntries(setting.read());
  const viewOptions = new ViewOptions(context.workspaceState);
  const view = new ServiceProvidersView(providers, viewOptions, {
    onDropOnSkill: (ids, skillId) => void commandRunner().then((each) => each.remapDropped(ids, skillId)),
    onDropOnUnmapped: (ids) => void commandRunner().then((each) => each.unmapDropped(ids)),
  });
  const recentSkills = () => context.globalState.get<readonly string[]>(RECENT_SKILLS, []);
  // What people ask for is loaded when they first do: showing the list needs none of it, and every window waits for that.
  const commandRunner = lazy(async () => {
    const { CommandRunner } = await import('./editor/commandRunner/commandRunner');
    const created = new CommandRunner(
      {
        providers,
        setting,
        sessions,
        signIn: signInServices,
        recentSkills: {
          get: recentSkills,
          add: async (skillId) => {
            await context.globalState.update(RECENT_SKILLS, addRecentSkill(recentSkills(), skillId));
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
  let recoveryAttempts = 0;
  /**
   * Once somebody is signed in, so that what became of them can be read. A window that was closed just now may live on for a
   * moment, so there are some more looks.
   */
  const recoverInterruptedChanges = async () => {
    const nextAttemptMs = RECOVERY_RETRY_DELAYS_MS[recoveryAttempts];
    if (!providers.signedIn || nextAttemptMs === undefined) return;
    recoveryAttempts++;
    setTimeout(() => void scheduleRecovery(), nextAttemptMs).unref();
    // What was unconfirmed when its window ended is read once.
    const isFirst = recoveryAttempts === 1;
    const isDue = ({ completed }: ChangeRecord) => !completed || isFirst;
    if (!(await (await journal()).unsettled()).some(isDue)) return;
    await (
      await commandRunner()
    ).notifyRecoveredChanges(async (change) =>
      isDue(change) ? providers.readAs(change.serviceProviderId, change) : undefined,
    );
  };
  const scheduleRecovery = () =>
    recoverInterruptedChanges().catch((error: unknown) => {
      log.warn(`interrupted changes could not be recovered: ${error instanceof Error ? error.message : ''}`);
    });
  tokens.events.on('renewal', (renewal) => {
    logTokenRefresh(log, renewal);
    const { account, failure } = renewal;
    if (failure && invalidatesSession(failure.kind))
      void commandRunner().then((each) => each.notifySessionEnded(account, failure));
  });
  let lastLoggedProblem: string | undefined;
  let keyringRetry: NodeJS.Timeout | undefined;
  const syncSessions = async () => {
    const { byName: states, reserved, problem } = await sessions.read();
    if (problem && problem !== lastLoggedProblem) log.warn(`signed out: the stored sessions are ${problem}`);
    lastLoggedProblem = problem;
    // A keyring that is unlocked later says nothing.
    clearTimeout(keyringRetry);
    if (problem === 'unavailable') {
      keyringRetry = setTimeout(() => sessions.events.emit('changed'), KEYRING_RETRY_MS).unref();
    }
    tokens.observe(states.values());
    const sessionOf = (name: string) => {
      const state = states.get(name);
      return state?.type === 'signedIn' ? state.session.id : undefined;
    };
    const names = knownAccounts([...states.keys()], reserved);
    providers.setSessions(new Map(names.map((name) => [name, sessionOf(name)])));
    if (recoveryAttempts === 0) await scheduleRecovery();
  };
  sessions.events.on('changed', () => void syncSessions());
  void syncSessions();
  const watchJournal = () =>
    journal()
      .then((each) => each.watch())
      .catch((error: unknown) => {
        log.warn(`changes in other windows cannot be observed: ${error instanceof Error ? error.message : ''}`);
      });
  // Loading it is not what the first rows are to wait for.
  setImmediate(() => void watchJournal());
  context.subscriptions.push(
    log,
    sessions,
    view,
    viewOptions,
    new LoginWithAmazonProvider({
      sessions,
      getAccessToken: (account) => tokens.forAccount(account),
      signIn: async (options) => (await commandRunner()).signInForExtension(options),
    }),
    setting.onDidChange(() => {
      providers.setEntries(setting.read());
    }),
    onDidChangeApiEndpoint(() => {
      providers.reset();
    }),
    onDidChangeScopes(() => void commandRunner().then((each) => each.notifyScopesChanged())),
    vscode.window.registerWebviewPanelSerializer(ERROR_DETAILS, {
      deserializeWebviewPanel: async (panel, kept: unknown) => {
        (await commandRunner()).restoreErrorDetails(panel, kept);
      },
    }),
    vscode.window.registerWebviewPanelSerializer(CHANGE_HISTORY, {
      deserializeWebviewPanel: async (panel, kept: unknown) => {
        (await commandRunner()).restoreChangeHistory(panel, kept);
      },
    }),
    vscode.commands.registerCommand(OPEN_SETTING_COMMAND, (index?: number) => openServiceProvidersSetting(index)),
    vscode.commands.registerCommand(PASTE_ADDRESS_COMMAND, async () => {
      (await commandRunner()).pasteSignInAddress();
    }),
    ...COMMAND_NAMES.map((name) =>
      vscode.commands.registerCommand(PREFIX + name, async (...args: unknown[]) => {
        await (await commandRunner()).execute(name, args);
      }),
    ),
  );
}

/** Loads a part when it is first needed; one that could not be loaded, as during an update of the extension, is tried again. */
function lazy<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () =>
    (loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    }));
}
