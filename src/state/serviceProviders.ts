import { EventEmitter } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { NetworkMappingClient, RequestContext } from '../api/networkMappingClient';
import { accountFor } from '../core/accounts';
import type { ConfiguredEntry, ConfiguredProvider } from '../core/configuredProviders';
import { isUnreachable, type Failure, type Result } from '../core/failure';
import type { MappingChange, NetworkMapping } from '../core/networkMapping';
import {
  nextStatus,
  rowState,
  UNREAD,
  type ProviderStatus,
  type RowState,
  type StatusEvent,
} from '../core/providerStatus';
import { untilAborted } from '../core/untilAborted';
import { carryOut, holds, SETTLE_MS, type ChangeOutcome } from './confirmedChange';

interface Events {
  /** Which entries are configured, or whether anybody is signed in: every row may look different. */
  reconfigured: [];
  /** The status of one service provider, or its name. */
  changed: [serviceProviderId: string];
  /** A refresh or a change has come to its end, in whatever way. */
  settled: [];
}

/** Why a read is given up that is to begin again. */
const ANEW = Symbol('anew');

/** Reads under way at the same time, for each refresh. */
const READS_AT_ONCE = 8;

/**
 * The one owner of the configured service providers and of what this window knows of their mappings. Everything that
 * shows a mapping projects it from here; everything that changes one goes through here.
 *
 * For each provider one act is under way at a time: a newer act gives up a read, and waits for a change.
 */
export class ServiceProviders {
  readonly events = new EventEmitter<Events>();
  private configured: readonly ConfiguredEntry[] = [];
  private readonly byId = new Map<string, ConfiguredProvider>();
  private statuses = new Map<string, ProviderStatus>();
  private readonly reads = new Map<string, AbortController>();
  private readonly turns = new Map<string, Promise<unknown>>();
  private accounts: ReadonlyMap<string, string | undefined> | undefined;
  /** The session of each provider, as it was taken note of last. */
  private sessions = new Map<string, string | undefined>();

  constructor(
    private readonly client: Pick<NetworkMappingClient, 'get' | 'change'>,
    private readonly settleMs = SETTLE_MS,
  ) {}

  get entries(): readonly ConfiguredEntry[] {
    return this.configured;
  }

  get providers(): readonly ConfiguredProvider[] {
    return [...this.byId.values()];
  }

  /** Whether any account is signed in; undefined until the stored sessions were read. */
  get signedIn(): boolean | undefined {
    return this.accounts && [...this.accounts.values()].some((session) => session !== undefined);
  }

  provider(id: string): ConfiguredProvider | undefined {
    return this.byId.get(id);
  }

  status(id: string): ProviderStatus {
    return this.statuses.get(id) ?? UNREAD;
  }

  row(id: string): RowState {
    return rowState(this.status(id), this.accounts && this.session(id) !== undefined);
  }

  /** The service providers whose mapping cannot be told: never read, not readable, or read by an earlier session. */
  get untold(): string[] {
    return [...this.byId.keys()].filter((id) => {
      const { known, doubt, outdated, activity } = this.status(id);
      return !activity && (!known || doubt !== undefined || outdated === true) && this.session(id) !== undefined;
    });
  }

  /** Why no service provider at all can be read, when all of them share the reason. */
  get commonDoubt(): 'unreachable' | 'tokenRefused' | undefined {
    const doubts = new Set<'unreachable' | 'tokenRefused' | undefined>();
    for (const id of this.byId.keys()) {
      const { doubt } = this.status(id);
      if (doubt && isUnreachable(doubt)) doubts.add('unreachable');
      else doubts.add(doubt?.kind === 'unauthorized' ? 'tokenRefused' : undefined);
    }
    return doubts.size === 1 ? [...doubts][0] : undefined;
  }

  /** Takes the entries of the setting. What is known of a provider that stays is kept. */
  configure(entries: readonly ConfiguredEntry[]): void {
    const before = this.configured;
    this.configured = entries;
    this.byId.clear();
    for (const entry of entries) if (entry.type === 'provider') this.byId.set(entry.id, entry);
    for (const id of this.statuses.keys()) {
      if (this.byId.has(id)) continue;
      this.statuses.delete(id);
      this.reads.get(id)?.abort();
    }
    const changed = entries.filter((entry, index) => !isDeepStrictEqual(entry, before[index]));
    const sameRows =
      entries.length === before.length && entries.every((entry, index) => isSameRow(entry, before[index]));
    if (this.followSessions() || !sameRows) this.events.emit('reconfigured');
    else for (const entry of changed) if (entry.type === 'provider') this.events.emit('changed', entry.id);
  }

  /**
   * Takes note of who is signed in. What was read with another session, perhaps of another account, is read again.
   *
   * @param accounts all accounts by name, each with what tells its session from any other, or undefined when it has none
   */
  setAccounts(accounts: ReadonlyMap<string, string | undefined>): void {
    if (isDeepStrictEqual(accounts, this.accounts)) return;
    this.accounts = accounts;
    this.followSessions();
    this.events.emit('reconfigured');
  }

  /**
   * The session that a provider is read with: undefined when its account is signed out, and a text of its own when there is
   * no such account, since the client says that.
   */
  private session(id: string): string | undefined {
    if (!this.accounts || this.signedIn !== true) return undefined;
    const account = accountFor(this.byId.get(id)?.account, [...this.accounts.keys()]);
    return account === undefined ? '' : this.accounts.get(account);
  }

  /** Takes back what was read with another session than the one of now; tells whether anything was. */
  private followSessions(): boolean {
    const before = this.sessions;
    this.sessions = new Map([...this.byId.keys()].map((id) => [id, this.session(id)]));
    const changed = [...this.sessions].filter(([id, session]) => before.has(id) && before.get(id) !== session);
    for (const [id, session] of changed) {
      const status = this.statuses.get(id);
      if (status && session !== undefined) this.statuses.set(id, nextStatus(status, { type: 'sessionBegan' }));
      this.reads.get(id)?.abort(ANEW);
    }
    return changed.length > 0;
  }

  /** Forgets all mappings, because from now on another service is asked. */
  forget(): void {
    // What is still under way keeps the old map and fills it in vain.
    this.statuses = new Map();
    this.readAnew();
    this.events.emit('reconfigured');
  }

  /**
   * Asks the service for the mappings of these providers, several at a time.
   *
   * @param onSettled is called after each provider with its failure, if any
   */
  async refresh(
    ids: readonly string[],
    context: RequestContext = {},
    onSettled?: (id: string, failure: Failure | undefined) => void,
  ): Promise<void> {
    const limit = pLimit(READS_AT_ONCE);
    await Promise.all(
      ids.map((id) =>
        limit(async () => {
          const failure = await this.read(id, context);
          if (!context.signal?.aborted) onSettled?.(id, failure);
        }),
      ),
    );
    this.events.emit('settled');
  }

  /**
   * Carries out one change and brings the row to what the service holds then. A cancelled change ends at once; since it
   * may have been under way, and may still be, its row is read again in the background.
   */
  async change(change: MappingChange, context: RequestContext = {}): Promise<ChangeOutcome> {
    const id = change.serviceProviderId;
    const outcome = await this.inTurn(id, context.signal, async () => {
      // Cancelled while it waited: the client sends nothing any more and says so.
      if (context.signal?.aborted) return carryOut(this.client, change, context, this.settleMs);
      const { statuses } = this;
      this.apply(id, { type: 'started', operation: change.operation });
      const result = await carryOut(this.client, change, context, this.settleMs);
      this.apply(id, this.eventAfter(id, result), statuses);
      return result;
    });
    this.events.emit('settled');
    if (outcome.type !== 'done' && context.signal?.aborted) void this.readAgain(change, outcome.failure);
    return outcome;
  }

  private async readAgain(change: MappingChange, { effect }: Failure): Promise<void> {
    const id = change.serviceProviderId;
    if (effect === 'none' && !this.status(id).doubt) return;
    await this.refresh([id]);
    const { known, doubt } = this.status(id);
    if (effect === 'none' || this.settleMs === 0 || (known && !doubt && holds(known.mapping, change))) return;
    await delay(this.settleMs, undefined, { ref: false });
    await this.refresh([id]);
  }

  private eventAfter(id: string, outcome: ChangeOutcome): StatusEvent {
    if (outcome.type === 'done') return { type: 'read', reading: outcome.reading };
    const { failure, reading } = outcome;
    if (reading) return { type: 'read', reading, failure };
    const doubt = outcome.type === 'failed' ? outcome.doubt : undefined;
    const { known, doubt: doubtBefore, outdated } = this.status(id);
    // Nothing was carried out and nothing asked, so what was known before still is.
    if (!doubt && failure.effect === 'none' && known && !doubtBefore && !outdated)
      return { type: 'read', reading: known, failure };
    return { type: 'readFailed', failure: doubt ?? failure, writeFailure: failure };
  }

  /** Lets every read that is under way begin again, as whoever is signed in now and at the endpoint of now. */
  private readAnew(): void {
    for (const read of this.reads.values()) read.abort(ANEW);
  }

  /** @returns why the mapping cannot be told now */
  private async read(id: string, context: RequestContext): Promise<Failure | undefined> {
    const superseded = new AbortController();
    await this.inTurn(id, context.signal, async () => {
      // Cancelled while it waited. One that was never read asks the client all the same, which sends nothing and says so.
      if (!this.byId.has(id) || (context.signal?.aborted && this.status(id) !== UNREAD)) return;
      this.reads.set(id, superseded);
      const signal = context.signal ? AbortSignal.any([context.signal, superseded.signal]) : superseded.signal;
      const { statuses } = this;
      this.apply(id, { type: 'started', operation: 'get' });
      const result = await this.client.get(id, { ...context, signal });
      this.reads.delete(id);
      this.apply(id, eventAfterRead(result, superseded.signal), statuses);
    });
    if (superseded.signal.reason === ANEW) return this.read(id, context);
    // Given up for something newer, which tells the mapping, or why it cannot be told, when it has ended.
    if (superseded.signal.aborted) await this.turns.get(id);
    return this.status(id).doubt;
  }

  /**
   * Runs the act when those before it on the same provider have ended; a read before it is given up. An act that is
   * cancelled while it waits runs at once, to say so, and does nothing else.
   */
  private async inTurn<T>(id: string, signal: AbortSignal | undefined, act: () => Promise<T>): Promise<T> {
    this.reads.get(id)?.abort();
    const before = this.turns.get(id) ?? Promise.resolve();
    const turn = untilAborted(before, signal).then(act, act);
    const all = Promise.allSettled([before, turn]);
    this.turns.set(id, all);
    try {
      return await turn;
    } finally {
      void all.then(() => {
        if (this.turns.get(id) === all) this.turns.delete(id);
      });
    }
  }

  private apply(id: string, event: StatusEvent, statuses = this.statuses): void {
    if (statuses !== this.statuses || !this.byId.has(id)) return;
    statuses.set(id, nextStatus(this.status(id), event));
    this.events.emit('changed', id);
  }
}

function eventAfterRead(result: Result<NetworkMapping>, superseded: AbortSignal): StatusEvent {
  if (superseded.aborted) return { type: 'givenUp' };
  if (result.ok) return { type: 'read', reading: { mapping: result.value, readAtMs: Date.now() } };
  return { type: 'readFailed', failure: result.failure };
}

/** Whether two entries are one row that at most looks different; of entries that cannot be used, only the same are. */
function isSameRow(entry: ConfiguredEntry, before: ConfiguredEntry | undefined): boolean {
  if (entry.type === 'unusable' || before?.type !== 'provider') return isDeepStrictEqual(entry, before);
  return entry.id === before.id;
}
