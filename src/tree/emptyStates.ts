import * as vscode from 'vscode';
import { onDidChangeApiEndpoint, readApiEndpoint } from '../settings/apiEndpoint';
import type { ServiceProviders } from '../state/serviceProviders';

/** Why the list cannot be filled; each has its welcome content in the manifest. */
type Connection = 'ok' | 'signedOut' | 'tokenRefused' | 'unreachable' | 'endpointRefused';

/**
 * The one place that sets the context keys which the manifest's welcome contents wait for:
 * `alexaNetworkMapping.providers` (`none` or `some`) and `alexaNetworkMapping.connection`.
 */
export class EmptyStates implements vscode.Disposable {
  private readonly shown = new Map<string, string>();
  private readonly subscription: vscode.Disposable;

  constructor(private readonly providers: ServiceProviders) {
    const update = () => {
      this.update();
    };
    providers.events.on('reconfigured', update).on('settled', update);
    this.subscription = onDidChangeApiEndpoint(update);
    update();
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private update(): void {
    this.set('providers', this.providers.entries.length === 0 ? 'none' : 'some');
    this.set('connection', this.connection());
  }

  private connection(): Connection {
    if (!readApiEndpoint().ok) return 'endpointRefused';
    if (this.providers.signedIn === false) return 'signedOut';
    return this.providers.commonDoubt ?? 'ok';
  }

  private set(key: string, value: string): void {
    if (this.shown.get(key) === value) return;
    this.shown.set(key, value);
    void vscode.commands.executeCommand('setContext', `alexaNetworkMapping.${key}`, value);
  }
}
