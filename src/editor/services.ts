import * as vscode from 'vscode';
import * as l10n from '@vscode/l10n';
import { version } from '../../package.json';
import type { NetworkMappingClient } from '../core/api/networkMappingClient';
import type { OnboardingClient } from '../core/api/onboardingClient';
import type { AttemptRecord, ServiceClient } from '../core/api/serviceClient';
import { lazy } from '../core/async/lazy';
import type { AccessTokenProvider } from '../core/auth/accessTokenProvider';
import { SessionMonitor } from '../core/auth/sessionMonitor';
import { SessionStore } from '../core/auth/sessionStore';
import type { SignInServices } from '../core/auth/signInOptions';
import { ExclusiveWrites, type Lock } from '../core/crossWindow/exclusiveWrites';
import { lockActivity } from '../core/crossWindow/lockActivity';
import { invalidatesSession } from '../core/failures/signInFailure';
import type { ChangeJournal } from '../core/history/changeJournal';
import { logRequest } from '../core/log/requestLog';
import { logSignIn, logTokenRefresh } from '../core/log/signInLog';
import { logStart } from '../core/log/startLog';
import { InterruptedChangeRecovery } from '../core/mappings/interruptedChangeRecovery';
import { MappingStore } from '../core/mappings/mappingStore';
import { addRecentSkill } from '../core/presentation/recentSkills';
import { SkillNames } from '../core/skills/skillNames';
import { errorText } from '../core/text/errorText';
import type { CommandRunner } from './commandRunner/commandRunner';
import { onDidChangeApiEndpoint, readApiEndpoint, readOrigins } from './settings/apiEndpoint';
import { onDidChangeScopes, readScopes, readTokenEndpoint } from './settings/loginWithAmazonSettings';
import { onDidChangeServiceProviders, readServiceProviders } from './settings/serviceProviders';
import { LoginWithAmazonProvider } from './signIn/authenticationProvider';
import { createTelemetry, type Telemetry } from './telemetry/telemetry';
import { ServiceProvidersView } from './tree/serviceProvidersView';
import { ViewOptions } from './tree/viewOptions';

const RECENT_SKILLS = 'recentSkills';

/** The folder of the locks that all windows share. */
const LOCKS = 'locks';

/** Loaded on first use, for a sign-in or a token refresh. */
const loginWithAmazon = () => import('../core/auth/loginWithAmazon');

/**
 * Creates the parts of the extension, connects them, and disposes of them. Creates at once what the list needs; loads
 * each part behind `lazy` on first use, because every window waits for activation.
 */
export class Services implements vscode.Disposable {
  readonly telemetry: Telemetry = createTelemetry({ isEnabled: () => vscode.env.isTelemetryEnabled });
  private readonly log = vscode.window.createOutputChannel('Alexa Network Mapping', { log: true });
  private readonly disposables: { dispose(): unknown }[] = [this.log];
  private readonly lock: Lock = {
    withLock: async (name, task) => (await this.fileLock()).withLock(name, task),
    // Without loading the lock, because each start asks.
    activity: () => lockActivity(this.storage(LOCKS)),
  };
  private readonly writes = new ExclusiveWrites(this.lock);
  private readonly sessions: SessionStore;
  private loadedTokens: AccessTokenProvider | undefined;
  private readonly mappings: MappingStore;
  private readonly skillNames = new SkillNames();
  private readonly viewOptions: ViewOptions;
  private readonly view: ServiceProvidersView;
  private readonly sessionMonitor: SessionMonitor;
  private readonly recovery: InterruptedChangeRecovery;

  constructor(private readonly context: vscode.ExtensionContext) {
    if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });
    this.sessions = new SessionStore(context.secrets, this.writes, Date.now, readOrigins);
    this.mappings = this.createMappings();
    this.viewOptions = new ViewOptions(context.workspaceState);
    this.view = new ServiceProvidersView(this.mappings, this.viewOptions, this.skillNames, {
      onDropOnSkill: (rows, skillId) => void this.commandRunner().then((each) => each.remapDropped(rows, skillId)),
      onDropOnUnmapped: (rows) => void this.commandRunner().then((each) => each.unmapDropped(rows)),
    });
    this.recovery = this.createRecovery();
    this.sessionMonitor = new SessionMonitor({
      store: this.sessions,
      onStates: (states) => {
        this.loadedTokens?.observe(states);
      },
      onSessions: (sessions) => {
        this.mappings.setSessions(sessions);
        void this.recovery.start();
      },
      onProblem: (problem) => {
        this.log.warn(`signed out: the stored sessions are ${problem}`);
      },
    });
    void this.sessionMonitor.sync();
    // Do not delay the first rows.
    setImmediate(() => {
      this.logStart();
      void this.followWorkspaceFiles();
    });
    this.disposables.push(
      this.sessionMonitor,
      this.recovery,
      this.sessions,
      this.view,
      this.viewOptions,
      new LoginWithAmazonProvider({
        sessions: this.sessions,
        getAccessToken: async (account) => (await this.tokens()).forAccount(account),
        signIn: async (options) => (await this.commandRunner()).signInForExtension(options),
      }),
      onDidChangeServiceProviders(() => {
        this.mappings.setEntries(readServiceProviders());
      }),
      onDidChangeApiEndpoint(() => {
        this.mappings.followEndpoints();
      }),
      onDidChangeScopes(() => void this.commandRunner().then((each) => each.notifyScopesChanged())),
    );
  }

  /** Runs everything that interacts with the user. */
  readonly commandRunner: () => Promise<CommandRunner> = lazy(async () => {
    const [{ CommandRunner }, { createListSettings }] = await Promise.all([
      import('./commandRunner/commandRunner'),
      import('./settings/listSettings'),
    ]);
    const { globalState, globalStorageUri, extensionUri } = this.context;
    const recentSkills = () => globalState.get<readonly string[]>(RECENT_SKILLS, []);
    return this.own(
      new CommandRunner(
        {
          providers: this.mappings,
          onboarding: this.onboardingClient,
          ...createListSettings(this.writes, globalStorageUri),
          sessions: this.sessions,
          signIn: this.signInServices(),
          skills: this.skillNames,
          recentSkills: {
            get: recentSkills,
            add: async (skillId) => {
              await globalState.update(RECENT_SKILLS, addRecentSkill(recentSkills(), skillId));
            },
          },
          log: this.log,
          journal: await this.journal(),
          viewOptions: this.viewOptions,
          rows: this.view,
          reveal: (id, options) => this.view.reveal(id, options?.showView),
          showProgress: (message) => {
            this.view.showProgress(message);
          },
        },
        this.telemetry,
        extensionUri,
      ),
    );
  });

  dispose(): void {
    for (const each of this.disposables) each.dispose();
  }

  private readonly fileLock = lazy(async () => {
    const { FileLock } = await import('../core/crossWindow/fileLock');
    return new FileLock(this.storage(LOCKS));
  });

  private readonly tokens: () => Promise<AccessTokenProvider> = lazy(async () => {
    const { AccessTokenProvider } = await import('../core/auth/accessTokenProvider');
    const tokens = new AccessTokenProvider({
      store: this.sessions,
      writes: this.writes,
      loginWithAmazon,
      tokenEndpoint: readTokenEndpoint,
      requestedScopes: () => {
        const scopes = readScopes();
        return scopes.ok ? scopes.scopes : [];
      },
      configuredAccount: (serviceProviderId) => this.mappings.provider(serviceProviderId)?.account,
      apiEndpoint: readApiEndpoint,
      confirmHost: async (account, host) => (await this.commandRunner()).confirmHost(account, host),
      promptForToken: async (account) => {
        const token = await (await this.commandRunner()).replaceAccessToken(account);
        // Before the token is used, so that reads with it count as reads of this session.
        if (token !== undefined) await this.sessionMonitor.sync();
        return token;
      },
    });
    tokens.events.on('renewal', (renewal) => {
      logTokenRefresh(this.log, renewal);
      const { account, failure } = renewal;
      if (failure && invalidatesSession(failure.kind)) {
        void this.commandRunner().then((each) => each.notifySessionEnded(account, failure));
      }
    });
    return (this.loadedTokens = tokens);
  });

  /** Shared by the clients of all APIs. */
  private readonly serviceClient: () => Promise<ServiceClient> = lazy(async () => {
    const { ServiceClient } = await import('../core/api/serviceClient');
    return new ServiceClient({
      endpoint: readApiEndpoint,
      accountOf: (serviceProviderId) => this.mappings.sender(serviceProviderId).account,
      tokens: await this.tokens(),
      onAttempt: this.onAttempt,
    });
  });

  private readonly mappingClient: () => Promise<NetworkMappingClient> = lazy(async () => {
    const { NetworkMappingClient } = await import('../core/api/networkMappingClient');
    return new NetworkMappingClient(await this.serviceClient());
  });

  private readonly onboardingClient: () => Promise<OnboardingClient> = lazy(async () => {
    const { OnboardingClient } = await import('../core/api/onboardingClient');
    return new OnboardingClient(await this.serviceClient());
  });

  private readonly journal: () => Promise<ChangeJournal> = lazy(async () => {
    const { ChangeJournal } = await import('../core/history/changeJournal');
    const journal = this.own(new ChangeJournal(this.storage('journal'), this.lock));
    journal.events.on('changedInOtherWindow', (ids) => {
      this.mappings.markChangedInOtherWindow(ids);
    });
    void journal.watch();
    return journal;
  });

  private readonly onAttempt = (attempt: AttemptRecord) => {
    logRequest(this.log, attempt);
    this.telemetry.countRequest(attempt);
  };

  private createMappings(): MappingStore {
    const mappings = new MappingStore(
      {
        get: async (...args) => (await this.mappingClient()).get(...args),
        change: async (...args) => (await this.mappingClient()).change(...args),
      },
      {
        begin: async (change) => (await this.journal()).begin(change),
        complete: async (...args) => (await this.journal()).complete(...args),
      },
      {
        readProvider: async (...args) => (await this.onboardingClient()).read(...args),
        endpoint: (account) => {
          const endpoint = readApiEndpoint(account);
          return endpoint.ok ? endpoint.url : '';
        },
      },
    );
    mappings.events.on('journalWriteFailed', (error) => {
      this.log.error(`the outcome of a change could not be recorded in the journal: ${errorText(error)}`);
    });
    mappings.events.on(
      'lateEffect',
      (...change) => void this.commandRunner().then((each) => each.notifyLateEffect(...change)),
    );
    mappings.setEntries(readServiceProviders());
    return mappings;
  }

  private createRecovery(): InterruptedChangeRecovery {
    return new InterruptedChangeRecovery({
      isSignedIn: () => this.mappings.signedIn === true,
      unsettled: async () => (await this.journal()).unsettled(),
      recover: async (isDue) => (await this.commandRunner()).notifyRecoveredChanges(isDue),
      onError: (error) => {
        this.log.warn(`interrupted changes could not be looked up: ${errorText(error)}`);
      },
    });
  }

  private signInServices(): SignInServices {
    return {
      sessions: this.sessions,
      loginWithAmazon,
      providers: () => this.mappings.providers,
      verify: async (accessToken, account, serviceProviderId, signal) => {
        const { verifyAccessToken } = await import('../core/auth/verifyAccessToken');
        const options = { endpoint: () => readApiEndpoint(account), onAttempt: this.onAttempt };
        return verifyAccessToken(accessToken, serviceProviderId, options, signal);
      },
      onDidFinish: (outcome) => {
        logSignIn(this.log, outcome);
      },
    };
  }

  private async followWorkspaceFiles(): Promise<void> {
    const { followWorkspaceFiles } = await import('./workspaceFiles');
    this.own(followWorkspaceFiles(this.skillNames, this.mappings));
  }

  private logStart(): void {
    const { appName, remoteName, uiKind } = vscode.env;
    const endpoint = readApiEndpoint();
    logStart(this.log, {
      version,
      editor: `${appName} ${vscode.version}`,
      isWeb: uiKind === vscode.UIKind.Web,
      remoteName,
      endpoint: endpoint.ok ? endpoint.url : undefined,
    });
  }

  private storage(folder: string): string {
    return vscode.Uri.joinPath(this.context.globalStorageUri, folder).fsPath;
  }

  private own<T extends { dispose(): unknown }>(part: T): T {
    this.disposables.push(part);
    return part;
  }
}
