import { setImmediate as nextTurn } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Secrets } from '../../../src/core/auth/sessionStore';

/**
 * Secret storage as the windows of one desktop VS Code share it: each reads what any has stored, and each change, also
 * one that changes nothing, is announced in all windows some time after it was made.
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
        this.announce(key);
      },
      delete: async (key) => {
        await nextTurn();
        this.stored.delete(key);
        this.announce(key);
      },
      onDidChange: (listener) => changes.event(listener),
    };
  }

  private announce(key: string): void {
    for (const window of this.windows) {
      setImmediate(() => {
        window.fire({ key });
      });
    }
  }
}
