import * as vscode from 'vscode';
import type { MappingStore } from '../../core/mappings/mappingStore';
import { readableProviders, type ReadableProviders } from '../../core/mappings/readableProviders';
import type { CommandOutcome } from '../commandRunner/command';
import { run } from '../commandRunner/runCommand';

/**
 * Waits until the list was read with a pasted access token, and reports how many of its service providers the token can
 * read, unless it is all of them, which the rows show. Reads nothing, so a list that is hidden or stopped is not reported
 * before it was read.
 */
export class ReadableProvidersMonitor implements vscode.Disposable {
  private stop: (() => void) | undefined;

  constructor(
    private readonly providers: MappingStore,
    private readonly notify: (outcome: CommandOutcome) => void,
  ) {}

  /**
   * Follows the reads of a session instead of those of an earlier one.
   *
   * @param storedAtMs when it was stored, as a Unix time
   */
  follow(session: string, storedAtMs: number): void {
    this.stop?.();
    const check = () => {
      const found = readableProviders(this.providers, session, storedAtMs);
      if (!found) return;
      this.stop?.();
      const outcome = readableProvidersOutcome(found);
      if (outcome) this.notify(outcome);
    };
    this.stop = () => {
      this.stop = undefined;
      this.providers.events.off('idle', check);
    };
    this.providers.events.on('idle', check);
    check();
  }

  dispose(): void {
    this.stop?.();
  }
}

function readableProvidersOutcome(found: ReadableProviders): CommandOutcome | undefined {
  const [first] = found.refused;
  if (first === undefined) return undefined;
  return {
    type: 'succeeded',
    isWarning: true,
    message: messageOf(found),
    actions: [{ label: vscode.l10n.t('Check Setup'), run: () => run('checkSetup', { serviceProviderIds: [first] }) }],
  };
}

function messageOf({ listed, readable, unchecked }: ReadableProviders): string {
  const localized = (count: number) => count.toLocaleString(vscode.env.language);
  return unchecked === 0
    ? vscode.l10n.t(
        'The access token can read {0} of {1} listed service providers.',
        localized(readable),
        localized(listed),
      )
    : vscode.l10n.t(
        'The access token can read at least {0} of {1} listed service providers. Not checked, because of the service or the connection: {2}.',
        localized(readable),
        localized(listed),
        localized(unchecked),
      );
}
