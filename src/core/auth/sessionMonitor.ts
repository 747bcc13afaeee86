import { knownAccounts } from '../model/accounts';
import type { Accounts, SessionState, SessionStore } from './sessionStore';

/**
 * Delay before sessions are read again after a failure, because no event reports that a keyring was unlocked.
 * Milliseconds.
 */
const KEYRING_RETRY_MS = 10_000;

interface Options {
  readonly store: Pick<SessionStore, 'read' | 'events'>;
  /** Called with the stored state of each account after every read. */
  readonly onStates: (states: readonly SessionState[]) => void;
  /** Called with the session ID of each known account, or undefined if signed out. */
  readonly onSessions: (sessions: ReadonlyMap<string, string | undefined>) => void;
  /** Called with the reason why the stored sessions cannot be read, once for each new reason. */
  readonly onProblem: (problem: NonNullable<Accounts['problem']>) => void;
}

/** Tracks the stored sessions, whichever window changes them. */
export class SessionMonitor {
  private lastProblem: Accounts['problem'];
  private retry: NodeJS.Timeout | undefined;
  private readonly onChanged = () => void this.sync();

  constructor(private readonly options: Options) {
    options.store.events.on('changed', this.onChanged);
  }

  /** Reads the stored sessions and calls the listeners. */
  async sync(): Promise<void> {
    const { store, onStates, onSessions, onProblem } = this.options;
    const { byName, reserved, problem } = await store.read();
    if (problem && problem !== this.lastProblem) onProblem(problem);
    this.lastProblem = problem;
    clearTimeout(this.retry);
    if (problem === 'unavailable') {
      this.retry = setTimeout(() => store.events.emit('changed'), KEYRING_RETRY_MS).unref();
    }
    onStates([...byName.values()]);
    const sessionId = (name: string) => {
      const state = byName.get(name);
      return state?.type === 'signedIn' ? state.session.id : undefined;
    };
    onSessions(new Map(knownAccounts([...byName.keys()], reserved).map((name) => [name, sessionId(name)])));
  }

  dispose(): void {
    clearTimeout(this.retry);
    this.options.store.events.off('changed', this.onChanged);
  }
}
