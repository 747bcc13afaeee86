import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SessionMonitor } from '../../../../src/core/auth/sessionMonitor';
import type { Accounts, SessionState } from '../../../../src/core/auth/sessionStore';
import { aPastedSession } from '../../../support/sessions';

const SIGNED_IN: Accounts = { byName: new Map([['default', { type: 'signedIn', session: aPastedSession() }]]) };

let stored: Accounts;
let reads: number;
let seen: {
  states: (readonly SessionState[])[];
  sessions: ReadonlyMap<string, string | undefined>[];
  problems: string[];
};
let store: { events: EventEmitter<{ changed: [] }>; read: () => Promise<Accounts> };
let monitor: SessionMonitor;

beforeEach(() => {
  vi.useFakeTimers();
  stored = SIGNED_IN;
  reads = 0;
  seen = { states: [], sessions: [], problems: [] };
  store = {
    events: new EventEmitter(),
    read: () => {
      reads++;
      return Promise.resolve(stored);
    },
  };
  monitor = new SessionMonitor({
    store,
    onStates: (states) => seen.states.push(states),
    onSessions: (sessions) => seen.sessions.push(sessions),
    onProblem: (problem) => seen.problems.push(problem),
  });
});

afterEach(() => {
  monitor.dispose();
  vi.useRealTimers();
});

it('passes on the session ID of each account, and none for one that is signed out', async () => {
  await monitor.sync();
  expect(seen.sessions.at(-1)).toEqual(new Map([['default', aPastedSession().id]]));
  stored = { byName: new Map([['default', { type: 'signedOut', reason: 'expired' }]]) };
  store.events.emit('changed');
  await vi.advanceTimersByTimeAsync(0);
  expect(seen.sessions.at(-1)).toEqual(new Map([['default', undefined]]));
  expect(seen.states.at(-1)).toEqual([...stored.byName.values()]);
});

it('names the default account that a sign-out left reserved, and shows it as signed out', async () => {
  stored = { byName: new Map(), reserved: 'default' };
  await monitor.sync();
  expect(seen.sessions.at(-1)).toEqual(new Map([['default', undefined]]));
});

it('reads a locked keyring again every ten seconds, and reports the problem once', async () => {
  stored = { byName: new Map(), problem: 'unavailable' };
  await monitor.sync();
  await vi.advanceTimersByTimeAsync(9_999);
  expect(reads).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(reads).toBe(2);
  stored = SIGNED_IN;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(seen.sessions.at(-1)).toEqual(new Map([['default', aPastedSession().id]]));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(reads).toBe(3);
  expect(seen.problems).toEqual(['unavailable']);
});

it('reports a problem again that came back after it was gone', async () => {
  const problem: Accounts = { byName: new Map(), problem: 'unreadable' };
  for (const each of [problem, SIGNED_IN, problem]) {
    stored = each;
    await monitor.sync();
  }
  expect(seen.problems).toEqual(['unreadable', 'unreadable']);
});

it('reads nothing once it is disposed of', async () => {
  stored = { byName: new Map(), problem: 'unavailable' };
  await monitor.sync();
  monitor.dispose();
  store.events.emit('changed');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(reads).toBe(1);
});
