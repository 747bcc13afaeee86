import * as vscode from 'vscode';
import { NetworkMappingClient } from '../../src/core/api/networkMappingClient';
import { ServiceClient } from '../../src/core/api/serviceClient';
import { FileLock } from '../../src/core/crossWindow/fileLock';
import { SessionStore } from '../../src/core/auth/sessionStore';
import { AccessTokenProvider } from '../../src/core/auth/accessTokenProvider';
import { ExclusiveWrites } from '../../src/core/crossWindow/exclusiveWrites';
import { logRequest } from '../../src/core/log/requestLog';
import { readApiEndpoint } from '../../src/editor/settings/apiEndpoint';
import { readTokenEndpoint } from '../../src/editor/settings/loginWithAmazonSettings';

/** Creates the client as the extension does, and exports it for the measurement. */
export interface ReadingExtension {
  signIn(accessToken: string): Promise<void>;
  read(serviceProviderId: string): Promise<void>;
}

export function activate(context: vscode.ExtensionContext): ReadingExtension {
  const writes = new ExclusiveWrites(new FileLock(context.globalStorageUri.fsPath));
  const log = vscode.window.createOutputChannel('Reads', { log: true });
  const sessions = new SessionStore(context.secrets, writes);
  context.subscriptions.push(log, sessions);
  const client = new NetworkMappingClient(
    new ServiceClient({
      accountOf: () => undefined,
      endpoint: readApiEndpoint,
      tokens: new AccessTokenProvider({
        store: sessions,
        writes,
        loginWithAmazon: () => Promise.reject(new Error('nothing must be renewed')),
        apiEndpoint: readApiEndpoint,
        confirmHost: () => Promise.reject(new Error('the user must not be prompted')),
        tokenEndpoint: readTokenEndpoint,
        requestedScopes: () => [],
        configuredAccount: () => undefined,
        promptForToken: () => Promise.resolve(undefined),
      }),
      onAttempt: (attempt) => {
        logRequest(log, attempt);
      },
    }),
  );
  return {
    signIn: (accessToken) =>
      sessions.save('default', { id: 'bench', accessToken, expiresAtMs: Date.now() + 3_600_000 }),
    async read(serviceProviderId) {
      const result = await client.get(serviceProviderId, {
        interactive: true,
        abortSignal: new AbortController().signal,
      });
      if (!result.ok) throw new Error(`the read failed: ${result.failure.kind}`);
    },
  };
}
