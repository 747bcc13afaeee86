import { EventEmitter } from 'node:events';
import type { Secrets } from '../../src/auth/sessionStore';

/**
 * The secrets of one VS Code: all its windows share them, and each hears of every change, its own included. Like the
 * real one it answers later than it is asked, and fires the event although the value is the same as before.
 */
export class SecretVault {
  private readonly values = new Map<string, string>();
  private readonly changes = new EventEmitter<{ change: [string] }>();

  /** What one window gets as `context.secrets`. */
  window(): Secrets {
    return {
      get: async (key) => {
        await later();
        return this.values.get(key);
      },
      store: async (key, value) => {
        await later();
        this.values.set(key, value);
        this.changes.emit('change', key);
      },
      delete: async (key) => {
        await later();
        this.values.delete(key);
        this.changes.emit('change', key);
      },
      onDidChange: (listener) => {
        const hear = (key: string) => {
          listener({ key });
        };
        this.changes.on('change', hear);
        return { dispose: () => this.changes.off('change', hear) };
      },
    };
  }

  /** What is kept, for a look behind the curtain. */
  raw(key: string): string | undefined {
    return this.values.get(key);
  }

  get keys(): string[] {
    return [...this.values.keys()];
  }

  get listeners(): number {
    return this.changes.listenerCount('change');
  }
}

function later(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
