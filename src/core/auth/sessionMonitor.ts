import { knownAccounts } from '../model/accounts';
import type { Accounts, SessionState, SessionStore } from './sessionStore';

/** A keyring that is unlocked later sends no event, so it is asked again after this time. */
const KEYRING_RETRY_MS = 10_000;

interface Options {
  readonly store: Pick<SessionStore, 'read' | 'events'>;
  /** Gets the stored state of each account after every read. */
  readonly onStates: (states: readonly SessionState[]) => void;
  /** Gets the session ID of each known account, undefined where it is signed out. */
  readonly onSessions: (sessions: ReadonlyMap<string, string | undefined>) => void;
  /** Gets why the stored sessions cannot be read, once for each new reason. */
  readonly onProblem: (problem: NonNullable<Accounts['problem']>) => void;
}

/** Follows the stored sessions, whichever window changes them. */
export class SessionMonitor {
  private lastProblem: Accounts['problem'];
  private retry: NodeJS.Timeout | undefined;
  private readonly onChanged = () => void this.sync();

  constructor(private readonly options: Options) {
    options.store.events.on('changed', this.onChanged);
  }

  /** Reads the stored sessions and passes them on. */
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
