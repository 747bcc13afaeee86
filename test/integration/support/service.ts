import { after, before } from 'mocha';
import * as vscode from 'vscode';
import type { RecordedRequest } from '../../simulator/requestLog';
import { startSimulator, type Simulator } from '../../simulator/simulator';
import { demoCredentials } from '../../simulator/tokens';
import { OTHER_SKILL, SKILL } from '../../support/builders';
import { freePort } from '../../support/freePort';
import type { Session } from '../../../src/core/auth/session';
import { authorizationPath } from '../../simulator/authorizationEndpoint';
import { tokenPath } from '../../simulator/tokenEndpoint';
import { sessionWith, signOut } from './extension';
import { setSetting } from './settings';

export const HOTEL = { id: 'amzn1.comms.csp.id.hotel', name: 'Hotel Aurora' };
export const HARBOUR = { id: 'amzn1.comms.csp.id.harbour', name: 'Harbour House' };
export const CLINIC = { id: 'amzn1.comms.csp.id.clinic', name: 'Clinic' };
/** Without a name. */
export const VILLA = { id: 'amzn1.comms.csp.id.villa' };

/** An endpoint with a reserved host name, for tests that connect only to a proxy. */
export const PROXIED_ENDPOINT = 'https://network-mapping.example';

/** The initial state of the simulator: two are mapped, two are not. */
const SEED = [
  { serviceProviderId: HOTEL.id, skillId: SKILL },
  { serviceProviderId: HARBOUR.id, skillId: OTHER_SKILL },
  { serviceProviderId: CLINIC.id, skillId: null },
  { serviceProviderId: VILLA.id, skillId: null },
];

/** The simulated service of a suite, with its actual state, which the extension is checked against. */
export class Service {
  /** The redirect URI, which is one of the Allowed Return URLs of the demo's client. */
  redirectUri = '';
  private simulator: Simulator | undefined;

  get url(): string {
    return this.running.url;
  }

  get control(): Simulator['control'] {
    return this.running.control;
  }

  get accessToken(): string {
    return this.control.demo.accessToken;
  }

  /** The actual mapping: the skill of each service provider, or null. */
  get truth(): Record<string, string | null> {
    return Object.fromEntries(
      this.control.providers().map(({ serviceProviderId, skillId }) => [serviceProviderId, skillId]),
    );
  }

  /** The requests, in order: the method and the service provider. Without those in `lookUps`. */
  get sent(): string[] {
    return this.control
      .requests()
      .flatMap(({ operation, method, serviceProviderId = '?' }) =>
        operation === 'readProvider' ? [] : `${method} ${serviceProviderId}`,
      );
  }

  /** The service providers that were read themselves, which tells what it means that they are not mapped, in order. */
  get lookUps(): string[] {
    return this.control
      .requests()
      .flatMap(({ operation, serviceProviderId = '?' }) => (operation === 'readProvider' ? serviceProviderId : []));
  }

  /** The requests in `sent` that are changes. */
  get writes(): string[] {
    return this.sent.filter((each) => !each.startsWith('GET '));
  }

  /** The number of requests to the token endpoint. */
  get tokenRequests(): number {
    return this.control.requests().filter(({ operation }) => operation === 'token').length;
  }

  /** A session that can be renewed and whose renewal is due. */
  dueSession(some: Partial<Session> = {}): Session {
    const { clientId: id, clientSecret: secret } = this.control.demo;
    const refresh = { token: this.control.issueRefreshToken(), refreshAtMs: Date.now() - 1, client: { id, secret } };
    const accessToken = this.control.issueAccessToken();
    this.control.expireToken(accessToken);
    return sessionWith(accessToken, { expiresAtMs: Date.now() - 1, refresh, ...some });
  }

  lastRequest(method: string): RecordedRequest {
    const request = this.control.requests().findLast((each) => each.method === method);
    if (!request) throw new Error(`there was no ${method}`);
    return request;
  }

  async start(): Promise<void> {
    this.redirectUri = `http://127.0.0.1:${await freePort()}/cb`;
    const client = { clientId: demoCredentials.clientId, allowedReturnUrls: [this.redirectUri] };
    this.simulator = await startSimulator({ seed: SEED, clients: [client] });
  }

  async stop(): Promise<void> {
    await this.simulator?.stop();
  }

  private get running(): Simulator {
    if (!this.simulator) throw new Error('the simulator is not running');
    return this.simulator;
  }
}

/** Starts a service for the tests of this suite and configures the extension to use it in the user settings. */
export function useService(): Service {
  const service = new Service();
  const { Global } = vscode.ConfigurationTarget;
  before(async () => {
    await service.start();
    await setSetting('apiEndpoint', service.url, Global);
    await setSetting('authorizationEndpoint', service.url + authorizationPath, Global);
    await setSetting('tokenEndpoint', service.url + tokenPath, Global);
    await setSetting('redirectUri', service.redirectUri, Global);
    // Most tests run commands with arguments and check their effect, not their confirmations.
    await setSetting('confirmCommands', false, Global);
  });
  after(async () => {
    await signOut(); // otherwise secrets would be sent to the default endpoints
    for (const key of ['apiEndpoint', 'authorizationEndpoint', 'tokenEndpoint', 'redirectUri', 'confirmCommands']) {
      await setSetting(key, undefined, Global);
    }
    await service.stop();
  });
  return service;
}
