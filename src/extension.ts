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

/** Loaded on first use, for a sign-in or a refresh. */
const loginWithAmazon = () => import('./core/auth/loginWithAmazon');

/** The panel's type, as in the manifest and `editor/webview/errorDetailsPanel.ts`. */
const ERROR_DETAILS = 'alexaNetworkMapping.errorDetails';

/** The panel's type, as in the manifest and `editor/webview/changeHistoryPanel.ts`. */
const CHANGE_HISTORY = 'alexaNetworkMapping.changeHistory';

/** Delay before secret storage is read again after a failure, in milliseconds. */
const KEYRING_RETRY_MS = 10_000;

/**
 * Delays before interrupted changes are checked again, in milliseconds. After a minute, one that has not taken effect
 * is unconfirmed; after eleven, changes are also found whose window's process ID is in use by another process.
 */
const RECOVERY_RETRY_DELAYS_MS = [10_000, 60_000, 11 * 60_000];

const RECENT_SKILLS = 'recentSkills';

let flushTelemetry: (() => Promise<void>) | undefined;

/** VS Code waits for this, unlike for the disposal of subscriptions. */
export async function deactivate(): Promise<void> {
  await flushTelemetry?.();
}

/** Composes the extension: creates the owners of all state and connects them; they decide everything else. */
export function activate(context: vscode.ExtensionContext): void {
  if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });
  const log = vscode.window.createOutputChannel('Alexa Network Mapping', { log: true });
  const telemetry = createTelemetry({ isEnabled: () => vscode.env.isTelemetryEnabled });
  flushTelemetry = () => telemetry.dispose();
  const fileLock = lazy(async () => {
    const { FileLock } = await import('./core/crossWindow/fileLock');
    return new FileLock(vscode.Uri.joinPath(context.globalStorageUri, 'locks').fsPath);
  });
  const lock: Lock = { withLock: async (name, task) => (await fileLock()).withLock(name, task) };
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
      // Before the token is used, so that reads with it count as reads of this session.
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
      get: async (...args) => (await client()).get(...args),
      change: async (...args) => (await client()).change(...args),
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
    log.error(`the end of a change could not be noted: ${error instanceof Error ? error.message : ''}`);
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
  // Loaded on first use: showing the list needs none of it, and every window waits for activation.
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
   * Runs once an account is signed in, so that mappings can be read. A closing window may still be finishing; check
   * again later.
   */
  const recoverInterruptedChanges = async () => {
    const nextAttemptMs = RECOVERY_RETRY_DELAYS_MS[recoveryAttempts];
    if (!providers.signedIn || nextAttemptMs === undefined) return;
    recoveryAttempts++;
    setTimeout(() => void scheduleRecovery(), nextAttemptMs).unref();
    // Read what was unconfirmed when its window ended only once.
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
      log.warn(`interrupted changes could not be looked after: ${error instanceof Error ? error.message : ''}`);
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
    const { byName, reserved, problem } = await sessions.read();
    if (problem && problem !== lastLoggedProblem) log.warn(`signed out: the stored sessions are ${problem}`);
    lastLoggedProblem = problem;
    // No event reports that a keyring was unlocked, so retry.
    clearTimeout(keyringRetry);
    if (problem === 'unavailable') {
      keyringRetry = setTimeout(() => sessions.events.emit('changed'), KEYRING_RETRY_MS).unref();
    }
    tokens.observe(byName.values());
    const sessionOf = (name: string) => {
      const state = byName.get(name);
      return state?.type === 'signedIn' ? state.session.id : undefined;
    };
    const names = knownAccounts([...byName.keys()], reserved);
    providers.setSessions(new Map(names.map((name) => [name, sessionOf(name)])));
    if (recoveryAttempts === 0) await scheduleRecovery();
  };
  sessions.events.on('changed', () => void syncSessions());
  void syncSessions();
  const watchJournal = () =>
    journal()
      .then((each) => each.watch())
      .catch((error: unknown) => {
        log.warn(`other windows' changes are not heard of: ${error instanceof Error ? error.message : ''}`);
      });
  // Do not delay the first rows for loading this.
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
      deserializeWebviewPanel: async (panel, state: unknown) => {
        (await commandRunner()).restoreErrorDetails(panel, state);
      },
    }),
    vscode.window.registerWebviewPanelSerializer(CHANGE_HISTORY, {
      deserializeWebviewPanel: async (panel, state: unknown) => {
        (await commandRunner()).restoreChangeHistory(panel, state);
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

/** Loads a module on first use; retries after a failure, as during an update of the extension. */
function lazy<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () =>
    (loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    }));
}
