import { setImmediate as nextTurn } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Secrets } from '../../../src/core/auth/sessionStore';

/**
 * A double of the secret storage that the windows of a desktop VS Code share: each reads what any has stored, and all windows are
 * notified asynchronously of each write, even of an unchanged value.
 */
export class SecretsOfWindows {
  private readonly stored = new Map<string, string>();
  private readonly windows: vscode.EventEmitter<{ readonly key: string }>[] = [];

  openWindow(): Secrets {
    const changes = new vscode.EventEmitter<{ readonly key: string }>();
    this.windows.push(changes);
    return {
      get: async (key) => {
        await nextTurn();
        return this.stored.get(key);
      },
      store: async (key, value) => {
        await nextTurn();
        this.stored.set(key, value);
        this.notify(key);
      },
      delete: async (key) => {
        await nextTurn();
        this.stored.delete(key);
        this.notify(key);
      },
      onDidChange: (listener) => changes.event(listener),
    };
  }

  private notify(key: string): void {
    for (const window of this.windows) {
      setImmediate(() => {
        window.fire({ key });
      });
    }
  }
}
