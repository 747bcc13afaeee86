import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import * as l10n from '@vscode/l10n';
import { NetworkMappingClient } from './api/networkMappingClient';
import { SessionStore } from './auth/sessionStore';
import { SessionTokens } from './auth/sessionTokens';
import { addServiceProvider } from './commands/addServiceProvider';
import type { Services } from './commands/command';
import { copyServiceProviderId, copySkillId } from './commands/copyIds';
import { createMapping } from './commands/createMapping';
import { deleteMapping } from './commands/deleteMapping';
import { openSettings, registerCommand, run, tryAgain } from './commands/door';
import { refresh, refreshServiceProvider } from './commands/refresh';
import { removeServiceProvider } from './commands/removeServiceProvider';
import { renameServiceProvider } from './commands/renameServiceProvider';
import { showErrorDetails } from './commands/showErrorDetails';
import { showLog } from './commands/showLog';
import { signIn } from './commands/signIn';
import { signOut } from './commands/signOut';
import { updateMapping } from './commands/updateMapping';
import { rememberSkill } from './core/skillChoices';
import { logAttempt } from './log/requestLog';
import { pasteAccessToken } from './prompts/pasteAccessToken';
import { onDidChangeApiEndpoint, readApiEndpoint } from './settings/apiEndpoint';
import { openServiceProvidersSetting, ServiceProvidersSetting } from './settings/serviceProvidersSetting';
import { ServiceProviders } from './state/serviceProviders';
import { createTelemetry } from './telemetry/telemetry';
import { OPEN_SETTING_COMMAND } from './tree/serviceProvidersTree';
import { ServiceProvidersView } from './tree/serviceProvidersView';
import { ErrorDetails } from './webview/errorDetails';

const COMMANDS = [
  signIn,
  signOut,
  addServiceProvider,
  renameServiceProvider,
  removeServiceProvider,
  createMapping,
  updateMapping,
  deleteMapping,
  refresh,
  refreshServiceProvider,
  copyServiceProviderId,
  copySkillId,
  showErrorDetails,
  showLog,
];

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
  const sessions = new SessionStore(context.secrets);
  const tokens = new SessionTokens(sessions, async () => {
    const reason = vscode.l10n.t('The service refused the access token. Paste a fresh one to go on.');
    const token = await pasteAccessToken(sessions, reason);
    // Before it is used, so that what is read with it counts as read by this session.
    if (token !== undefined) await followSession();
    return token;
  });
  const client = new NetworkMappingClient({
    endpoint: readApiEndpoint,
    tokens,
    onAttempt: (attempt) => {
      logAttempt(log, attempt);
      telemetry.countRequest(attempt);
    },
  });
  const setting = new ServiceProvidersSetting();
  const providers = new ServiceProviders(client);
  providers.configure(setting.read());
  const view = new ServiceProvidersView(providers);
  const errorDetails = new ErrorDetails(context.extensionUri, {
    tryAgain: (failure) => void tryAgain(failure),
    signIn: () => void run('signIn', {}),
    openSettings: () => void openSettings(),
    showLog: () => void run('showLog', {}),
  });
  const services: Services = {
    providers,
    setting,
    sessions,
    usedSkills: {
      get: () => context.globalState.get<readonly string[]>(USED_SKILLS, []),
      remember: async (skillId) => {
        await context.globalState.update(USED_SKILLS, rememberSkill(services.usedSkills.get(), skillId));
      },
    },
    errorDetails,
    log,
    reveal: (id) => view.reveal(id),
  };
  const followSession = async () => {
    const state = await sessions.read();
    if (state.type === 'signedOut' && state.reason !== 'none')
      log.warn(`signed out: the stored session is ${state.reason}`);
    const session =
      state.type === 'signedIn' ? createHash('sha256').update(state.session.accessToken).digest('hex') : '';
    providers.setSignedIn(state.type === 'signedIn', session);
  };
  sessions.events.on('changed', () => void followSession());
  void followSession();
  context.subscriptions.push(
    log,
    sessions,
    view,
    errorDetails,
    setting.onDidChange(() => {
      providers.configure(setting.read());
    }),
    onDidChangeApiEndpoint(() => {
      providers.forget();
    }),
    vscode.commands.registerCommand(OPEN_SETTING_COMMAND, openServiceProvidersSetting),
    ...COMMANDS.map((command) => registerCommand(command, services, telemetry)),
  );
}
