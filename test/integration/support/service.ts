import { after, before } from 'mocha';
import * as vscode from 'vscode';
import type { RecordedRequest } from '../../simulator/request-log';
import { startSimulator, type Simulator } from '../../simulator/simulator';
import { OTHER_SKILL, SKILL } from '../../support/builders';
import { signOut } from './extension';
import { setSetting } from './settings';

export const HOTEL = { id: 'amzn1.comms.csp.id.hotel', name: 'Hotel Aurora' };
export const HARBOUR = { id: 'amzn1.comms.csp.id.harbour', name: 'Harbour House' };
export const CLINIC = { id: 'amzn1.comms.csp.id.clinic', name: 'Clinic' };
/** Without a name. */
export const VILLA = { id: 'amzn1.comms.csp.id.villa' };

/** What the simulator holds at first: two are mapped, two are not. */
const SEED = [
  { serviceProviderId: HOTEL.id, skillId: SKILL },
  { serviceProviderId: HARBOUR.id, skillId: OTHER_SKILL },
  { serviceProviderId: CLINIC.id, skillId: null },
  { serviceProviderId: VILLA.id, skillId: null },
];

/** The simulated service of one suite, with what it holds: the truth to hold the extension to. */
export class Service {
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

  /** The skill that each provider is truly mapped to. */
  get truth(): Record<string, string | null> {
    return Object.fromEntries(
      this.control.providers().map(({ serviceProviderId, skillId }) => [serviceProviderId, skillId]),
    );
  }

  /** What was sent, in order: the method and the provider. */
  get sent(): string[] {
    return this.control.requests().map(({ method, serviceProviderId = '?' }) => `${method} ${serviceProviderId}`);
  }

  /** Of that, what was to change something. */
  get writes(): string[] {
    return this.sent.filter((each) => !each.startsWith('GET '));
  }

  lastRequest(method: string): RecordedRequest {
    const request = this.control.requests().findLast((each) => each.method === method);
    if (!request) throw new Error(`there was no ${method}`);
    return request;
  }

  async start(): Promise<void> {
    this.simulator = await startSimulator({ seed: SEED });
  }

  async stop(): Promise<void> {
    await this.simulator?.stop();
  }

  private get running(): Simulator {
    if (!this.simulator) throw new Error('the simulator does not run');
    return this.simulator;
  }
}

/** Starts a service for the tests of this suite and has the extension use it, as a user would by the setting. */
export function useService(): Service {
  const service = new Service();
  before(async () => {
    await service.start();
    await setSetting('apiEndpoint', service.url, vscode.ConfigurationTarget.Global);
  });
  after(async () => {
    await signOut(); // else the token would go to the endpoint by default
    await setSetting('apiEndpoint', undefined, vscode.ConfigurationTarget.Global);
    await service.stop();
  });
  return service;
}
